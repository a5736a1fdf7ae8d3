import { identityToken } from "../../support/identity-token";
import { PolicyGateway, type PolicySurroundings } from "../../support/policy-gateway";

const resource = "https://cognitiveservices.azure.com";
const policy = (attributes = ""): string =>
  `<authentication-managed-identity resource="${resource}" ${attributes} />`;

const withToken: NonNullable<PolicySurroundings["world"]> = {
  managedIdentityToken: (audience, clientId) => Promise.resolve(identityToken(audience, clientId)),
};

describe("authentication-managed-identity", () => {
  it("replaces the caller's Authorization by a token of the identity", async () => {
    const gateway = await PolicyGateway.start({ inbound: policy(`client-id="gateway"`), world: withToken });
    await gateway.call({ headers: { Authorization: "Bearer caller" } });
    expect(gateway.forwardedHeaders["authorization"]).toEqual([
      `Bearer ${identityToken(resource, "gateway")}`,
    ]);
  });

  it("asks for the system-assigned identity without a client id", async () => {
    const gateway = await PolicyGateway.start({ inbound: policy(), world: withToken });
    await gateway.call();
    expect(gateway.forwardedHeaders["authorization"]).toEqual([
      `Bearer ${identityToken(resource, undefined)}`,
    ]);
  });

  it("leaves Authorization alone when the token goes to a variable", async () => {
    const inbound = policy(`output-token-variable-name="token"`);
    const gateway = await PolicyGateway.start({ inbound, world: withToken });
    await gateway.call({ headers: { Authorization: "Bearer caller" } });
    expect(gateway.forwardedHeaders["authorization"]).toEqual(["Bearer caller"]);
  });

  it("fails closed when no token can be had", async () => {
    const gateway = await PolicyGateway.start({ inbound: policy() });
    const { status } = await gateway.call({ headers: { Authorization: "Bearer caller" } });
    expect([status, gateway.backend.requests.length]).toEqual([500, 0]);
  });

  it("goes on as it is with ignore-error", async () => {
    const gateway = await PolicyGateway.start({ inbound: policy(`ignore-error="true"`) });
    await gateway.call({ headers: { Authorization: "Bearer caller" } });
    expect(gateway.forwardedHeaders["authorization"]).toEqual(["Bearer caller"]);
  });
});

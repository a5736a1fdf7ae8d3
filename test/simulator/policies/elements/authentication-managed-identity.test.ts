import { identityToken } from "../../support/identity-token";
import { PolicyGateway, type PolicySurroundings } from "../../support/policy-gateway";

const RESOURCE = "https://cognitiveservices.azure.com";
const policy = (attributes = ""): string =>
  `<authentication-managed-identity resource="${RESOURCE}" ${attributes} />`;

const WITH_TOKEN: NonNullable<PolicySurroundings["world"]> = {
  managedIdentityToken: (audience, clientId) => Promise.resolve(identityToken(audience, clientId)),
};

describe("authentication-managed-identity", () => {
  it("replaces the caller's Authorization by a token of the identity", async () => {
    const gateway = await PolicyGateway.start({ inbound: policy(`client-id="gateway"`), world: WITH_TOKEN });
    await gateway.call({ headers: { Authorization: "Bearer caller" } });
    expect(gateway.forwardedHeaders["authorization"]).toEqual([
      `Bearer ${identityToken(RESOURCE, "gateway")}`,
    ]);
  });

  it("asks for the system-assigned identity without a client id", async () => {
    const gateway = await PolicyGateway.start({ inbound: policy(), world: WITH_TOKEN });
    await gateway.call();
    expect(gateway.forwardedHeaders["authorization"]).toEqual([
      `Bearer ${identityToken(RESOURCE, undefined)}`,
    ]);
  });

  it("leaves Authorization alone when the token goes to a variable", async () => {
    const inbound = policy(`output-token-variable-name="token"`);
    const gateway = await PolicyGateway.start({ inbound, world: WITH_TOKEN });
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

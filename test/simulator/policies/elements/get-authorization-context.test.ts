import { PolicyGateway, type PolicySurroundings, problemsOf } from "../../support/policy-gateway";

const policy = (attributes = ""): string =>
  `<get-authorization-context provider-id="github" authorization-id="auth" context-variable-name="auth" ${attributes} />`;

const USED = `<set-header name="Authorization" exists-action="override">
  <value>@("Bearer " + ((Authorization)context.Variables["auth"])?.AccessToken)</value>
</set-header>
<set-header name="X-Claim" exists-action="override">
  <value>@((string)((Authorization)context.Variables["auth"])?.Claims["scope"])</value>
</set-header>`;

const WITH_TOKEN: NonNullable<PolicySurroundings["world"]> = {
  authorization: (place) =>
    place === "github/auth" ? { accessToken: "given", claims: { scope: "repo" } } : undefined,
};

describe("get-authorization-context", () => {
  it("puts the token that the test gives into a variable", async () => {
    const gateway = await PolicyGateway.start({ inbound: policy() + USED, world: WITH_TOKEN });
    await gateway.call();
    expect(gateway.forwardedHeaders["authorization"]).toEqual(["Bearer given"]);
    expect(gateway.forwardedHeaders["x-claim"]).toEqual(["repo"]);
  });

  it("fails closed without a token", async () => {
    const gateway = await PolicyGateway.start({ inbound: policy() + USED });
    expect([(await gateway.call()).status, gateway.backend.requests.length]).toEqual([500, 0]);
    expect(gateway.lastError).toMatchObject({
      source: "get-authorization-context",
      reason: "AuthorizationNotFound",
    });
  });

  it("leaves null with ignore-error", async () => {
    const read = `<set-header name="X-Null"><value>@((context.Variables["auth"] == null).ToString())</value></set-header>`;
    const gateway = await PolicyGateway.start({ inbound: policy(`ignore-error="true"`) + read });
    await gateway.call();
    expect(gateway.forwardedHeaders["x-null"]).toEqual(["True"]);
  });

  it("takes an identity with a token of the caller only", async () => {
    expect(await problemsOf({ inbound: policy(`identity-type="jwt"`) })).toEqual([
      "takes 'identity' with identity-type 'jwt', and only then",
    ]);
  });
});

import { Auth } from "../../../lib/auth/auth";
import type { TokenAuthenticator } from "../../../lib/auth/auth-strategy";
import type { OidcAuthProps } from "../../../lib/auth/oidc-auth";
import { renderPolicy } from "../../../lib/policy/policy-renderer";
import { valueForToken } from "../../support/policy-run";
import { bindStrategy } from "./bind-strategy";

const PROPS: OidcAuthProps = {
  name: "okta",
  issuer: "https://contoso.okta.com/oauth2/default",
  audiences: ["api://claims"],
};

function authenticator(props: Partial<OidcAuthProps> = {}): TokenAuthenticator {
  const { binding, problems } = bindStrategy(Auth.oidc({ ...PROPS, ...props }));
  expect(problems).toEqual([]);
  return binding.alternatives[0]?.token[0] as TokenAuthenticator;
}

/** What a condition says of a token with these claims: that it holds, or the refusal. */
async function verdict(
  rule: string,
  props: Partial<OidcAuthProps>,
  claims: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const found = authenticator(props).conditions.find((each) => each.rule === rule);
  return found && ((await valueForToken(found.holds, claims)) === "True" ? "holds" : found.refusal);
}

describe("Auth.oidc", () => {
  it("validates signature, expiry, issuer and audience with the provider's published keys", () => {
    const [issuer] = authenticator().issuers;
    expect(issuer && renderPolicy(issuer.validation).replace(/\n\s*/g, "")).toBe(
      '<validate-jwt id="authenticate-okta" header-name="Authorization" require-scheme="Bearer" ' +
        'require-expiration-time="true" require-signed-tokens="true" clock-skew="0" ' +
        'failed-validation-httpcode="401" output-token-variable-name="callerToken">' +
        '<openid-config url="https://contoso.okta.com/oauth2/default/.well-known/openid-configuration" />' +
        "<audiences><audience>api://claims</audience></audiences>" +
        "<issuers><issuer>https://contoso.okta.com/oauth2/default</issuer></issuers></validate-jwt>",
    );
  });

  it("finds the discovery document of an issuer that ends in '/'", () => {
    const [issuer] = authenticator({ issuer: "https://contoso.eu.auth0.com/" }).issuers;
    expect(issuer?.issuer).toBe("https://contoso.eu.auth0.com/");
    expect(issuer && renderPolicy(issuer.validation)).toContain(
      'url="https://contoso.eu.auth0.com/.well-known/openid-configuration"',
    );
  });

  it("adds required claims, of which one value is enough", () => {
    const [issuer] = authenticator({ requiredClaims: [{ name: "hd", values: ["contoso.com"] }] }).issuers;
    expect(issuer && renderPolicy(issuer.validation)).toContain('<claim name="hd" match="any">');
  });

  it("reads the client and the user from the provider's claims", async () => {
    const { clientId, userId } = authenticator({ clientIdClaim: "cid", userIdClaim: "uid" });
    const claims = { cid: "portal", uid: "user-1", azp: "other", sub: "other" };
    expect(await valueForToken(clientId, claims)).toBe("portal");
    expect(await valueForToken(userId, claims)).toBe("user-1");
  });

  it.each([
    ["chat.read", "holds"],
    ["other chat.read", "holds"],
    [["other", "chat.read"], "holds"],
    ["chat.reader", "insufficient_scope"],
    ["xchat.read", "insufficient_scope"],
    ["chat.read,other", "insufficient_scope"],
    ["chat.read\tother", "insufficient_scope"],
    ["CHAT.READ", "insufficient_scope"],
    [undefined, "insufficient_scope"],
  ])("splits scopes on single spaces and compares whole words: %j", async (scp, expected) => {
    const props = { scopes: ["chat.read"], scopesClaim: "scp" };
    expect(await verdict("token-scope", props, { scp, scope: "chat.read" })).toBe(expected);
  });

  it("needs every kind of permission that is configured", () => {
    const { conditions } = authenticator({ scopes: ["a"], roles: ["b"], groups: ["c"], clientIds: ["d"] });
    expect(conditions.map(({ rule, refusal }) => `${rule} ${refusal}`)).toEqual([
      "token-issuer unauthorized",
      "token-is-access-token unauthorized",
      "token-client unauthorized",
      "token-scope insufficient_scope",
      "token-role insufficient_scope",
      "token-group forbidden",
    ]);
  });

  it.each([
    ["portal", "holds"],
    ["other", "unauthorized"],
    [["portal", "portal"], "unauthorized"],
    [undefined, "unauthorized"],
  ])("lets in listed client applications only: %j", async (azp, expected) => {
    expect(await verdict("token-client", { clientIds: ["portal"] }, { azp })).toBe(expected);
  });

  it("takes names as text, whatever C# they would be", async () => {
    const name = '" + context.Subscription.Key + "';
    const props = { clientIds: [name] };
    expect(await verdict("token-client", props, { azp: name })).toBe("holds");
    expect(await verdict("token-client", props, { azp: "" })).toBe("unauthorized");
  });

  it.each<[string, Partial<OidcAuthProps>, object]>([
    [
      "no audience",
      { audiences: [] },
      {
        rule: "'okta' needs an audience, or tokens for any other API of the issuer would pass",
        remedy: "give the identifier that the provider has for the API",
      },
    ],
    [
      "an audience with a wildcard",
      { audiences: ["*"] },
      {
        rule: "audiences of 'okta' must be exact values",
        value: "*",
        remedy: "list each value that you accept",
      },
    ],
    [
      "a blank value of a required claim",
      { requiredClaims: [{ name: "hd", values: [" "] }] },
      {
        rule: "requiredClaims values of 'okta' must be exact values",
        value: " ",
        remedy: "list each value that you accept",
      },
    ],
    [
      "one application as audience and client",
      { clientIds: ["api://claims"] },
      {
        rule: "'okta' must not have one application as audience and as client: its ID tokens would pass",
        value: "api://claims",
        remedy: "register the API at the provider with an identifier of its own",
      },
    ],
    [
      "a discovery document over http",
      { openIdConfigurationUrl: "http://contoso.okta.com/c" },
      {
        rule: "openIdConfigurationUrl of 'okta' must be an https URL",
        value: "http://contoso.okta.com/c",
        remedy: "write it as the identity provider's discovery document does",
      },
    ],
    [
      "more skew than five minutes",
      { clockSkewSeconds: 301 },
      {
        rule: "clockSkewSeconds of 'okta' must be a whole number from 0 to 300",
        value: 301,
        remedy: "keep 0 unless the provider's clock is known to differ",
      },
    ],
    [
      "an e-mail address as identity",
      { userIdClaim: "email" },
      {
        rule: "claims that identify callers of 'okta' must not be ones that people choose or hand on",
        value: "email",
        remedy: "use a stable id, such as 'sub' or 'oid'",
      },
    ],
    [
      "a claim name that no token has",
      { rolesClaim: "my roles" },
      {
        rule: "claim names of 'okta' must be 1 to 128 printable ASCII characters without space, '\"' or '\\'",
        value: "my roles",
        remedy: "write the claim as it stands in the token",
      },
    ],
    [
      "a required claim without a value",
      { requiredClaims: [{ name: "hd", values: [] }] },
      { rule: "requiredClaims of 'okta' need a value each", value: "hd", remedy: "list the accepted values" },
    ],
  ])("refuses %s", (_what, props, problem) => {
    expect(bindStrategy(Auth.oidc({ ...PROPS, ...props })).problems).toEqual([problem]);
  });
});

import { Lazy } from "cdktf";
import { Auth } from "../../../lib/auth/auth";
import type { TokenAuthenticator } from "../../../lib/auth/auth-strategy";
import type { EntraIdAuthProps } from "../../../lib/auth/entra-id-auth";
import { renderPolicy } from "../../../lib/policy/policy-renderer";
import { API, bindStrategy, type BindStrategyOptions, CLIENT, OTHER_TENANT, TENANT } from "./bind-strategy";

const PROPS: EntraIdAuthProps = { tenantId: TENANT, audiences: [API] };

function authenticator(
  props: Partial<EntraIdAuthProps> = {},
  options?: BindStrategyOptions,
): TokenAuthenticator {
  const { binding, problems } = bindStrategy(Auth.entraId({ ...PROPS, ...props }), options);
  expect(problems).toEqual([]);
  return binding.alternatives[0]?.token[0] as TokenAuthenticator;
}

function problems(props: Partial<EntraIdAuthProps>, options?: BindStrategyOptions): unknown {
  return bindStrategy(Auth.entraId({ ...PROPS, ...props }), options).problems;
}

function condition(rule: string, props: Partial<EntraIdAuthProps> = {}): unknown {
  const found = authenticator(props).conditions.find((each) => each.rule === rule);
  return found && { holds: found.holds.code.replace(/\s+/g, " "), refusal: found.refusal };
}

describe("Auth.entraId", () => {
  it("takes ids in any case: Entra ID writes them in lower case", () => {
    const upper = "ABCDEFAB-1111-4111-8111-111111111111";
    const lower = upper.toLowerCase();
    const given = authenticator({
      tenantId: upper,
      audiences: [upper],
      clientApplicationIds: ["ABCDEFAB-2222-4111-8111-111111111111"],
      groups: [upper],
    });
    expect(given.issuers.map(({ issuer }) => issuer)).toEqual([
      `https://login.microsoftonline.com/${lower}/v2.0`,
    ]);
    expect(given.clientIds).toEqual(["abcdefab-2222-4111-8111-111111111111"]);
    expect(given.canonicalId(upper)).toBe(lower);
    const group = given.conditions.find(({ rule }) => rule === "token-group");
    expect(group?.holds.code).toContain(lower);
  });

  it("holds a user's token to its scopes, and an application's own to its roles", () => {
    const scopes = '(token.Claims.ContainsKey("scp") ? token.Claims["scp"] : new string[0])';
    const roles = '(token.Claims.ContainsKey("roles") ? token.Claims["roles"] : new string[0])';
    expect(authenticator().permissions.code).toBe(
      `(token.Claims.ContainsKey("scp") ? ${scopes}.SelectMany(value => value.Split('\\u0020')).ToArray() : ${roles})`,
    );
  });

  it("asks for a token and for nothing of the gateway", () => {
    const { binding } = bindStrategy(Auth.entraId(PROPS));
    expect(binding).toMatchObject({
      subscriptionKey: "unused",
      negotiatesClientCertificates: false,
      certificateAuthorities: [],
      authenticators: [{ name: "entra", credential: "token" }],
    });
  });

  it("validates tenant, version, audience and client", () => {
    const [issuer] = authenticator({ clientApplicationIds: [CLIENT] }).issuers;
    expect(issuer?.issuer).toBe(`https://login.microsoftonline.com/${TENANT}/v2.0`);
    expect(issuer && renderPolicy(issuer.validation).replace(/\n\s*/g, "")).toBe(
      `<validate-azure-ad-token id="authenticate-entra" tenant-id="${TENANT}" header-name="Authorization" ` +
        'failed-validation-httpcode="401" output-token-variable-name="callerToken">' +
        `<client-application-ids><application-id>${CLIENT}</application-id></client-application-ids>` +
        `<audiences><audience>${API}</audience></audiences>` +
        '<required-claims><claim name="ver" match="all"><value>2.0</value></claim>' +
        `<claim name="tid" match="all"><value>${TENANT}</value></claim></required-claims>` +
        "</validate-azure-ad-token>",
    );
  });

  it("reads version 1 tokens by their own issuer and claims", () => {
    const version1 = authenticator({ tokenVersion: 1, audiences: ["api://claims"] });
    expect(version1.issuers[0]?.issuer).toBe(`https://sts.windows.net/${TENANT}/`);
    expect(version1.clientId.code).toContain('token.Claims["appid"][0]');
  });

  it("holds the token to its exact issuer", () => {
    expect(condition("token-issuer")).toEqual({
      holds: `new[] { "https://login.microsoftonline.com/${TENANT}/v2.0" }.Contains(token.Issuer)`,
      refusal: "unauthorized",
    });
  });

  it("refuses ID tokens", () => {
    expect(condition("token-is-access-token")).toEqual({
      holds:
        '!new[] { "nonce", "at_hash", "c_hash" }.Any(name => token.Claims.ContainsKey(name)) && ' +
        '(token.Claims.ContainsKey("scp") || token.Claims.ContainsKey("roles") || ' +
        '(token.Claims.ContainsKey("idtyp") && token.Claims["idtyp"].Length == 1 ? token.Claims["idtyp"][0] : "") == "app")',
      refusal: "unauthorized",
    });
  });

  it("needs a scope of users and a role of applications, so that a user's role opens nothing for applications", () => {
    expect(condition("token-scope", { scopes: ["Chat.Read"], roles: ["Chat.Invoke"] })).toEqual({
      holds:
        '(token.Claims.ContainsKey("scp") && (token.Claims.ContainsKey("scp") ? token.Claims["scp"] : new string[0])' +
        ".SelectMany(value => value.Split('\\u0020')).ToArray().Any(value => new[] { \"Chat.Read\" }.Contains(value))) || " +
        '(!token.Claims.ContainsKey("scp") && (token.Claims.ContainsKey("roles") ? token.Claims["roles"] : new string[0])' +
        '.Any(value => new[] { "Chat.Invoke" }.Contains(value)))',
      refusal: "insufficient_scope",
    });
  });

  it("needs a group by object id, and fails closed when the token lists none", () => {
    expect(condition("token-group", { groups: [CLIENT] })).toEqual({
      holds: `(token.Claims.ContainsKey("groups") ? token.Claims["groups"] : new string[0]).Any(value => new[] { "${CLIENT}" }.Contains(value))`,
      refusal: "forbidden",
    });
  });

  it("refuses public clients on request", () => {
    expect(condition("token-public-client", { publicClients: "refuse" })).toEqual({
      holds:
        '(token.Claims.ContainsKey("azpacr") ? token.Claims["azpacr"] : new string[0]).Any(value => new[] { "1", "2" }.Contains(value))',
      refusal: "forbidden",
    });
    expect(condition("token-public-client")).toBeUndefined();
  });

  it.each([
    ["client applications", { clientApplicationIds: [CLIENT] }, true],
    ["scopes", { scopes: ["a"] }, true],
    ["roles", { roles: ["a"] }, true],
    ["groups", { groups: [CLIENT] }, true],
    ["nothing", {}, false],
  ])("knows whether %s restrict who gets in", (_what, props, restricts) => {
    expect(authenticator(props).restrictsClients).toBe(restricts);
  });

  it("gives each tenant its own issuer, by opt-out", () => {
    const { issuers } = authenticator(
      { additionalTenantIds: [OTHER_TENANT] },
      { optOuts: ["api-multi-tenant"] },
    );
    expect(issuers.map(({ issuer }) => issuer)).toEqual([
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
      `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`,
    ]);
  });

  it("takes audience and clients from registrations of the same stack", () => {
    const token = Lazy.stringValue({ produce: () => API });
    expect(
      problems({ audiences: [token], clientApplicationIds: [Lazy.stringValue({ produce: () => CLIENT })] }),
    ).toEqual([]);
  });

  it.each<[string, Partial<EntraIdAuthProps>, object]>([
    [
      "a tenant that stands for any tenant",
      { tenantId: "common" },
      {
        rule: "tenant of 'entra' must be a GUID: names and 'common' stand for tenants that you do not know",
        value: "common",
        remedy: "use the directory (tenant) id; several are listed in additionalTenantIds",
      },
    ],
    [
      "a tenant twice",
      { additionalTenantIds: [TENANT] },
      { rule: "tenants of 'entra' must differ", value: [TENANT, TENANT], remedy: "list each tenant once" },
    ],
    [
      "no audience",
      { audiences: [] },
      {
        rule: "'entra' needs an audience, or tokens for any other API of the tenant would pass",
        remedy: "give the application (client) id of the API's registration",
      },
    ],
    [
      "an audience that version 2 tokens never have",
      { audiences: ["api://claims"] },
      {
        rule: "audiences of 'entra' must be GUIDs: version 2 tokens name the API by its application id",
        value: "api://claims",
        remedy:
          "use the API's application (client) id; 'api://' URIs stand in tokens with tokenVersion 1 only",
      },
    ],
    [
      "an audience that no token has",
      { tokenVersion: 1, audiences: ["https://x"] },
      {
        rule: "audiences of 'entra' must be GUIDs or api:// URIs",
        value: "https://x",
        remedy:
          "use the API's application (client) id; 'api://' URIs stand in tokens with tokenVersion 1 only",
      },
    ],
    [
      "a client that is no application id",
      { clientApplicationIds: ["portal"] },
      {
        rule: "clientApplicationIds of 'entra' must be GUIDs",
        value: "portal",
        remedy: "use the application (client) id of the client's registration",
      },
    ],
    [
      "one application as audience and client",
      { clientApplicationIds: [API] },
      {
        rule: "'entra' must not have one application as audience and as client: its ID tokens would pass",
        value: API,
        remedy: "register the client as an application of its own",
      },
    ],
    [
      "a group by name",
      { groups: ["admins"] },
      {
        rule: "groups of 'entra' must be object ids",
        value: "admins",
        remedy: "use the group's object id: names can be given to another group",
      },
    ],
    [
      "several scopes in one",
      { scopes: ["a b"] },
      {
        rule: "scopes and roles of 'entra' must be single words",
        value: "a b",
        remedy: "list each scope by itself, as it stands in the token",
      },
    ],
    [
      "an operation that nobody could call",
      { operationScopes: { embeddings: [] } },
      {
        rule: "operationScopes of 'entra' must name a scope for each operation",
        value: "embeddings",
        remedy: "name one, or leave the operation out of operationScopes",
      },
    ],
    [
      "a name that cannot stand in a client id",
      { name: "Entra/1" },
      {
        rule: "name of an authenticator must be 2 to 40 lower-case letters, digits or '-', starting with a letter",
        value: "Entra/1",
        remedy: "shorten it, as in 'okta'",
      },
    ],
  ])("refuses %s", (_what, props, problem) => {
    expect(problems(props, { optOuts: ["api-multi-tenant"] })).toEqual([problem]);
  });

  it("refuses a second tenant without the opt-out", () => {
    expect(problems({ additionalTenantIds: [OTHER_TENANT] })).toEqual([
      {
        rule: "'entra' accepts tokens of one tenant",
        value: [OTHER_TENANT],
        remedy: "opt out of 'api-multi-tenant' on the API, with the reason why these tenants are trusted",
      },
    ]);
  });
});

import { Lazy } from "cdktf";
import { Auth } from "../../../lib/auth/auth";
import type { TokenAuthenticator } from "../../../lib/auth/auth-strategy";
import type { EntraIdAuthProps } from "../../../lib/auth/entra-id-auth";
import { csharp } from "../../../lib/policy/csharp";
import { renderPolicy } from "../../../lib/policy/policy-renderer";
import { valueForToken } from "../../support/policy-run";
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

/** What a condition says of a token with these claims: that it holds, or the refusal. */
async function verdict(
  rule: string,
  claims: Readonly<Record<string, unknown>>,
  props: Partial<EntraIdAuthProps> = {},
): Promise<string | undefined> {
  const found = authenticator(props).conditions.find((each) => each.rule === rule);
  return found && ((await valueForToken(found.holds, claims)) === "True" ? "holds" : found.refusal);
}

describe("Auth.entraId", () => {
  it("takes ids in any case: Entra ID writes them in lower case", async () => {
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
    expect(await verdict("token-group", { groups: [lower] }, { groups: [upper] })).toBe("holds");
  });

  it.each([
    [{ scp: "Chat.Read Chat.Write", roles: ["Chat"] }, "Chat.Read,Chat.Write"],
    [{ roles: ["Chat", "Embed"] }, "Chat,Embed"],
    [{}, ""],
  ])(
    "holds a user's token to its scopes, and an application's own to its roles: %j",
    async (claims, held) => {
      const { permissions } = authenticator();
      expect(await valueForToken(csharp`string.Join(",", ${permissions})`, claims)).toBe(held);
    },
  );

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

  it("reads version 1 tokens by their own issuer and claims", async () => {
    const version1 = authenticator({ tokenVersion: 1, audiences: ["api://claims"] });
    expect(version1.issuers[0]?.issuer).toBe(`https://sts.windows.net/${TENANT}/`);
    expect(await valueForToken(version1.clientId, { appid: CLIENT, azp: "other" })).toBe(CLIENT);
  });

  it("holds the token to its exact issuer", async () => {
    const iss = `https://login.microsoftonline.com/${TENANT}/v2.0`;
    expect(await verdict("token-issuer", { iss })).toBe("holds");
    for (const other of [`${iss}/`, iss.toUpperCase(), iss.replace(TENANT, OTHER_TENANT), undefined]) {
      expect(await verdict("token-issuer", { iss: other })).toBe("unauthorized");
    }
  });

  it.each([
    [{ scp: "Chat.Read" }, "holds"],
    [{ roles: ["Chat"] }, "holds"],
    [{ idtyp: "app" }, "holds"],
    [{ idtyp: "user" }, "unauthorized"],
    [{ idtyp: ["app", "app"] }, "unauthorized"],
    [{}, "unauthorized"],
    [{ scp: "Chat.Read", nonce: "n" }, "unauthorized"],
    [{ scp: "Chat.Read", at_hash: "h" }, "unauthorized"],
    [{ scp: "Chat.Read", c_hash: "h" }, "unauthorized"],
  ])("refuses ID tokens: %j", async (claims, expected) => {
    expect(await verdict("token-is-access-token", claims)).toBe(expected);
  });

  it.each([
    [{ scp: "Chat.Read" }, "holds"],
    [{ scp: "Other Chat.Read" }, "holds"],
    [{ roles: ["Chat.Invoke"] }, "holds"],
    [{ scp: "Other", roles: ["Chat.Invoke"] }, "insufficient_scope"],
    [{ roles: ["Chat.Read"] }, "insufficient_scope"],
    [{ scp: "Chat.Invoke" }, "insufficient_scope"],
    [{}, "insufficient_scope"],
  ])(
    "needs a scope of users and a role of applications, so that a user's role opens nothing for applications: %j",
    async (claims, expected) => {
      const props = { scopes: ["Chat.Read"], roles: ["Chat.Invoke"] };
      expect(await verdict("token-scope", claims, props)).toBe(expected);
    },
  );

  it.each([
    [[CLIENT], "holds"],
    [["other", CLIENT], "holds"],
    [["other"], "forbidden"],
    [undefined, "forbidden"],
  ])(
    "needs a group by object id, and fails closed when the token lists none: %j",
    async (groups, expected) => {
      expect(await verdict("token-group", { groups, hasgroups: "true" }, { groups: [CLIENT] })).toBe(
        expected,
      );
    },
  );

  it.each([
    ["0", "forbidden"],
    ["1", "holds"],
    ["2", "holds"],
    [undefined, "forbidden"],
  ])("refuses public clients on request: %j", async (azpacr, expected) => {
    expect(await verdict("token-public-client", { azpacr }, { publicClients: "refuse" })).toBe(expected);
    expect(await verdict("token-public-client", { azpacr })).toBeUndefined();
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
      "a client that is not an application id",
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

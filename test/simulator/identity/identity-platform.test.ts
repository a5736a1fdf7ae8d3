import { createHmac } from "node:crypto";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { Clock } from "../../../simulator/clock";
import { type EntraUser, IdentityPlatform } from "../../../simulator/identity";
import type { GatewayModel, IdentityModel, StackModel } from "../../../simulator/model";
import { Network, readText } from "../../../simulator/network";

const TENANT_ID = "11111111-1111-4111-8111-111111111111";
const AUTHORITY = `https://login.microsoftonline.com/${TENANT_ID}`;
const now = Date.UTC(2026, 2, 1) / 1000;

const identity = (name: string): IdentityModel => ({
  address: `azurerm_user_assigned_identity.${name}`,
  id: `/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
  name,
  clientId: `client-${name}`,
  principalId: `principal-${name}`,
  tenantId: TENANT_ID,
});

const GATEWAY: GatewayModel = {
  address: "azurerm_api_management.gateway",
  id: "/subscriptions/s/x",
  name: "apim",
  location: "westeurope",
  tier: "Developer",
  hostNames: [],
  identities: [{ kind: "UserAssigned", clientId: "client-a", principalId: "principal-a" }],
  trustedCertificates: [],
  certificates: [],
  namedValues: [{ address: "n", displayName: "idp", value: "https://idp.contoso.test", secret: false }],
  fragments: [],
  policy: {
    address: "p",
    xml: `<policies><inbound><validate-jwt>
      <openid-config url="{{idp}}/.well-known/openid-configuration" />
      <openid-config url='https://shared.test/realms/one/.well-known/openid-configuration' />
      <openid-config url="https://slash.test/.well-known/openid-configuration" />
      <issuers><issuer>https://slash.test/</issuer></issuers>
      <openid-config url="@(context.Variables["x"])" />
      </validate-jwt><validate-azure-ad-token tenant-id="33333333-3333-4333-8333-333333333333" /></inbound></policies>`,
  },
  apis: [],
  products: [],
  subscriptions: [],
  backends: [],
  loggers: [],
  diagnostics: [],
  externalCaches: [],
  virtualNetwork: false,
  publicIpAddresses: [],
};

const MODEL: StackModel = {
  gateways: [GATEWAY],
  accounts: [],
  identities: [identity("a"), identity("b")],
  vaults: [],
  roleAssignments: [],
  applications: [],
  tenantIds: [TENANT_ID],
  irrelevant: [],
};

let clock: Clock;
let network: Network;
let platform: IdentityPlatform;

beforeEach(() => {
  clock = new Clock({ at: new Date(now * 1000), running: false });
  network = new Network(clock);
  platform = new IdentityPlatform({ model: MODEL, network, clock });
});

async function get(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await network.fetch({ url, method: "GET", headers });
  return {
    status: response.status,
    json: JSON.parse(await readText(response.body)) as Record<string, unknown>,
  };
}

async function post(
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await network.fetch({
    url,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: Buffer.from(new URLSearchParams(form).toString()),
  });
  return {
    status: response.status,
    json: JSON.parse(await readText(response.body)) as Record<string, unknown>,
  };
}

describe("metadata of a tenant", () => {
  test.each([
    ["v2.0/.well-known/openid-configuration", `${AUTHORITY}/v2.0`],
    [".well-known/openid-configuration", `https://sts.windows.net/${TENANT_ID}/`],
  ])("%s names the issuer %s, whose tokens its keys verify", async (path, issuer) => {
    const { json } = await get(`${AUTHORITY}/${path}`);
    expect(json["issuer"]).toBe(issuer);
    const keys = (await get(String(json["jwks_uri"]))).json as unknown as JSONWebKeySet;
    const token = await platform.mintToken({ issuer, claims: { aud: "api" } });
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      currentDate: clock.date(),
    });
    expect(payload).toMatchObject({ aud: "api", tid: TENANT_ID, iat: now, nbf: now, exp: now + 3600 });
  });

  test("is counted", async () => {
    await get(`${AUTHORITY}/v2.0/.well-known/openid-configuration`);
    await get(`${AUTHORITY}/discovery/v2.0/keys`);
    await get(`${AUTHORITY}/discovery/v2.0/keys`);
    expect(platform.metadataFetches(`${AUTHORITY}/v2.0`)).toEqual({ discovery: 1, keys: 2 });
  });

  test("of a tenant that does not exist is refused", async () => {
    expect(
      (await get("https://login.microsoftonline.com/nowhere/v2.0/.well-known/openid-configuration")).status,
    ).toBe(400);
  });

  test("of common has a template for the issuer", async () => {
    const { json } = await get(
      "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration",
    );
    expect(json["issuer"]).toBe("https://login.microsoftonline.com/{tenantid}/v2.0");
  });
});

describe("the mint", () => {
  const issuer = `${AUTHORITY}/v2.0`;

  async function verifies(token: string): Promise<boolean> {
    const keys = (await get(`${AUTHORITY}/discovery/v2.0/keys`)).json as unknown as JSONWebKeySet;
    return jwtVerify(token, createLocalJWKSet(keys), { currentDate: clock.date() }).then(
      () => true,
      () => false,
    );
  }

  test("may leave out or change any claim and header", async () => {
    const token = await platform.mintToken({
      issuer,
      claims: { exp: undefined, iss: "https://else.test" },
      header: { kid: 7, x5u: "https://attacker.test" },
    });
    expect(decodeProtectedHeader(token)).toMatchObject({
      alg: "RS256",
      kid: 7,
      x5u: "https://attacker.test",
    });
    expect(decodeJwt(token)).toMatchObject({ iss: "https://else.test" });
    expect("exp" in decodeJwt(token)).toBe(false);
  });

  test("may write a payload as text, names twice", async () => {
    const token = await platform.mintToken({ issuer, claims: '{"aud":"x","aud":"y"}' });
    expect(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()).toBe('{"aud":"x","aud":"y"}');
  });

  test("may sign with a key that nobody published", async () => {
    expect(await verifies(await platform.mintToken({ issuer, claims: {}, key: "unpublished" }))).toBe(false);
  });

  test("may leave out the signature", async () => {
    const token = await platform.mintToken({ issuer, claims: {}, header: { alg: "none" }, key: "none" });
    expect(token).toMatch(/^[^.]+\.[^.]+\.$/);
  });

  test("may confuse algorithms: HMAC with the public key", async () => {
    const key = await platform.tenant(TENANT_ID).keys.current();
    const pem = key.publicKey.export({ type: "spki", format: "pem" });
    const token = await platform.mintToken({
      issuer,
      claims: {},
      header: { alg: "HS256" },
      sign: (input) => createHmac("sha256", pem).update(input).digest(),
    });
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "HS256" });
    expect(await verifies(token)).toBe(false);
  });

  test("signs with a new key after rotation; the old one is published until it is retired", async () => {
    const { keys } = platform.tenant(TENANT_ID);
    const before = await platform.mintToken({ issuer, claims: {} });
    await keys.rotate();
    const after = await platform.mintToken({ issuer, claims: {} });
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    expect([await verifies(before), await verifies(after)]).toEqual([true, true]);
    keys.retireEarlier();
    expect([await verifies(before), await verifies(after)]).toEqual([false, true]);
  });
});

describe("client credentials of Entra", () => {
  function register(version: 1 | 2): { clientId: string; api: string } {
    const tenant = platform.tenant(TENANT_ID);
    const client = tenant.addApplication({ displayName: "client", secrets: [{ value: "s3cret" }] });
    tenant.addApplication({
      displayName: "api",
      clientId: "api-client-id",
      identifierUris: ["api://gateway"],
      accessTokenVersion: version,
      appRoles: [{ id: "role", value: "Chat.All", memberTypes: ["Application"] }],
      servicePrincipal: {
        objectId: "api-sp",
        appRoleAssignmentRequired: true,
        assignedRoles: [{ principalId: client.servicePrincipal?.objectId ?? "", appRoleId: "role" }],
      },
    });
    return { clientId: client.clientId, api: "api://gateway" };
  }

  test.each([
    [2, { ver: "2.0", iss: `${AUTHORITY}/v2.0`, aud: "api-client-id", azpacr: "1" }],
    [1, { ver: "1.0", iss: `https://sts.windows.net/${TENANT_ID}/`, aud: "api://gateway", appidacr: "1" }],
  ] as const)("give a version %d token with the roles assigned", async (version, claims) => {
    const { clientId, api } = register(version);
    const { status, json } = await post(`${AUTHORITY}/oauth2/v2.0/token`, {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: "s3cret",
      scope: `${api}/.default`,
    });
    expect(status).toBe(200);
    expect(decodeJwt(String(json["access_token"]))).toMatchObject({
      ...claims,
      roles: ["Chat.All"],
      tid: TENANT_ID,
    });
  });

  test.each([
    ["a wrong secret", { client_secret: "guess" }, 401, 7000215],
    ["an unknown client", { client_id: "nobody" }, 400, 700016],
    ["an unknown resource", { scope: "api://else/.default" }, 400, 500011],
    ["another grant", { grant_type: "password" }, 400, 70003],
  ])("refuse %s", async (_name, change, status, code) => {
    const { clientId, api } = register(2);
    const answer = await post(`${AUTHORITY}/oauth2/v2.0/token`, {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: "s3cret",
      scope: `${api}/.default`,
      ...change,
    });
    expect(answer).toMatchObject({ status, json: { error_codes: [code] } });
  });

  test.each([
    ["without a service principal in the tenant", { servicePrincipal: undefined }, "api://late"],
    ["by an identifier URI that it does not have", {}, "api://late-client-id"],
  ])("refuse an API %s", async (_name, change, resource) => {
    const tenant = platform.tenant(TENANT_ID);
    const { clientId } = tenant.addApplication({ displayName: "client", secrets: [{ value: "s3cret" }] });
    tenant.addApplication({
      displayName: "api",
      clientId: "late-client-id",
      identifierUris: ["api://late"],
      ...change,
    });
    const answer = await post(`${AUTHORITY}/oauth2/v2.0/token`, {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: "s3cret",
      scope: `${resource}/.default`,
    });
    expect(answer).toMatchObject({ status: 400, json: { error_codes: [500011] } });
  });

  test.each([
    ["before it begins", { validFrom: "2026-03-01T00:00:01Z" }, 7000215],
    ["from the moment it ends", { validUntil: "2026-03-01T00:00:00Z" }, 7000222],
  ])("refuse a secret %s", async (_name, validity, code) => {
    const { clientId } = platform
      .tenant(TENANT_ID)
      .addApplication({ displayName: "client", secrets: [{ value: "s3cret", ...validity }] });
    const answer = await post(`${AUTHORITY}/oauth2/v2.0/token`, {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: "s3cret",
      scope: "https://cognitiveservices.azure.com/.default",
    });
    expect(answer).toMatchObject({ status: 401, json: { error_codes: [code] } });
  });

  test("refuse a client without the assignment that the API requires", async () => {
    const { api } = register(2);
    const stranger = platform
      .tenant(TENANT_ID)
      .addApplication({ displayName: "stranger", secrets: [{ value: "x" }] });
    const answer = await post(`${AUTHORITY}/oauth2/v2.0/token`, {
      grant_type: "client_credentials",
      client_id: stranger.clientId,
      client_secret: "x",
      scope: `${api}/.default`,
    });
    expect(answer.json["error_codes"]).toEqual([501051]);
  });

  test.each([
    ["that matches", {}, 200],
    ["of another subject", { sub: "repo:else" }, 401],
    ["for another audience", { aud: "api://else" }, 401],
  ])("take a federated assertion %s: %s", async (_name, change, status) => {
    const tenant = platform.tenant(TENANT_ID);
    const client = tenant.addApplication({
      displayName: "ci",
      federatedCredentials: [
        { issuer: "https://ci.test", subject: "repo:main", audiences: ["api://AzureADTokenExchange"] },
      ],
    });
    const assertion = await platform.provider("https://ci.test").mint({
      claims: { sub: "repo:main", aud: "api://AzureADTokenExchange", ...change },
    });
    const answer = await post(`${AUTHORITY}/oauth2/v2.0/token`, {
      grant_type: "client_credentials",
      client_id: client.clientId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      scope: "https://cognitiveservices.azure.com/.default",
    });
    expect(answer.status).toBe(status);
  });
});

describe("the device flow of Entra", () => {
  async function start(): Promise<{
    clientId: string;
    userCode: string;
    poll: () => ReturnType<typeof post>;
  }> {
    const tenant = platform.tenant(TENANT_ID);
    const client = tenant.addApplication({ displayName: "cli", publicClient: true });
    tenant.addApplication({
      displayName: "api",
      clientId: "api-id",
      identifierUris: ["api://api-id"],
      scopes: [{ id: "1", value: "Chat.Invoke" }],
    });
    const scope = "api://api-id/Chat.Invoke openid offline_access";
    const { json } = await post(`${AUTHORITY}/oauth2/v2.0/devicecode`, { client_id: client.clientId, scope });
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      client_id: client.clientId,
      device_code: String(json["device_code"]),
    };
    return {
      clientId: client.clientId,
      userCode: String(json["user_code"]),
      poll: () => post(`${AUTHORITY}/oauth2/v2.0/token`, form),
    };
  }

  test("waits, then gives a delegated token of a public client, once", async () => {
    const { clientId, userCode, poll } = await start();
    expect((await poll()).json["error"]).toBe("authorization_pending");
    clock.advance(5000);
    platform.approveEntraDevice(TENANT_ID, userCode.toLowerCase(), { objectId: "user-1", name: "ann" });
    const { json } = await poll();
    expect(decodeJwt(String(json["access_token"]))).toMatchObject({
      aud: "api-id",
      azp: clientId,
      azpacr: "0",
      oid: "user-1",
      scp: "Chat.Invoke",
    });
    expect(decodeJwt(String(json["id_token"]))).toMatchObject({ aud: clientId, preferred_username: "ann" });
    expect((await poll()).json["error"]).toBe("invalid_grant");
  });

  test.each<[string, EntraUser, number | undefined]>([
    ["no assignment", { objectId: "user-1" }, 50105],
    ["an app role", { objectId: "user-1", roles: ["Models.User"] }, undefined],
    ["an assignment of the stack", { objectId: "assigned" }, undefined],
    ["a group that is assigned", { objectId: "user-1", groups: ["assigned"] }, undefined],
  ])("of an API that requires assignment gives a user with %s the error %p", async (_name, user, code) => {
    const { userCode, poll } = await start();
    platform.tenant(TENANT_ID).addApplication({
      displayName: "api",
      clientId: "api-id",
      identifierUris: ["api://api-id"],
      scopes: [{ id: "1", value: "Chat.Invoke" }],
      servicePrincipal: {
        objectId: "api-sp",
        appRoleAssignmentRequired: true,
        assignedRoles: [{ principalId: "assigned", appRoleId: "00000000-0000-0000-0000-000000000000" }],
      },
    });
    platform.approveEntraDevice(TENANT_ID, userCode, user);
    expect((await poll()).json["error_codes"]).toEqual(code === undefined ? undefined : [code]);
  });

  test("gives a user the app roles for users that the stack assigns, and those that the test adds", async () => {
    const { userCode, poll } = await start();
    const role = { id: "1", value: "Models.User", memberTypes: ["User"] };
    platform.tenant(TENANT_ID).addApplication({
      displayName: "api",
      clientId: "api-id",
      identifierUris: ["api://api-id"],
      scopes: [{ id: "1", value: "Chat.Invoke" }],
      appRoles: [role, { id: "2", value: "Models.App", memberTypes: ["Application"] }],
      servicePrincipal: {
        objectId: "api-sp",
        appRoleAssignmentRequired: true,
        assignedRoles: ["1", "2"].map((appRoleId) => ({ principalId: "group", appRoleId })),
      },
    });
    const user = { objectId: "user-1", groups: ["group"], roles: ["Models.Admin"] };
    platform.approveEntraDevice(TENANT_ID, userCode, user);
    const { json } = await poll();
    expect(decodeJwt(String(json["access_token"]))["roles"]).toEqual(["Models.Admin", "Models.User"]);
  });

  test("slows a hasty client down", async () => {
    const { poll } = await start();
    await poll();
    expect((await poll()).json["error"]).toBe("slow_down");
  });

  test("ends when the code expires, or the user declines", async () => {
    const expired = await start();
    clock.advance(900_000);
    expect((await expired.poll()).json["error"]).toBe("expired_token");
    const declined = await start();
    platform.entra.denyDevice(TENANT_ID, declined.userCode);
    expect((await declined.poll()).json["error"]).toBe("access_denied");
  });

  test("is closed to confidential clients", async () => {
    const client = platform
      .tenant(TENANT_ID)
      .addApplication({ displayName: "web", secrets: [{ value: "x" }] });
    const { status } = await post(`${AUTHORITY}/oauth2/v2.0/devicecode`, {
      client_id: client.clientId,
      scope: "x/y",
    });
    expect(status).toBe(401);
  });
});

describe("managed identities", () => {
  test("give tokens of version 1 for the resource asked for", async () => {
    const token = await platform.managedIdentityToken(
      GATEWAY,
      "https://cognitiveservices.azure.com",
      "client-a",
    );
    expect(decodeJwt(token)).toMatchObject({
      aud: "https://cognitiveservices.azure.com",
      iss: `https://sts.windows.net/${TENANT_ID}/`,
      appid: "client-a",
      oid: "principal-a",
      ver: "1.0",
      exp: now + 86_400,
      xms_mirid: identity("a").id,
    });
  });

  test("give tokens of the tenant's own applications with the app roles that were granted", async () => {
    const role = { id: "role-1", value: "Models.Invoke.All", memberTypes: ["Application"] };
    const api = platform.tenant(TENANT_ID).addApplication({
      displayName: "api",
      appRoles: [role, { ...role, id: "role-2", value: "Models.Admin" }],
      servicePrincipal: {
        objectId: "api-principal",
        appRoleAssignmentRequired: true,
        assignedRoles: [{ principalId: "principal-a", appRoleId: "role-1" }],
      },
    });
    const token = await platform.managedIdentityToken(GATEWAY, api.clientId, "client-a");
    expect(decodeJwt(token)).toMatchObject({
      aud: api.clientId,
      iss: `https://login.microsoftonline.com/${TENANT_ID}/v2.0`,
      azp: "client-a",
      roles: ["Models.Invoke.All"],
      ver: "2.0",
    });
  });

  describe("of an API that no managed identity has rights on", () => {
    const imdsOf = (resource: string): string =>
      `http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&client_id=client-a&resource=${resource}`;

    test("are refused when it requires an assignment", async () => {
      const api = platform.tenant(TENANT_ID).addApplication({
        displayName: "api",
        servicePrincipal: { objectId: "api-sp", appRoleAssignmentRequired: true, assignedRoles: [] },
      });
      expect(await get(imdsOf(api.clientId), { Metadata: "true" })).toMatchObject({
        status: 400,
        json: { error_description: expect.stringContaining("AADSTS501051") as unknown },
      });
    });

    test("are refused when the tenant does not have it", async () => {
      expect(await get(imdsOf("api://nobody"), { Metadata: "true" })).toMatchObject({
        status: 400,
        json: { error_description: expect.stringContaining("AADSTS500011") as unknown },
      });
    });

    test("are refused to a gateway, too", async () => {
      await expect(platform.managedIdentityToken(GATEWAY, "api://nobody", "client-a")).rejects.toThrow(
        "AADSTS500011",
      );
    });
  });

  test.each([["client-b"], [undefined]])("are refused when not attached: %p", async (clientId) => {
    await expect(platform.managedIdentityToken(GATEWAY, "x", clientId)).rejects.toThrow(GATEWAY.address);
  });

  const imds =
    "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net";

  test("that no stack creates can be attached to the host", async () => {
    platform.managedIdentities.addIdentity({ ...identity("c"), clientId: "client-c" });
    const { json } = await get(`${imds}&client_id=client-c`, { Metadata: "true" });
    expect(json).toMatchObject({ client_id: "client-c" });
  });

  test("answer through instance metadata", async () => {
    const { json } = await get(`${imds}&client_id=client-b`, { Metadata: "true" });
    expect(json).toMatchObject({
      client_id: "client-b",
      resource: "https://vault.azure.net",
      expires_on: String(now + 86_400),
    });
    expect(decodeJwt(String(json["access_token"])).oid).toBe("principal-b");
  });

  test.each<[string, string, Record<string, string>]>([
    ["without the header against request forgery", `${imds}&client_id=client-b`, {}],
    ["behind a proxy", `${imds}&client_id=client-b`, { Metadata: "true", "X-Forwarded-For": "1.2.3.4" }],
    ["without saying which of several", imds, { Metadata: "true" }],
    ["for an unknown identity", `${imds}&client_id=nobody`, { Metadata: "true" }],
  ])("do not answer %s", async (_name, url, headers) => {
    expect((await get(url, headers)).status).toBe(400);
  });

  test("answer App Service clients that know the secret", async () => {
    const url =
      "http://127.0.0.1/msi/token?api-version=2019-08-01&resource=https://vault.azure.net&client_id=client-a";
    const { secret } = platform.managedIdentities;
    expect((await get(url, { "X-IDENTITY-HEADER": secret })).json).toMatchObject({ client_id: "client-a" });
    expect((await get(url, { "X-IDENTITY-HEADER": "guess" })).status).toBe(401);
  });
});

describe("the optional claim idtyp", () => {
  const user: EntraUser = { objectId: "user-1", roles: ["x"] };

  test.each([
    ["an API without it", undefined, undefined, undefined],
    ["an API that asks for it", "applicationTokens", "app", undefined],
    ["an API that asks for it in users' tokens, too", "allTokens", "app", "user"],
  ] as const)("of %s", async (_name, tokenTypeClaim, ofApplication, ofUser) => {
    const tenant = platform.tenant(TENANT_ID);
    const client = tenant.addApplication({ displayName: "client" });
    const api = tenant.addApplication({ displayName: "api", tokenTypeClaim });
    const resource = tenant.requireResource(api.clientId);
    const props = { client, authentication: "secret", resource } as const;
    const idtyp = ({ token }: { readonly token: string }): unknown => decodeJwt(token)["idtyp"];
    expect(idtyp(await tenant.accessToken(props))).toBe(ofApplication);
    expect(idtyp(await tenant.accessToken({ ...props, user }))).toBe(ofUser);
    const identity = { clientId: "client-a", principalId: "principal-a" };
    expect(idtyp(await tenant.managedIdentityToken(identity, api.clientId))).toBe(ofApplication);
  });
});

describe("an API that only a policy names", () => {
  const apiId = "44444444-4444-4444-8444-444444444444";
  const platformWith = (audience: string, version: string): IdentityPlatform =>
    new IdentityPlatform({
      model: {
        ...MODEL,
        gateways: [
          {
            ...GATEWAY,
            policy: {
              address: "p",
              xml: `<policies><inbound><validate-azure-ad-token tenant-id="${TENANT_ID}">
                <audiences><audience>${audience}</audience></audiences>
                <required-claims><claim name="ver"><value>${version}</value></claim></required-claims>
                </validate-azure-ad-token></inbound></policies>`,
            },
          },
        ],
      },
      network: new Network(clock),
      clock,
    });

  test.each([
    [apiId, "2.0", `api://${apiId}`, apiId],
    [apiId, "1.0", `api://${apiId}`, `api://${apiId}`],
    [`api://${apiId}`, "1.0", apiId, apiId],
    ["api://gateway", "1.0", "api://gateway", "api://gateway"],
  ])("as %s with version %s is registered as %s", async (audience, version, resource, aud) => {
    const token = await platformWith(audience, version).managedIdentityToken(GATEWAY, resource, "client-a");
    expect(decodeJwt(token)).toMatchObject({ aud, ver: version });
  });

  test("gives way to what a test registers under its id", async () => {
    const named = platformWith(apiId, "2.0");
    named.tenant(TENANT_ID).addApplication({
      displayName: "api",
      clientId: apiId,
      servicePrincipal: { objectId: "sp", appRoleAssignmentRequired: true, assignedRoles: [] },
    });
    await expect(named.managedIdentityToken(GATEWAY, apiId, "client-a")).rejects.toThrow("AADSTS501051");
  });
});

describe("OpenID providers", () => {
  it("end their issuer with a slash when the policies do, and are one provider with and without it", async () => {
    const { json } = await get("https://slash.test/.well-known/openid-configuration");
    expect(json.issuer).toBe("https://slash.test/");
    expect(platform.provider("https://slash.test/")).toBe(platform.provider("https://slash.test"));
  });

  test("that policies name exist, several at one host too, and so do the tenants they name", async () => {
    platform.provider("https://shared.test/realms/two");
    for (const issuer of [
      "https://idp.contoso.test",
      "https://shared.test/realms/one",
      "https://shared.test/realms/two",
    ]) {
      const { json } = await get(`${issuer}/.well-known/openid-configuration`);
      expect(json["issuer"]).toBe(issuer);
    }
    expect(platform.entra.tenants.map(({ id }) => id)).toContain("33333333-3333-4333-8333-333333333333");
  });

  test("do not share keys", async () => {
    const token = await platform.mintToken({ issuer: "https://idp.contoso.test", claims: {} });
    const other = (await get("https://shared.test/realms/one/jwks")).json as unknown as JSONWebKeySet;
    await expect(jwtVerify(token, createLocalJWKSet(other), { currentDate: clock.date() })).rejects.toThrow();
  });

  test("give tokens for client credentials, by Basic authentication and by form", async () => {
    const provider = platform.provider("https://idp.contoso.test");
    provider.addClient({
      clientId: "svc",
      secret: "pa:ss",
      audience: "api://gateway",
      claims: { tier: "gold" },
    });
    const form = { grant_type: "client_credentials", scope: "chat.read" };
    const basic = { authorization: `Basic ${Buffer.from("svc:pa%3Ass").toString("base64")}` };
    for (const answer of [
      await post("https://idp.contoso.test/token", form, basic),
      await post("https://idp.contoso.test/token", { ...form, client_id: "svc", client_secret: "pa:ss" }),
    ]) {
      expect(decodeJwt(String(answer.json["access_token"]))).toMatchObject({
        iss: "https://idp.contoso.test",
        aud: "api://gateway",
        sub: "svc",
        scope: "chat.read",
        tier: "gold",
      });
    }
    expect((await post("https://idp.contoso.test/token", { ...form, client_id: "svc" })).status).toBe(401);
  });

  test("have a device flow", async () => {
    platform.provider("https://idp.contoso.test").addClient({ clientId: "cli" });
    const { json } = await post("https://idp.contoso.test/device_authorization", {
      client_id: "cli",
      scope: "chat",
    });
    platform.approveDevice("https://idp.contoso.test", String(json["user_code"]), { subject: "ann" });
    const answer = await post("https://idp.contoso.test/token", {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      client_id: "cli",
      device_code: String(json["device_code"]),
    });
    expect(decodeJwt(String(answer.json["access_token"]))).toMatchObject({ sub: "ann", client_id: "cli" });
  });
});

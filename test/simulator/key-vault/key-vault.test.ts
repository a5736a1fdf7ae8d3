import { issueSelfSigned } from "../../../simulator/certificates";
import { Clock } from "../../../simulator/clock";
import { IdentityPlatform, RoleAssignments } from "../../../simulator/identity";
import { KeyVault } from "../../../simulator/key-vault";
import type { VaultModel } from "../../../simulator/model";
import { Network, type NetworkOrigin, readText } from "../../../simulator/network";

const TENANT_ID = "11111111-1111-4111-8111-111111111111";
const VAULT_ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";
const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";

const BASE: VaultModel = {
  address: "azurerm_key_vault.kv",
  id: VAULT_ID,
  uri: "https://kv.vault.azure.net/",
  tenantId: TENANT_ID,
  secrets: [
    { address: "s", name: "one", value: "1" },
    { address: "t", name: "two", value: "2" },
  ],
  certificates: [],
  rbacAuthorization: true,
  network: {
    publicAccess: true,
    defaultAction: "Allow",
    privateEndpoint: false,
    subnetRules: false,
    addressRules: [],
  },
  trustedServices: true,
  accessPolicies: [],
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly json: unknown;
}

/** Calls the vault as a principal; without one, without a token. */
function vault(
  model: VaultModel,
  scope = VAULT_ID,
  origin?: NetworkOrigin,
): (path: string, principalId?: string, method?: string) => Promise<Answer> {
  const clock = new Clock({ at: new Date("2026-03-01T00:00:00Z"), running: false });
  const network = new Network(clock);
  const platform = new IdentityPlatform({
    model: {
      gateways: [],
      accounts: [],
      identities: [],
      vaults: [],
      roleAssignments: [],
      applications: [],
      tenantIds: [TENANT_ID],
      irrelevant: [],
    },
    network,
    clock,
  });
  const keyVault = new KeyVault({
    model,
    tenant: platform.tenant(TENANT_ID),
    roleAssignments: new RoleAssignments([
      { address: "r", scope, principalId: "reader", roleDefinitionId: SECRETS_USER },
    ]),
  });
  network.register("kv.vault.azure.net", (request) => keyVault.handle(request));
  return async (path, principalId, method = "GET") => {
    const identity = { clientId: "c", principalId: principalId ?? "" };
    const { token } = await platform
      .tenant(TENANT_ID)
      .managedIdentityToken(identity, "https://vault.azure.net");
    const response = await network.fetch(
      {
        url: `https://kv.vault.azure.net/${path}`,
        method,
        headers: principalId === undefined ? {} : { authorization: `Bearer ${token}` },
      },
      { origin, sourceAddress: "203.0.113.7" },
    );
    return {
      status: response.status,
      headers: response.headers,
      json: JSON.parse(await readText(response.body)) as unknown,
    };
  };
}

test("a principal with Key Vault Secrets User reads secrets", async () => {
  expect(await vault(BASE)("secrets/one?api-version=7.4", "reader")).toMatchObject({
    status: 200,
    json: { value: "1", id: "https://kv.vault.azure.net/secrets/one" },
  });
});

test("a role on one secret opens that one alone", async () => {
  const call = vault(BASE, `${VAULT_ID}/secrets/one`);
  expect((await call("secrets/one?api-version=7.4", "reader")).status).toBe(200);
  expect(await call("secrets/two?api-version=7.4", "reader")).toMatchObject({
    status: 403,
    json: { error: { code: "Forbidden", innererror: { code: "ForbiddenByRbac" } } },
  });
  expect((await call("secrets?api-version=7.4", "reader")).status).toBe(403);
});

test("a principal without a role reads nothing", async () => {
  expect((await vault(BASE)("secrets/one?api-version=7.4", "stranger")).status).toBe(403);
});

test("a call without a token learns where to get one", async () => {
  const { status, headers } = await vault(BASE)("secrets/one?api-version=7.4");
  expect(status).toBe(401);
  expect(headers["www-authenticate"]?.[0]).toBe(
    `Bearer authorization="https://login.microsoftonline.com/${TENANT_ID}", resource="https://vault.azure.net"`,
  );
});

test("nothing can be written", async () => {
  expect((await vault(BASE)("secrets/one?api-version=7.4", "reader", "PUT")).status).toBe(403);
});

test.each<[string, Partial<VaultModel["network"]>, NetworkOrigin, string | undefined]>([
  ["lets in whom an address rule names", { addressRules: ["203.0.113.0/24"] }, "internet", undefined],
  ["keeps out whom no rule names", {}, "internet", "ForbiddenByFirewall"],
  ["lets in who comes through a private endpoint", { privateEndpoint: true }, "virtualNetwork", undefined],
  ["keeps out the internet", { publicAccess: false }, "internet", "ForbiddenByConnection"],
])("a vault with a firewall %s", async (_name, rules, origin, refusal) => {
  const network = { ...BASE.network, defaultAction: "Deny" as const, ...rules };
  const answer = await vault({ ...BASE, network }, VAULT_ID, origin)("secrets/one?api-version=7.4", "reader");
  expect(answer).toMatchObject(
    refusal === undefined
      ? { status: 200 }
      : { status: 403, json: { error: { innererror: { code: refusal } } } },
  );
});

test("an unknown secret is not found", async () => {
  expect(await vault(BASE)("secrets/none?api-version=7.4", "reader")).toMatchObject({
    status: 404,
    json: { error: { code: "SecretNotFound" } },
  });
});

test("access policies decide when RBAC is off, and roles do not", async () => {
  const call = vault({
    ...BASE,
    rbacAuthorization: false,
    accessPolicies: [{ objectId: "policy", secretPermissions: ["get"], certificatePermissions: [] }],
  });
  expect((await call("secrets/one?api-version=7.4", "policy")).status).toBe(200);
  expect((await call("secrets?api-version=7.4", "policy")).status).toBe(403);
  expect((await call("secrets/one?api-version=7.4", "reader")).status).toBe(403);
});

test("a certificate has a public part and a secret part, with rights of their own", async () => {
  const { der, pem, privateKeyPem } = await issueSelfSigned({ subject: "CN=tls" });
  const call = vault({
    ...BASE,
    certificates: [{ address: "c", name: "tls", der, secret: `${privateKeyPem}\n${pem}` }],
  });
  expect(await call("secrets/tls?api-version=7.4", "reader")).toMatchObject({
    status: 200,
    json: { contentType: "application/x-pem-file", value: expect.stringContaining("PRIVATE KEY") as string },
  });
  expect((await call("certificates/tls?api-version=7.4", "reader")).status).toBe(403);
});

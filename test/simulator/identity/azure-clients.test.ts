import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ManagedIdentityCredential } from "@azure/identity";
import { PublicClientApplication } from "@azure/msal-node";
import { decodeJwt } from "jose";
import { LocalCertificateAuthority } from "../../../simulator/certificates";
import { Clock } from "../../../simulator/clock";
import { IdentityPlatform } from "../../../simulator/identity";
import { Listener, Network, readText } from "../../../simulator/network";

const TENANT_ID = "11111111-1111-4111-8111-111111111111";

let listener: Listener;
let network: Network;
let platform: IdentityPlatform;
let authority: LocalCertificateAuthority;

beforeAll(async () => {
  const clock = new Clock();
  network = new Network(clock);
  platform = new IdentityPlatform({
    model: {
      gateways: [],
      accounts: [],
      identities: [
        {
          address: "a",
          id: "/subscriptions/s/a",
          name: "a",
          clientId: "22222222-2222-4222-8222-222222222222",
          principalId: "principal",
          tenantId: TENANT_ID,
        },
      ],
      vaults: [],
      roleAssignments: [],
      applications: [],
      tenantIds: [TENANT_ID],
      irrelevant: [],
    },
    network,
    clock,
  });
  authority = await LocalCertificateAuthority.create();
  listener = new Listener(network, authority);
  await listener.listen();
});

afterAll(() => listener.close());

test("@azure/identity in another process gets a token through the proxy, with nothing but environment variables", async () => {
  const client = platform
    .tenant(TENANT_ID)
    .addApplication({ displayName: "svc", secrets: [{ value: "s3cret" }] });
  const certificates = join(mkdtempSync(join(tmpdir(), "ca-")), "ca.pem");
  writeFileSync(certificates, authority.pem);
  const script = `
    const { ClientSecretCredential } = require("@azure/identity");
    new ClientSecretCredential("${TENANT_ID}", "${client.clientId}", "s3cret")
      .getToken("https://cognitiveservices.azure.com/.default")
      .then(({ token }) => process.stdout.write(token));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], {
    env: {
      ...process.env,
      HTTPS_PROXY: `http://127.0.0.1:${listener.httpPort}`,
      NODE_EXTRA_CA_CERTS: certificates,
    },
  });
  expect(decodeJwt(stdout)).toMatchObject({
    aud: "https://cognitiveservices.azure.com",
    appid: client.clientId,
  });
});

test("@azure/identity gets a managed identity's token from the App Service endpoint", async () => {
  process.env["IDENTITY_ENDPOINT"] = `http://127.0.0.1:${listener.httpPort}/msi/token`;
  process.env["IDENTITY_HEADER"] = platform.managedIdentities.secret;
  try {
    const credential = new ManagedIdentityCredential({ clientId: "22222222-2222-4222-8222-222222222222" });
    const { token } = await credential.getToken("https://cognitiveservices.azure.com/.default");
    expect(decodeJwt(token)).toMatchObject({ oid: "principal", tid: TENANT_ID });
  } finally {
    delete process.env["IDENTITY_ENDPOINT"];
    delete process.env["IDENTITY_HEADER"];
  }
});

test("MSAL signs a user in by device code, and refreshes silently", async () => {
  const tenant = platform.tenant(TENANT_ID);
  const client = tenant.addApplication({ displayName: "cli", publicClient: true });
  tenant.addApplication({
    displayName: "api",
    clientId: "api-id",
    identifierUris: ["api://api-id"],
    scopes: [{ id: "1", value: "Chat.Invoke" }],
  });
  const send = async <T>(
    method: string,
    url: string,
    options?: { headers?: Record<string, string>; body?: string },
  ) => {
    const response = await network.fetch({
      url,
      method,
      headers: options?.headers ?? {},
      body: options?.body === undefined ? undefined : Buffer.from(options.body),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(
        Object.entries(response.headers).map(([name, values]) => [name, values.join(",")]),
      ),
      body: JSON.parse(await readText(response.body)) as T,
    };
  };
  const app = new PublicClientApplication({
    auth: { clientId: client.clientId, authority: `https://login.microsoftonline.com/${TENANT_ID}` },
    system: {
      networkClient: {
        sendGetRequestAsync: (url, options) => send("GET", url, options),
        sendPostRequestAsync: (url, options) => send("POST", url, options),
      },
    },
  });
  const scopes = ["api://api-id/Chat.Invoke"];
  const result = await app.acquireTokenByDeviceCode({
    scopes,
    deviceCodeCallback: ({ userCode }) =>
      platform.approveEntraDevice(TENANT_ID, userCode, { objectId: "ann" }),
  });
  expect(decodeJwt(result?.accessToken ?? "")).toMatchObject({ oid: "ann", scp: "Chat.Invoke" });
  const account = result?.account ?? undefined;
  expect(account?.tenantId).toBe(TENANT_ID);
  const silent = account && (await app.acquireTokenSilent({ account, scopes, forceRefresh: true }));
  expect(decodeJwt(silent?.accessToken ?? "")).toMatchObject({ oid: "ann" });
});

import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { AzureOpenAI } from "openai";
import { Agent } from "undici";
import { connectionTo } from "../../examples/clients/connection";
import { CertificateAuthority } from "../../simulator";

const LEFT_OVER = { OPENAI_BASE_URL: "https://elsewhere/v1", AZURE_OPENAI_API_KEY: "left over" };
const VERSION = { OPENAI_API_VERSION: "2024-10-21" };

beforeAll(() => {
  Object.assign(process.env, VERSION, LEFT_OVER);
});

afterAll(() => {
  for (const name of Object.keys({ ...VERSION, ...LEFT_OVER })) {
    delete process.env[name];
  }
});

function say(client: AzureOpenAI): Promise<unknown> {
  return client.chat.completions.create({ model: "chat", messages: [{ role: "user", content: "hello" }] });
}

/** Where a call goes, and with which of the credentials. */
async function sent(options: ConstructorParameters<typeof AzureOpenAI>[0]): Promise<object> {
  const calls: object[] = [];
  const client = new AzureOpenAI({
    ...connectionTo("https://gateway/assistant"),
    ...options,
    fetch: (url, init) => {
      const headers = new Headers(init?.headers);
      const [authorization, key] = [headers.get("authorization"), headers.get("api-key")];
      calls.push({ host: new URL(url).host, authorization, key });
      return Promise.resolve(Response.json({ choices: [] }));
    },
  });
  await say(client);
  return calls;
}

test("a token goes to the endpoint, whatever base URL and key the environment has", async () => {
  expect(await sent({ azureADTokenProvider: () => Promise.resolve("token") })).toEqual([
    { host: "gateway", authorization: "Bearer token", key: null },
  ]);
});

test("a key goes to the endpoint, whatever base URL and key the environment has", async () => {
  expect(await sent({ apiKey: "mine" })).toEqual([{ host: "gateway", authorization: null, key: "mine" }]);
});

test("without a credential of its own a client takes none from the environment", () => {
  expect(() => new AzureOpenAI(connectionTo("https://gateway/assistant"))).toThrow("Missing credentials");
});

describe("a gateway that redirects", () => {
  const paths: unknown[] = [];
  let authority: CertificateAuthority;
  let server: Server;

  beforeAll(async () => {
    authority = await CertificateAuthority.createRoot({ subject: "CN=Test CA" });
    const { privateKeyPem: key, chainPem: cert } = await authority.issue({
      subject: "CN=localhost",
      dnsNames: ["localhost"],
      extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"],
    });
    server = createServer({ key, cert }, ({ url }, response) => {
      paths.push(url);
      response.writeHead(307, { location: "/elsewhere" }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test("is not followed", async () => {
    const connection = connectionTo(`https://localhost:${(server.address() as AddressInfo).port}`);
    const dispatcher = new Agent({ connect: { ca: authority.pem } });
    const fetchOptions = { ...connection.fetchOptions, dispatcher };
    const client = new AzureOpenAI({ ...connection, apiKey: "mine", fetchOptions, maxRetries: 0 });
    await expect(say(client)).rejects.toMatchObject({
      cause: { cause: { message: "unexpected redirect" } },
    });
    expect(paths).toEqual(["/openai/deployments/chat/chat/completions?api-version=2024-10-21"]);
  });
});

test.each(["keyless", "device-code", "certificate", "key", "direct"])(
  "%s sends nothing unencrypted",
  async (client) => {
    const variables = process.env;
    process.env = {
      ...VERSION,
      AZURE_OPENAI_DEPLOYMENT: "chat",
      AZURE_OPENAI_ENDPOINT: "http://gateway",
      AZURE_TENANT_ID: "tenant",
      AZURE_CLIENT_ID: "client",
      GATEWAY_SCOPE: "api://gateway/.default",
      AZURE_OPENAI_API_KEY: "key",
      CLIENT_PFX: "client.pfx",
    };
    const said = new Promise((resolve) => {
      jest.spyOn(console, "error").mockImplementation(resolve);
    });
    try {
      // Each program begins when it is loaded.
      await import(`../../examples/clients/${client}/main`);
      expect([await said, process.exitCode]).toEqual([
        "Error: Set AZURE_OPENAI_ENDPOINT to a URL that starts with https://, not to http://gateway",
        1,
      ]);
    } finally {
      jest.restoreAllMocks();
      process.env = variables;
      process.exitCode = undefined;
    }
  },
);

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeyVaultSecret } from "@cdktf/provider-azurerm/lib/key-vault-secret";
import { App } from "cdktf";
import OpenAI, { AzureOpenAI } from "openai";
import { fetch, ProxyAgent } from "undici";
import { readCertificate } from "../../environments/certificates";
import {
  AiGateway,
  CertificateStore,
  ClientIdentity,
  EndpointCredential,
  GatewaySku,
  ModelEndpoint,
  OpenAiAccount,
  PrivateEndpointTarget,
  PrivateNetwork,
  SynthesisDate,
  Telemetry,
  WorkloadIdentity,
} from "../../lib";
import { AzapiProvider } from "../../lib/azapi";
import {
  type CallResponse,
  type EndpointRequest,
  simulate,
  type SimulatedAccount,
  type SimulatedModelEndpoint,
  type Simulation,
} from "../../simulator";
import {
  AUDIENCE,
  CHAT,
  EMBEDDINGS,
  ENTRA_ID,
  PLACE,
  REASON,
  TENANT,
  WEB_APP,
} from "../lib/gateway/gateway-stack";
import { azureStack } from "../support/azure-stack";
import { SteppedClock } from "../support/stepped-clock";
import { readStacks, type SynthesizedStack } from "../support/synthesized-stack";

const MARKER = "MARKER-prompt: hello";
const HELLO = { messages: [{ role: "user", content: MARKER }], max_completion_tokens: 16 };
const KEY = "on-premises-key-of-the-first-day";
const MODEL = "meta-llama/Llama-3.1-8B-Instruct";
const ON_PREMISES = "models.corp.contoso.com";
const SIDECAR = "sidecar.corp.contoso.com:8443";
const VENDOR = "api.vendor.example";
const MUTUAL_TLS = "mtls.corp.contoso.com";
const AUTHORITY = "Contoso Devices Root CA";
const FOUR_HOURS = 4 * 3_600_000;

let stack: SynthesizedStack;
let simulation: Simulation;
let clock: SteppedClock;
let onPremises: SimulatedModelEndpoint;
let account: SimulatedAccount;

beforeAll(async () => {
  const outdir = synthesized();
  stack = readStacks(outdir).get("prod") as SynthesizedStack;
  clock = new SteppedClock({ at: new Date("2026-12-01T12:00:00Z"), running: false });
  simulation = await simulate(outdir, { clock });
  onPremises = simulation.modelEndpoint(ON_PREMISES);
  account = simulation.account("oai-weu");
});

afterAll(() => simulation.close());

beforeEach(() => {
  clock.advance(120_000);
  account.recover();
  account.clearRequests();
  for (const host of [ON_PREMISES, SIDECAR, VENDOR, MUTUAL_TLS]) {
    simulation.modelEndpoint(host).recover();
    simulation.modelEndpoint(host).clearRequests();
  }
  simulation.clearRecords();
});

/** A gateway with an account and four services that are not: by key, token, header and certificate. */
function synthesized(): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "model-endpoints-")) });
  const prod = azureStack("prod", app);
  SynthesisDate.set(prod, new Date("2026-12-01"));
  new AzapiProvider(prod, "azapi");
  const network = new PrivateNetwork(prod, "network", {
    ...PLACE,
    name: "vnet-ai",
    addressSpace: ["10.0.0.0/22"],
    privateEndpointSubnetPrefix: "10.0.1.0/24",
    gatewaySubnetPrefix: "10.0.0.0/24",
    gatewayOutboundPorts: [8443],
    gatewayOutboundToInternet: true,
  });
  const store = new CertificateStore(prod, "store", { ...PLACE, name: "kv-ai", tenantId: TENANT });
  for (const [id, value] of Object.entries({ "on-premises": KEY, vendor: "vendor-key" })) {
    new KeyVaultSecret(prod, `secret-${id}`, { keyVaultId: store.id, name: id, value });
  }
  const clientCertificate = store.addServerCertificate("models-client", {
    hostNames: ["gateway.contoso.com"],
    issuerName: "DigiCert",
  });
  const gateway = new AiGateway(prod, "gateway", {
    ...PLACE,
    name: "apim-ai",
    publisherName: "Contoso",
    publisherEmail: "ai@contoso.com",
    sku: GatewaySku.developer(),
    identity: new WorkloadIdentity(prod, "identity", { ...PLACE, name: "id-ai" }),
    network,
    telemetry: new Telemetry(prod, "telemetry", {
      ...PLACE,
      workspaceName: "log-ai",
      applicationInsightsName: "appi-ai",
      securityOptOuts: [{ control: "telemetry-public-network", reason: REASON }],
    }),
  });
  const weu = new OpenAiAccount(prod, "weu", { ...PLACE, name: "oai-weu" });
  weu.addDeployment("chat", CHAT);
  weu.addDeployment("embeddings", EMBEDDINGS);
  network.addPrivateEndpoint("weu-endpoint", { target: PrivateEndpointTarget.openAiAccount(weu) });

  const house = new ModelEndpoint(prod, "on-premises", {
    url: `https://${ON_PREMISES}`,
    credential: EndpointCredential.key({ store, secretName: "on-premises" }),
    certificateAuthorities: store.addCertificateAuthority("corp", {
      pem: readCertificate("contoso-devices-issuing-ca-1") + readCertificate("contoso-devices-root-ca"),
    }),
  });
  house.addDeployment("chat", { model: MODEL, contextTokens: 32_768, maxOutputTokens: 4_096 });
  house.addDeployment("chat-small", { model: "llama3.1:8b", contextTokens: 8_192 });
  house.addDeployment("embeddings-small", { model: "nomic-embed-text", contextTokens: 8_192 });
  const sidecar = new ModelEndpoint(prod, "sidecar", {
    url: `https://${SIDECAR}/inference`,
    credential: EndpointCredential.managedIdentity({ audience: "api://on-premises-models" }),
  });
  sidecar.addDeployment("chat", { model: "qwen2.5-7b", contextTokens: 32_768 });
  const vendor = new ModelEndpoint(prod, "vendor", {
    url: `https://${VENDOR}`,
    credential: EndpointCredential.key({ store, secretName: "vendor", header: "x-api-key" }),
    securityOptOuts: [{ control: "model-endpoint-internet", reason: REASON }],
  });
  vendor.addDeployment("chat", { model: "vendor-large", contextTokens: 32_768 });
  const mutual = new ModelEndpoint(prod, "mutual", {
    url: `https://${MUTUAL_TLS}`,
    credential: EndpointCredential.certificate({ store, certificate: clientCertificate }),
  });
  mutual.addDeployment("chat", { model: "phi-4", contextTokens: 16_384 });

  const common = { auth: ENTRA_ID, tokensPerMinute: 1_000_000, requestsPerMinute: 1_000 };
  const claims = gateway.addOpenAiApi("claims", {
    ...common,
    path: "claims",
    backends: [weu, house],
    operations: ["chat", "embeddings", "models"],
  });
  gateway.addOpenAiApi("overflow", {
    ...common,
    path: "overflow",
    backends: [
      { account: weu, priority: 1 },
      { endpoint: sidecar, priority: 2 },
      { endpoint: vendor, priority: 3 },
    ],
    deployments: ["chat"],
  });
  gateway.addOpenAiApi("mutual", { ...common, path: "mutual", backends: [mutual], retries: 0 });
  gateway.addOpenAiApi("shared", {
    ...common,
    path: "shared",
    backends: [
      { account: weu, priority: 1, weight: 50 },
      { endpoint: sidecar, priority: 1, weight: 50 },
    ],
    deployments: ["chat"],
  });
  gateway.addClient("web", { api: claims, identifiedBy: [ClientIdentity.application(WEB_APP)] });
  app.synth();
  return app.outdir;
}

const dated = (api: string, deployment = "chat", operation = "chat/completions"): string =>
  `/${api}/openai/deployments/${deployment}/${operation}?api-version=2024-10-21`;
const v1 = (api: string, operation = "chat/completions"): string => `/${api}/openai/v1/${operation}`;

async function token(): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  const claims = { iss: issuer, iat: now, nbf: now, exp: now + 600, aud: AUDIENCE, tid: TENANT, ver: "2.0" };
  return simulation.issueToken({
    issuer,
    claims: { ...claims, azp: WEB_APP, oid: "user-1", scp: "Chat.Read" },
  });
}

async function call(target: string, body: Body = HELLO): Promise<CallResponse> {
  const headers = { authorization: `Bearer ${await token()}`, "content-type": "application/json" };
  return simulation.call(target, { method: "POST", headers, body });
}

type Body = string | Readonly<Record<string, unknown>>;

interface Answer {
  readonly status: number;
  readonly json: {
    readonly model?: string;
    readonly error?: { readonly code: string; readonly message: string };
  };
}

async function answerOf(target: string, body: Body = HELLO): Promise<Answer> {
  const response = await call(target, body);
  return { status: response.status, json: JSON.parse(await response.text()) as Answer["json"] };
}

/** The only request that reached a server. */
function onlyRequest(requests: readonly EndpointRequest[]): EndpointRequest {
  expect(requests).toHaveLength(1);
  return requests[0] as EndpointRequest;
}

describe("a request to a model endpoint", () => {
  it.each([
    ["dated", () => dated("claims"), HELLO],
    ["dated, with a model that the client makes up", () => dated("claims"), { model: "gpt-4", ...HELLO }],
    ["v1", () => v1("claims"), { model: "chat", ...HELLO }],
    ["v1, with the model last and in capitals", () => v1("claims"), { ...HELLO, model: "CHAT" }],
  ])(
    "of the %s shape has the path, the model and nothing else of what the endpoint knows",
    async (_shape, target, body) => {
      const { status, json } = await answerOf(target(), body);

      expect([status, json.model]).toEqual([200, MODEL]);
      const { path, headers, body: text } = onlyRequest(onPremises.requests);
      expect(path).toBe("/v1/chat/completions");
      expect(JSON.parse(text)).toEqual({ ...HELLO, model: MODEL });
      expect(headers["authorization"]).toEqual([`Bearer ${KEY}`]);
      expect(headers["x-ai-gateway-client-id"]).toEqual(["web"]);
      expect(account.requests).toEqual([]);
    },
  );

  it("keeps every other character of the body", async () => {
    const text = `{ "messages" : [ { "role":"user", "content":"2026-01-01T00:00:00Z \\"model\\": \\"x\\"" } ] ,\n"model":null, "seed": 1.50 }`;
    await call(dated("claims"), text);

    expect(onlyRequest(onPremises.requests).body).toBe(text.replace("null", `"${MODEL}"`));
  });

  it.each([
    [
      "a name written with escapes, and a decoy",
      '{"mod\\u0065l":"chat","messages":[],"metadata":{"model":"x"}}',
    ],
    ["a decoy before it", '{"messages":[],"metadata":{"model":"x"},"model":"chat"}'],
    ["an object", '{"messages":[],"model":{"model":"chat"}}'],
  ])("is refused where its model cannot be told: %s", async (_what, text) => {
    expect((await call(dated("claims", "chat-small"), text)).status).toBe(400);
    expect(onPremises.requests).toEqual([]);
  });

  it("reaches a model that only the endpoint hosts, in both shapes, and its embeddings", async () => {
    expect((await answerOf(dated("claims", "chat-small"))).json.model).toBe("llama3.1:8b");
    expect((await answerOf(v1("claims"), { ...HELLO, model: "chat-small" })).json.model).toBe("llama3.1:8b");
    const target = dated("claims", "embeddings-small", "embeddings");
    expect((await answerOf(target, { input: "hello" })).json.model).toBe("nomic-embed-text");
    expect(account.requests).toEqual([]);
  });

  it("leaves deployments of accounts as they were: one backend, the body as it came", async () => {
    const { status } = await answerOf(dated("claims", "embeddings", "embeddings"), { input: "hello" });

    expect([status, onPremises.requests]).toEqual([200, []]);
    expect(account.requests[0]?.path).toBe(
      "/openai/deployments/embeddings/embeddings?api-version=2024-10-21",
    );
  });

  it("may ask for no more output than every host gives", async () => {
    expect((await call(dated("claims"), { ...HELLO, max_completion_tokens: 4_096 })).status).toBe(200);
    expect(
      (await answerOf(dated("claims"), { ...HELLO, max_completion_tokens: 4_097 })).json.error?.message,
    ).toContain("At most 4096 tokens");
  });

  it("is listed, authorized and counted like any other", async () => {
    await (await call(dated("claims"))).text();

    const tokens = simulation.metrics.filter(({ name }) => name === "Total Tokens");
    expect(tokens.map(({ dimensions }) => dimensions)).toEqual([
      expect.objectContaining({ Client: "web", Deployment: "chat", Tokens: "reported" }),
    ]);
    expect((await call(dated("claims", "qwen2.5-7b"))).status).toBe(403);
  });

  it("answers without what servers say of themselves", async () => {
    const { headers } = await call(dated("claims"));
    expect(headers["x-inference-time"]).toBeUndefined();
    expect(headers["openai-processing-ms"]).toBeUndefined();
    expect(headers["cache-control"]).toEqual("no-store");
  });
});

describe("OpenAI's own SDK, which knows of the gateway alone", () => {
  const GATEWAY = "https://apim-ai.azure-api.net";
  let dispatcher: ProxyAgent;

  beforeAll(() => {
    dispatcher = new ProxyAgent({ uri: simulation.proxyUrl, requestTls: { ca: simulation.caPem } });
  });

  afterAll(() => dispatcher.close());

  const common = (): { fetch: typeof fetch; fetchOptions: { dispatcher: ProxyAgent }; maxRetries: 0 } => ({
    fetch,
    fetchOptions: { dispatcher },
    maxRetries: 0,
  });
  const clients: readonly [string, () => Promise<OpenAI>][] = [
    [
      "OpenAI",
      async () => new OpenAI({ ...common(), baseURL: `${GATEWAY}/claims/openai/v1`, apiKey: await token() }),
    ],
    [
      "AzureOpenAI",
      () =>
        Promise.resolve(
          new AzureOpenAI({
            ...common(),
            endpoint: `${GATEWAY}/claims`,
            apiVersion: "2024-10-21",
            azureADTokenProvider: token,
          }),
        ),
    ],
  ];

  it.each(clients)(
    "gets an answer, a stream and embeddings of models in the house: %s",
    async (_name, connect) => {
      const client = await connect();
      const messages = [{ role: "user" as const, content: "hello" }];
      const whole = await client.chat.completions.create({ model: "chat-small", messages });
      const parts: string[] = [];
      for await (const chunk of await client.chat.completions.create({
        model: "chat-small",
        messages,
        stream: true,
      })) {
        parts.push(chunk.choices[0]?.delta.content ?? "");
      }
      const embeddings = await client.embeddings.create({ model: "embeddings-small", input: "hello" });

      expect(whole.model).toBe("llama3.1:8b");
      expect(whole.choices[0]?.message.content).not.toBe("");
      expect(parts.join("")).toBe(whole.choices[0]?.message.content);
      expect(embeddings.data[0]?.embedding.length).toBeGreaterThan(0);
      expect(onPremises.requests).toHaveLength(3);
      expect(account.requests).toEqual([]);
    },
  );

  it("hears of a model that is down as of any failure, and of one that it may not use as of one that is not there", async () => {
    const client = await clients[0]![1]();
    const messages = [{ role: "user" as const, content: "hello" }];
    onPremises.fail({ status: 500 });
    await expect(client.chat.completions.create({ model: "chat-small", messages })).rejects.toMatchObject({
      status: 502,
      code: "upstream_error",
    });
    await expect(client.chat.completions.create({ model: "qwen2.5-7b", messages })).rejects.toMatchObject({
      status: 403,
    });
  });
});

describe("a stream of a model endpoint", () => {
  it("comes as it is, and its tokens are marked as estimated where the server reports none", async () => {
    const text = await (await call(dated("claims"), { ...HELLO, stream: true })).text();

    expect(text).toContain(`"model":"${MODEL}"`);
    expect(text.trimEnd().endsWith("data: [DONE]")).toBe(true);
    const { value, dimensions } = simulation.metrics.find(({ name }) => name === "Completion Tokens") ?? {};
    expect(value).toBeGreaterThan(0);
    expect(dimensions).toMatchObject({ Tokens: "estimated" });
  });

  it("says that tokens are reported where the client asks the server for them", async () => {
    const options = { stream: true, stream_options: { include_usage: true } };
    await (await call(dated("claims"), { ...HELLO, ...options })).text();

    expect(simulation.metrics.find(({ name }) => name === "Total Tokens")?.dimensions).toMatchObject({
      Tokens: "reported",
    });
  });
});

describe("failover", () => {
  it.each([
    ["throttles", { status: 429, retryAfterSeconds: 5 }],
    ["has no worker", { status: 503 }],
    ["is down", { down: true }],
  ])(
    "goes from an endpoint that %s to the account, in the client's own shape and with the gateway's token",
    async (_what, fault) => {
      onPremises.fail(fault);

      const { status, json } = await answerOf(dated("claims"));
      expect([status, json.model]).toEqual([200, "gpt-5.4-2026-03-05"]);
      expect((await answerOf(v1("claims"), { ...HELLO, model: "chat" })).json.model).toBe(
        "gpt-5.4-2026-03-05",
      );

      expect(account.requests.map(({ path }) => path)).toEqual([
        "/openai/deployments/chat/chat/completions?api-version=2024-10-21",
        "/openai/v1/chat/completions",
      ]);
      for (const { headers, body } of account.requests) {
        expect(JSON.stringify(headers)).not.toContain(KEY);
        expect(body).not.toContain(MODEL);
        expect(headers["x-ai-gateway-client-id"]).toEqual(["web"]);
      }
      // The breaker is open: the second request did not even try.
      expect(
        onPremises.requests.filter(({ status: answered }) => answered !== undefined).length,
      ).toBeLessThan(2);
    },
  );

  it("goes from the account to the endpoints, each with its own credential and without the gateway's token", async () => {
    account.fail({ status: 429, retryAfterSeconds: 60 });
    const sidecar = simulation.modelEndpoint(SIDECAR);

    expect((await answerOf(dated("overflow"))).json.model).toBe("qwen2.5-7b");
    const { path, headers } = onlyRequest(sidecar.requests);
    expect(path).toBe("/inference/v1/chat/completions");
    const [, payload = ""] = (headers["authorization"]?.[0] ?? "").split(".");
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({
      aud: "api://on-premises-models",
    });
  });

  it("reaches the last of three although the API grants fewer tries, and tells a vendor nothing of the caller", async () => {
    account.fail({ status: 429, retryAfterSeconds: 60 });
    simulation.modelEndpoint(SIDECAR).fail({ status: 503 });

    expect((await clock.passUntil(answerOf(dated("overflow")))).json.model).toBe("vendor-large");
    const { headers } = onlyRequest(simulation.modelEndpoint(VENDOR).requests);
    expect(headers["x-api-key"]).toEqual(["vendor-key"]);
    expect(headers["authorization"]).toBeUndefined();
    expect(Object.keys(headers).filter((name) => name.startsWith("x-ai-gateway"))).toEqual([
      "x-ai-gateway-request-id",
    ]);
    expect(headers["x-ai-gateway-request-id"]).toHaveLength(1);
  });

  it("comes back to the endpoint once its breaker has closed", async () => {
    onPremises.fail({ status: 503, requests: 1 });
    expect((await answerOf(dated("claims"))).json.model).toBe("gpt-5.4-2026-03-05");
    clock.advance(11_000);
    expect((await answerOf(dated("claims"))).json.model).toBe(MODEL);
  });

  it("does not happen after a wait that was too long: the caller's patience is used up", async () => {
    onPremises.slow(130_000);
    expect((await clock.passUntil(call(dated("claims")))).status).toBe(504);
    expect(account.requests).toEqual([]);
  });

  it("shares requests by weight where account and endpoint are preferred alike", async () => {
    for (let turn = 0; turn < 40; turn++) {
      await (await call(dated("shared"))).text();
    }
    const shares = [account.requests.length, simulation.modelEndpoint(SIDECAR).requests.length];
    expect(shares[0]).toBeGreaterThan(5);
    expect(shares[1]).toBeGreaterThan(5);
    expect((shares[0] ?? 0) + (shares[1] ?? 0)).toBe(40);
  });
});

describe("the credential", () => {
  it("is followed within four hours after it changed in the vault, and until then nothing gets in", async () => {
    expect((await call(dated("claims", "chat-small"))).status).toBe(200);
    simulation.rotateSecret("kv-ai", "on-premises", "key-of-the-second-day");

    const { status, json } = await answerOf(dated("claims", "chat-small"));
    expect([status, json.error?.code]).toEqual([502, "upstream_error"]);
    expect(JSON.stringify(json)).not.toContain("Unauthorized");
    expect(onPremises.requests.at(-1)?.status).toBe(401);

    clock.advance(FOUR_HOURS);
    expect((await call(dated("claims", "chat-small"))).status).toBe(200);
    expect(onPremises.requests.at(-1)?.headers["authorization"]).toEqual(["Bearer key-of-the-second-day"]);
    simulation.rotateSecret("kv-ai", "on-premises", KEY);
    clock.advance(FOUR_HOURS);
  });

  it("that is wrong is no reason to send the request elsewhere: nobody would notice", async () => {
    await (await call(dated("claims"))).text();
    simulation.rotateSecret("kv-ai", "on-premises", "another");
    expect((await call(dated("claims"))).status).toBe(502);
    expect(account.requests).toEqual([]);
    simulation.rotateSecret("kv-ai", "on-premises", KEY);
  });

  it("of mutual TLS is the certificate of the vault, and no header", async () => {
    expect((await answerOf(dated("mutual"))).json.model).toBe("phi-4");
    const { clientCertificate, headers } = onlyRequest(simulation.modelEndpoint(MUTUAL_TLS).requests);
    expect(clientCertificate).toMatch(/^[0-9A-F]{40}$/);
    expect(headers["authorization"]).toBeUndefined();
  });

  it("that is missing is refused", async () => {
    const mutual = simulation.modelEndpoint(MUTUAL_TLS);
    mutual.demand(async ({ headers }) => Promise.resolve("x-api-key" in headers ? undefined : "no key"));
    expect((await call(dated("mutual"))).status).toBe(502);
  });
});

describe("the certificate of a model endpoint", () => {
  it.each([
    ["of the authority that it names", {}, 200],
    ["that has expired", { notBefore: new Date("2026-01-01"), notAfter: new Date("2026-11-01") }, 502],
    ["of another authority of the same name", { signedBy: "impostor" as const }, 502],
    ["that it signed itself", { signedBy: "self" as const }, 502],
    ["of another host", { dnsNames: ["other.corp.contoso.com"] }, 502],
  ])("%s", async (_what, props, status) => {
    await onPremises.present({ authority: AUTHORITY, ...props });
    expect((await call(dated("claims", "chat-small"))).status).toBe(status);
    clock.advance(120_000);
    await onPremises.present({ authority: AUTHORITY });
  });
});

describe("a stack with model endpoints", () => {
  it("holds no credential outside the vault, and checks every certificate", () => {
    const backends = stack.ofType("azurerm_api_management_backend").map(({ attributes }) => attributes);
    const endpoints = backends.filter(({ url }) => !String(url).includes("openai.azure.com"));
    expect(endpoints.length).toBeGreaterThanOrEqual(6);
    for (const backend of endpoints) {
      expect(backend["tls"]).toEqual({ validate_certificate_chain: true, validate_certificate_name: true });
      expect(String(backend["url"])).toMatch(/^https:.*\/v1$/);
    }
    const policies = stack
      .ofType("azurerm_api_management_api_policy")
      .concat(stack.ofType("azurerm_api_management_policy"))
      .map(({ attributes }) => String(attributes["xml_content"]));
    expect(policies.filter((xml) => xml.includes("{{"))).toEqual([]);
  });
});

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { Auth } from "../../../../lib/auth/auth";
import { AzapiProvider } from "../../../../lib/azapi/azapi-provider";
import { AiGateway } from "../../../../lib/gateway/ai-gateway";
import { ClientIdentity } from "../../../../lib/gateway/client-identity";
import { GatewaySku } from "../../../../lib/gateway/gateway-sku";
import { WorkloadIdentity } from "../../../../lib/identity/workload-identity";
import { OpenAiAccount } from "../../../../lib/openai/openai-account";
import { SynthesisDate } from "../../../../lib/validation/synthesis-date";
import { simulate, type Simulation } from "../../../../simulator";
import { azureStack } from "../../../support/azure-stack";
import { API, CLIENT, TENANT } from "../../auth/bind-strategy";
import { PLACE, PUBLIC_WITHOUT_LOGS, REASON } from "../gateway-stack";

const STRANGER = "44444444-4444-4444-8444-444444444444";
const ENTRA_ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;
const OKTA_ISSUER = "https://contoso.okta.com";
const CHAT = "/claims/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
const EMBEDDINGS = "/claims/openai/deployments/embed/embeddings?api-version=2024-10-21";
const V1_CHAT = "/claims/openai/v1/chat/completions";
const RESPONSES = "/claims/openai/v1/responses";
const PROMPT = { messages: [{ role: "user", content: "hello" }] };

let simulation: Simulation;

beforeAll(async () => {
  simulation = await simulate(synthesized());
});

afterAll(() => simulation.close());

/** Entra ID tokens of registered clients by themselves; Okta tokens with the key of the same client. */
function synthesized(): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "policy-behaviour-")) });
  const stack = azureStack("prod", app);
  SynthesisDate.set(stack, new Date("2026-12-01"));
  new AzapiProvider(stack, "azapi");
  const gateway = new AiGateway(stack, "gateway", {
    ...PLACE,
    name: "apim-ai",
    publisherName: "Contoso",
    publisherEmail: "ai@contoso.com",
    sku: GatewaySku.developer(),
    identity: new WorkloadIdentity(stack, "identity", { ...PLACE, name: "id-ai" }),
    securityOptOuts: PUBLIC_WITHOUT_LOGS,
  });
  const accounts = ["weu", "swe"].map((name) => {
    const account = new OpenAiAccount(stack, name, {
      ...PLACE,
      name: `oai-${name}`,
      allowedAddressRanges: ["203.0.113.0/24"],
      securityOptOuts: [{ control: "account-public-network", reason: REASON }],
    });
    account.addDeployment("gpt-4o", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 500 });
    account.addDeployment("whisper", {
      model: "gpt-4o-mini-transcribe",
      modelVersion: "2025-12-15",
      capacity: 50,
    });
    account.addDeployment("embed", { model: "text-embedding-3-large", modelVersion: "1", capacity: 500 });
    return account;
  });
  const okta = Auth.oidc({
    name: "okta",
    issuer: OKTA_ISSUER,
    audiences: ["api://claims"],
    scopes: ["chat"],
    scopesClaim: "scp",
    clientIdClaim: "cid",
  });
  const api = gateway.addOpenAiApi("claims", {
    path: "claims",
    auth: Auth.anyOf(
      Auth.entraId({ tenantId: TENANT, audiences: [API], operationScopes: { embeddings: ["Embed"] } }),
      Auth.allOf(okta, Auth.subscriptionKey()),
    ),
    backends: accounts,
    operations: ["chat", "embeddings", "responses", "models"],
    requestsPerMinute: 1000,
    tokensPerMinute: 1_000_000,
  });
  gateway.addClient("web", {
    api,
    identifiedBy: [ClientIdentity.application(CLIENT, { authenticator: "entra" })],
    deployments: ["gpt-4o"],
  });
  for (const name of ["batch", "other"]) {
    gateway.addClient(name, {
      api,
      identifiedBy: [
        ClientIdentity.application(name, { authenticator: "okta" }),
        ClientIdentity.subscriptionKey(),
      ],
    });
  }
  const runs = gateway.addOpenAiApi("runs", {
    path: "runs",
    auth: Auth.entraId({ tenantId: TENANT, audiences: [API] }),
    backends: accounts.slice(0, 1),
    operations: ["vector-stores"],
    serviceTiers: ["priority"],
    userSecurityContext: "allow",
    securityOptOuts: [{ control: "api-stateful-operations", reason: REASON }],
  });
  gateway.addClient("runner", {
    api: runs,
    identifiedBy: [ClientIdentity.application(CLIENT)],
    deployments: ["gpt-4o"],
  });
  const speech = gateway.addOpenAiApi("speech", {
    path: "speech",
    auth: Auth.entraId({ tenantId: TENANT, audiences: [API] }),
    backends: accounts.slice(0, 1),
    operations: ["audio"],
    requestsPerMinute: 1000,
  });
  gateway.addClient("listener", {
    api: speech,
    identifiedBy: [ClientIdentity.application(CLIENT)],
    deployments: ["whisper"],
  });
  app.synth();
  return app.outdir;
}

type Claims = Readonly<Record<string, unknown>>;
type Signing = Pick<Parameters<Simulation["issueToken"]>[0], "key" | "header">;

function token(issuer: string, claims: Claims, signing: Signing = {}): Promise<string> {
  const now = Math.floor(simulation.clock.now() / 1000);
  return simulation.issueToken({
    issuer,
    claims: { iss: issuer, iat: now, nbf: now, exp: now + 600, ...claims },
    ...signing,
  });
}

async function entra(claims: Claims = {}, signing?: Signing): Promise<Record<string, string>> {
  const user = { aud: API, tid: TENANT, ver: "2.0", azp: CLIENT, oid: "user-1", scp: "Chat.Read" };
  return { authorization: `Bearer ${await token(ENTRA_ISSUER, { ...user, ...claims }, signing)}` };
}

async function okta(claims: Claims = {}): Promise<Record<string, string>> {
  const service = { aud: "api://claims", cid: "batch", sub: "user-2", scp: ["chat"] };
  return { authorization: `Bearer ${await token(OKTA_ISSUER, { ...service, ...claims })}` };
}

function key(client: string): Record<string, string> {
  return { "api-key": simulation.subscriptionKey(`claims-${client}`) };
}

function accountRequests(): number {
  return ["oai-weu", "oai-swe"].reduce((sum, name) => sum + simulation.account(name).requests.length, 0);
}

async function* inChunks(text: string): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

interface Request {
  readonly target?: string;
  readonly method?: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | AsyncIterable<Uint8Array> | Readonly<Record<string, unknown>>;
}

/** Status and `error.code`; a refusal must not have reached an account. */
async function outcome({ target = CHAT, method = "POST", body = PROMPT, headers }: Request): Promise<string> {
  const before = accountRequests();
  const text: Request["headers"] = typeof body === "string" ? { "content-type": "application/json" } : {};
  const response = await simulation.call(target, {
    method,
    body: method === "GET" ? undefined : body,
    headers: { ...text, ...headers },
  });
  const answer = (await response.json()) as { error?: { code?: string } };
  if (answer.error) {
    expect(accountRequests()).toBe(before);
  }
  return [response.status, answer.error?.code].filter((part) => part !== undefined).join(" ");
}

describe("tokens", () => {
  it.each<[string, string, () => Promise<Request["headers"]>]>([
    ["200", "T-01 a good token", () => entra()],
    ["401 unauthorized", "T-02 no credential", () => Promise.resolve({})],
    ["401 unauthorized", "T-03 another scheme", () => Promise.resolve({ authorization: "Basic eDp5" })],
    [
      "401 unauthorized",
      "T-04 two tokens",
      async () => {
        const { authorization = "" } = await entra();
        return { authorization: [authorization, authorization] };
      },
    ],
    ["401 unauthorized", "T-05 no token at all", () => Promise.resolve({ authorization: "Bearer a.b" })],
    ["401 unauthorized", "T-06 an expired token", () => entra({ exp: 1_000_000_000 })],
    ["401 unauthorized", "T-08 a token without expiry", () => entra({ exp: undefined })],
    ["401 unauthorized", "T-11 an unsigned token", () => entra({}, { key: "none", header: { alg: "none" } })],
    ["401 unauthorized", "T-13 a key that is not published", () => entra({}, { key: "unpublished" })],
    ["401 unauthorized", "T-20 another issuer", () => entra({ iss: `https://sts.windows.net/${TENANT}/` })],
    ["401 unauthorized", "T-21 another version", () => entra({ ver: "1.0" })],
    ["401 unauthorized", "T-22 another audience", () => entra({ aud: STRANGER })],
    ["401 unauthorized", "T-25 another tenant", () => entra({ tid: STRANGER })],
    ["403 forbidden", "T-27 an application that is not registered", () => entra({ azp: STRANGER })],
    ["401 unauthorized", "T-33 an ID token", () => entra({ nonce: "n" })],
    ["401 unauthorized", "T-33 a token without any permission", () => entra({ scp: undefined })],
  ])("answers %s to %s", async (expected, _what, headers) => {
    expect(await outcome({ headers: await headers() })).toBe(expected);
  });

  it("T-29 takes no part of a word for a scope", async () => {
    for (const scp of [["chatter"], ["xchat"], ["CHAT"], ["chat,admin"]]) {
      expect(await outcome({ headers: { ...(await okta({ scp })), ...key("batch") } })).toBe(
        "403 insufficient_scope",
      );
    }
  });

  it("asks an application for the role of the operation, and a user's token for the scope: none replaces the other", async () => {
    for (const claims of [
      { scp: "Chat.Read", roles: ["Embed"] },
      { scp: undefined, roles: ["Chat"] },
    ]) {
      const headers = await entra(claims);
      expect(await outcome({ target: EMBEDDINGS, body: { input: "x" }, headers })).toBe(
        "403 insufficient_scope",
      );
    }
  });

  it("asks for the scope of the operation", async () => {
    expect(await outcome({ target: EMBEDDINGS, body: { input: "x" }, headers: await entra() })).toBe(
      "403 insufficient_scope",
    );
  });
});

describe("combinations of credentials", () => {
  it("accepts a token and a key of the same client", async () => {
    expect(await outcome({ headers: { ...(await okta()), ...key("batch") } })).toBe("200");
  });

  it("T-45 refuses a token and a key of two clients", async () => {
    expect(await outcome({ headers: { ...(await okta()), ...key("other") } })).toBe("403 forbidden");
  });

  it("T-53 refuses half a combination", async () => {
    expect(await outcome({ headers: key("batch") })).toBe("401 unauthorized");
    expect(await outcome({ headers: await okta() })).toBe("401 unauthorized");
  });

  it("refuses a wrong credential though another one would do", async () => {
    expect(await outcome({ headers: { ...(await okta()), "api-key": "wrong" } })).toBe("401 unauthorized");
  });

  it("refuses more credentials than the combination has", async () => {
    expect(await outcome({ headers: { ...(await entra()), ...key("batch") } })).toBe("401 unauthorized");
  });

  it("holds each token to its own issuer's audience", async () => {
    expect(await outcome({ headers: { ...(await okta({ aud: API })), ...key("batch") } })).toBe(
      "401 unauthorized",
    );
  });
});

describe("routes", () => {
  it.each<[string, string, Partial<Request>]>([
    ["200", "a deployment in the body", { target: V1_CHAT, body: { ...PROMPT, model: "gpt-4o" } }],
    [
      "200",
      "the responses operation",
      { target: RESPONSES, body: { input: "x", model: "gpt-4o", store: false } },
    ],
    [
      "400 invalid_request",
      "T-105 a response that the service would store",
      { target: RESPONSES, body: { input: "x", model: "gpt-4o", store: true } },
    ],
    [
      "400 invalid_request",
      "T-105 a response that says so in a word",
      { target: RESPONSES, body: { input: "x", model: "gpt-4o", store: "False" } },
    ],
    ["200", "an operation without a deployment", { target: "/claims/openai/v1/models", method: "GET" }],
    ["200", "T-99 another case", { target: CHAT.replace("gpt-4o", "GPT-4O") }],
    ["403 forbidden", "T-96 an unknown deployment", { target: CHAT.replace("gpt-4o", "nope") }],
    [
      "403 forbidden",
      "T-96 an unknown deployment in the body",
      { target: V1_CHAT, body: { ...PROMPT, model: "nope" } },
    ],
    ["400 invalid_request", "no deployment in the body", { target: V1_CHAT }],
    ["400 invalid_request", "T-98 an encoded path", { target: CHAT.replace("gpt-4o", "a%2e%2e%2fb") }],
    ["200", "T-100 another model in the body", { body: { ...PROMPT, model: "embed" } }],
    ["200", "T-100 no name of a model in the body", { body: { ...PROMPT, model: "" } }],
    ["404 not_found", "T-102 an operation that is not published", { target: "/claims/openai/files" }],
    ["404 not_found", "T-104 another method", { method: "PUT" }],
    [
      "400 invalid_request",
      "T-106 another api-version",
      { target: CHAT.replace("2024-10-21", "2099-01-01") },
    ],
    ["400 invalid_request", "T-107 two api-versions", { target: `${CHAT}&api-version=2024-10-21` }],
    ["400 invalid_request", "T-108 an unknown query parameter", { target: `${CHAT}&deployment=embed` }],
    ["400 invalid_request", "T-47 a key in the query", { target: `${CHAT}&subscription-key=x` }],
  ])("answer %s to %s", async (expected, _what, request) => {
    expect(await outcome({ ...request, headers: await entra() })).toBe(expected);
  });

  it("T-95 answers a deployment without rights as one that does not exist", async () => {
    const headers = await entra({ scp: "Embed" });
    expect(await outcome({ target: EMBEDDINGS, body: { input: "x" }, headers })).toBe("403 forbidden");
  });
});

describe("models that a body names although its operation takes none", () => {
  const RUN = "/runs/openai/vector_stores?api-version=2024-10-21";

  it.each([
    ["one that the caller may not use", "embed"],
    ["one that is not served", "nope"],
    ["no name at all", 5],
  ])("are refused if it is %s", async (_what, model) => {
    const status = typeof model === "string" ? "403 forbidden" : "400 invalid_request";
    expect(await outcome({ target: RUN, body: { name: "notes", model }, headers: await entra() })).toBe(
      status,
    );
  });

  it.each([[{ model: "GPT-4o" }], [{}]])(
    "go on if the caller may use them, or there are none: %j",
    async (model) => {
      const before = accountRequests();
      const response = await simulation.call(RUN, {
        method: "POST",
        body: { name: "notes", ...model },
        headers: await entra(),
      });
      await response.text();
      expect(accountRequests()).toBe(before + 1);
    },
  );
});

test("T-259 a tier and a context that the API allows by name go on", async () => {
  const before = accountRequests();
  const body = {
    assistant_id: "asst_1",
    service_tier: "priority",
    user_security_context: { end_user_id: "x" },
  };
  const headers = await entra();
  const response = await simulation.call("/runs/openai/vector_stores?api-version=2024-10-21", {
    method: "POST",
    body,
    headers,
  });
  await response.text();
  expect(accountRequests()).toBe(before + 1);
});

describe("bodies", () => {
  it.each<[string, string, Request["body"]]>([
    [
      "200",
      "T-01 plain JSON with braces, colons and escapes",
      { messages: [{ role: "user", content: '{"a": "\\": b"}' }] },
    ],
    ["400 invalid_request", "T-101 a member twice", '{"messages":[],"n":1,"n":2}'],
    ["400 invalid_request", "T-101 a member twice, once escaped", '{"messages":[],"n":1,"\\u006e":2}'],
    ["400 invalid_request", "lenient JSON", "{messages:[]}"],
    ["400 invalid_request", "no JSON", "hello"],
    [
      "400 invalid_request",
      "T-114 an image at a host",
      {
        messages: [
          { role: "user", content: [{ type: "image_url", image_url: { url: "http://169.254.169.254/" } }] },
        ],
      },
    ],
    ["400 invalid_request", "T-114 data sources", { ...PROMPT, data_sources: [{}] }],
    [
      "400 invalid_request",
      "T-114 a tool server",
      { ...PROMPT, tools: [{ type: "mcp", server_url: "https://x" }] },
    ],
    ["400 invalid_request", "T-105 a stored response", { ...PROMPT, previous_response_id: "resp_1" }],
    ["400 invalid_request", "T-142 many choices", { ...PROMPT, n: 100 }],
    ["400 invalid_request", "T-142 more tokens than a model answers", { ...PROMPT, max_tokens: 128_001 }],
    ["200", "T-142 as many tokens as a model answers", { ...PROMPT, max_completion_tokens: 128_000 }],
    ["400 invalid_request", "T-142 a negative number of tokens", { ...PROMPT, max_tokens: -1 }],
    [
      "400 invalid_request",
      "T-142 a number that no integer holds",
      '{"messages":[],"max_tokens":99999999999999999999}',
    ],
    ["400 invalid_request", "T-149 a deep body", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
    [
      "413 request_too_large",
      "T-146 a large body",
      { messages: [{ role: "user", content: "a".repeat(5_000_000) }] },
    ],
  ])("answer %s to %s", async (expected, _what, body) => {
    expect(await outcome({ body, headers: await entra() })).toBe(expected);
  });

  it.each([
    ["200", "T-147 a body that does not say how large it is", 10],
    ["413 request_too_large", "T-147 one that turns out too large", 5_000_000],
  ])("answer %s to %s", async (expected, _what, characters) => {
    const message = { role: "user", content: "a".repeat(characters) };
    const body = inChunks(JSON.stringify({ messages: [message] }));
    const headers = { ...(await entra()), "content-type": "application/json" };
    expect(await outcome({ body, headers })).toBe(expected);
  });

  it.each([
    ["200", "application/json; charset=utf8"],
    ["200", 'application/json;charset="UTF-8"'],
    ["200", "application/json;odata.metadata=minimal"],
    ["200", 'Application/JSON\t; profile="a; b" ;'],
    ["415 unsupported_media_type", "application/json; charset=utf-16"],
    ["415 unsupported_media_type", "application/json; charset=utf-8; charset=utf-7"],
    ["415 unsupported_media_type", "application/json, text/plain"],
    ["415 unsupported_media_type", "application/json; charset"],
    ["415 unsupported_media_type", "application/jsonp"],
  ])("T-254 answer %s to the media type %j", async (expected, type) => {
    const headers = { ...(await entra()), "content-type": type };
    expect(await outcome({ body: JSON.stringify(PROMPT), headers })).toBe(expected);
  });

  it("T-254 go on under one media type, whatever the client called it", async () => {
    const headers = { ...(await entra()), "content-type": "application/json; charset=utf8" };
    await outcome({ body: JSON.stringify(PROMPT), headers });
    const last = ["oai-weu", "oai-swe"].flatMap((name) => simulation.account(name).requests.slice(-1));
    last.sort((one, other) => other.time - one.time);
    expect(last[0]?.headers["content-type"]).toEqual(["application/json"]);
  });

  it.each([
    ["200", "no data sources", { ...PROMPT, data_sources: null }],
    ["200", "no web search", { ...PROMPT, web_search_options: null }],
    ["200", "no tools", { ...PROMPT, tools: null }],
    ["400 invalid_request", "a web search", { ...PROMPT, web_search_options: {} }],
  ])("T-114 answer %s to %s", async (expected, _what, body) => {
    expect(await outcome({ body, headers: await entra() })).toBe(expected);
  });

  it("T-148 refuses compressed bodies", async () => {
    const headers = { ...(await entra()), "content-encoding": "gzip" };
    expect(await outcome({ headers })).toBe("415 unsupported_media_type");
  });
});

describe("multipart bodies", () => {
  const SPEECH = "/speech/openai/deployments/whisper/audio/transcriptions?api-version=2024-10-21";
  const FORM = "multipart/form-data; boundary=x";
  const form = (bytes: number): string =>
    `--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n${"a".repeat(bytes)}\r\n--x--\r\n`;
  /** The simulated account does not listen to audio: what counts is whether it was asked. */
  const reaches = async (body: Request["body"], type = FORM): Promise<string> => {
    const before = accountRequests();
    const headers = { ...(await entra()), "content-type": type };
    const response = await simulation.call(SPEECH, { method: "POST", headers, body });
    await response.text();
    return accountRequests() > before ? "the account" : String(response.status);
  };

  it.each([
    ["the account", "5 MB, more than JSON may have", form(5_000_000), FORM],
    ["the account", "5 MB without a length", inChunks(form(5_000_000)), FORM],
    ["the account", "a quoted boundary", form(10), 'multipart/form-data;boundary="x"; charset=utf-8'],
    ["413", "more than the service takes", form(28_000_000), FORM],
    ["413", "more than the service takes, without a length", inChunks(form(28_000_000)), FORM],
    ["415", "another type", form(10), "application/json"],
  ])("T-146 come to %s with %s", async (expected, _what, body, type) => {
    expect(await reaches(body, type)).toBe(expected);
  });
});

describe("forms that name their deployment", () => {
  const V1 = "/speech/openai/v1/audio/transcriptions";
  /** @returns status, and the deployment that the account was asked for */
  const transcribe = async (models: readonly string[]): Promise<readonly unknown[]> => {
    const data = new FormData();
    data.append("file", new Blob([Uint8Array.of(0xff, 0x00, 0x0d, 0x0a)], { type: "audio/wav" }), "a.wav");
    models.forEach((model) => data.append("model", model));
    const form = new globalThis.Request("http://localhost", { method: "POST", body: data });
    const before = simulation.account("oai-weu").requests.length;
    const response = await simulation.call(V1, {
      method: "POST",
      headers: { ...(await entra()), "content-type": form.headers.get("content-type") ?? "" },
      body: new Uint8Array(await form.arrayBuffer()),
    });
    await response.text();
    const asked = simulation.account("oai-weu").requests.slice(before);
    return [response.status, ...asked.map(({ deployment }) => deployment)];
  };

  it("T-241 go to it, byte by byte", async () => {
    expect(await transcribe(["whisper"])).toEqual([200, "whisper"]);
  });

  it.each([
    [403, "one that the caller may not use", ["embed"]],
    [403, "one that does not exist", ["nope"]],
    [400, "none", []],
    [400, "two", ["whisper", "embed"]],
  ])("T-241 are refused with %s if they name %s", async (status, _what, models) => {
    expect(await transcribe(models)).toEqual([status]);
  });
});

describe("what reaches an account, and what comes back", () => {
  it("T-83 to T-88 is the gateway's identity and the verified caller, and nothing of the client's credentials", async () => {
    const { authorization = "" } = await okta();
    const headers = {
      authorization,
      ...key("batch"),
      cookie: "a=b",
      "x-forwarded-host": "evil.example",
      "x-ai-gateway-client-id": "somebody",
    };
    await outcome({ headers });
    const [last] = ["oai-weu", "oai-swe"]
      .flatMap((name) => simulation.account(name).requests)
      .filter((request) => JSON.stringify(request.headers).includes("batch"))
      .slice(-1);
    expect(last?.headers).toMatchObject({
      "x-ai-gateway-client-id": ["batch"],
      "x-ai-gateway-user-id": ["user-2"],
      "x-ai-gateway-auth-method": ["token+key"],
    });
    expect(JSON.stringify(last?.headers)).not.toContain(authorization);
    for (const name of ["api-key", "cookie", "x-forwarded-host"]) {
      expect(last?.headers).not.toHaveProperty(name);
    }
  });

  it("T-93 has no header that says where it was served", async () => {
    const response = await simulation.call(CHAT, { method: "POST", body: PROMPT, headers: await entra() });
    await response.text();
    expect(Object.keys(response.headers)).not.toEqual(expect.arrayContaining(["x-ms-region"]));
    expect(Object.keys(response.headers)).not.toEqual(expect.arrayContaining(["apim-request-id"]));
    expect(response.headers["cache-control"]).toBe("no-store");
  });

  it("streams", async () => {
    const body = { ...PROMPT, stream: true };
    const response = await simulation.call(CHAT, { method: "POST", body, headers: await entra() });
    expect(response.headers["content-type"]).toMatch(/^text\/event-stream/);
    expect(await response.text()).toMatch(/data: \[DONE\]\s*$/);
  });

  it("challenges by RFC 6750", async () => {
    const without = await simulation.call(CHAT, { method: "POST", body: PROMPT });
    expect([
      without.headers["www-authenticate"],
      (await without.text()).replace(/"request_id":"[^"]+"/, "ID"),
    ]).toEqual([
      "Bearer",
      '{"error":{"code":"unauthorized","message":"The request has no valid credentials.",ID}}',
    ]);
    const bad = await simulation.call(CHAT, {
      method: "POST",
      body: PROMPT,
      headers: await entra({ aud: "x" }),
    });
    await bad.text();
    expect(bad.headers["www-authenticate"]).toBe('Bearer error="invalid_token"');
  });

  it.each([
    [{ status: 401 }, "502 upstream_error"],
    [{ status: 404 }, "403 forbidden"],
    [{ filter: "prompt" } as const, "400 content_filter"],
  ])("maps a fault %j of the account to %s", async (fault, expected) => {
    for (const name of ["oai-weu", "oai-swe"]) {
      simulation.account(name).fail({ ...fault, requests: 1 });
    }
    const response = await simulation.call(CHAT, { method: "POST", body: PROMPT, headers: await entra() });
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(`${response.status} ${String(error.code)}`).toBe(expected);
    expect(Object.keys(error).sort()).toEqual(expect.arrayContaining(["code", "message", "request_id"]));
    for (const name of ["oai-weu", "oai-swe"]) {
      simulation.account(name).recover();
    }
  });

  it("says when to come back once the circuit breakers of all accounts are open", async () => {
    for (const name of ["oai-weu", "oai-swe"]) {
      simulation.account(name).fail({ status: 502 });
    }
    const call = async () => {
      const response = await simulation.call(CHAT, { method: "POST", body: PROMPT, headers: await entra() });
      await response.text();
      return [response.status, response.headers["retry-after"]];
    };
    const answers = [await call(), await call()];
    for (const name of ["oai-weu", "oai-swe"]) {
      simulation.account(name).recover();
    }
    expect(answers).toEqual([
      [502, undefined],
      [503, "10"],
    ]);
  });
});

import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";
import { Auth } from "../../../../lib/auth/auth";
import { ClientIdentity } from "../../../../lib/gateway/client-identity";
import { WorkloadIdentity } from "../../../../lib/identity/workload-identity";
import { OpenAiAccount } from "../../../../lib/openai/openai-account";
import { RequestQueue } from "../../../../lib/request-queue";
import {
  type CallResponse,
  Clock,
  type HttpRequest,
  type HttpResponse,
  simulate,
  type Simulation,
} from "../../../../simulator";
import { bytesResponse, readText } from "../../../../simulator/network";
import { AUDIENCE, GatewayStack, PLACE, REASON, TENANT } from "../gateway-stack";

const AT = new Date("2026-12-01T12:00:00Z");
const NOW = AT.getTime() / 1000;
const HOUR_MS = 3_600_000;
const WEB = "22222222-2222-4222-8222-222222222222";
const BATCH = "33333333-3333-4333-8333-333333333333";
const SUSPENDED = "66666666-6666-4666-8666-666666666666";
const WORKER_AUDIENCE = "55555555-5555-4555-8555-555555555555";
const CHAT = "/claims/openai/deployments/chat/chat/completions?api-version=2024-10-21";
const QUEUED_CHAT = "/claims/openai/queued/deployments/chat/chat/completions?api-version=2024-10-21";
const QUEUED = "/claims/openai/queued";
const PROMPT = { messages: [{ role: "user", content: "hello" }] };

let simulation: Simulation;
let clock: Clock;
let worker: { readonly clientId: string; readonly principalId: string };
let blobs: Map<string, { readonly body: string; readonly metadata: Record<string, string> }>;
let messages: { readonly headers: HttpRequest["headers"]; readonly body: string }[];
let storageStatus: number | undefined;
let queueStatus: number;

beforeAll(async () => {
  const terraform = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(terraform, "azurerm", { features: [{ storage: [{ dataPlaneAvailable: false }] }] });
  const stack = new GatewayStack(terraform);
  const gateway = stack.gateway();
  const account = new OpenAiAccount(terraform, "openai", {
    ...PLACE,
    name: "oai-queue",
    allowedAddressRanges: ["203.0.113.0/24"],
    securityOptOuts: [{ control: "account-public-network", reason: REASON }],
  });
  account.addDeployment("chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 500 });
  account.addDeployment("other", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 500 });
  const queue = new RequestQueue(terraform, "queue", {
    ...PLACE,
    namespaceName: "sbns-test",
    storageAccountName: "stresults",
    retentionHours: 2,
    worker: {
      identity: new WorkloadIdentity(terraform, "worker", { ...PLACE, name: "id-worker" }),
      tenantId: TENANT,
      audience: WORKER_AUDIENCE,
    },
  });
  const api = gateway.addOpenAiApi("claims", {
    path: "claims",
    auth: Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE] }),
    backends: [account],
    operations: ["chat", "embeddings", "models"],
    requestsPerMinute: 1_000,
    requestsPerMinutePerUser: 1_000,
    tokensPerMinute: 100_000,
    queued: { queue, operations: ["chat"], tokensPerMinute: 10_000 },
  });
  const client = (name: string, id: string, options: object = {}): unknown =>
    gateway.addClient(name, { api, identifiedBy: [ClientIdentity.application(id)], ...options });
  client("web", WEB, { deployments: ["chat"], operations: ["chat"] });
  client("batch", BATCH);
  client("gone", SUSPENDED, { suspended: true });
  App.of(terraform).synth();
  clock = new Clock({ at: AT, running: false });
  simulation = await simulate(App.of(terraform).outdir, { clock });
  const found = simulation.model.identities.find(({ name }) => name === "id-worker");
  worker = { clientId: found?.clientId ?? "", principalId: found?.principalId ?? "" };
  for (const [host, handler] of [
    ["stresults.blob.core.windows.net", answerAsStorage],
    ["sbns-test.servicebus.windows.net", answerAsQueue],
  ] as const) {
    simulation.network.unregister(host);
    simulation.network.register(host, handler);
  }
});

afterAll(() => simulation.close());

beforeEach(() => {
  clock.advance(60_001);
  blobs = new Map();
  messages = [];
  storageStatus = undefined;
  queueStatus = 201;
  simulation.account("oai-queue").clearRequests();
  simulation.clearRecords();
});

function one(headers: HttpRequest["headers"], name: string): string {
  return String(headers[name] ?? "");
}

async function answerAsStorage(request: HttpRequest): Promise<HttpResponse> {
  const { pathname, searchParams } = new URL(request.url);
  const text = (status: number, body = "", headers = {}): HttpResponse =>
    bytesResponse(status, Buffer.from(body), headers);
  expect(one(request.headers, "authorization")).toMatch(/^Bearer ey/);
  expect(one(request.headers, "x-ms-version")).toBe("2023-11-03");
  if (storageStatus !== undefined) {
    return text(storageStatus);
  }
  if (searchParams.get("comp") === "list") {
    const names = [...blobs].filter(([name]) => name.startsWith(`/results/${searchParams.get("prefix")}`));
    const items = names.map(
      ([name, { metadata }]) =>
        `<Blob><Name>${name.slice("/results/".length)}</Name><Metadata><status>${metadata["status"]}</status></Metadata></Blob>`,
    );
    return text(
      200,
      `<EnumerationResults><Blobs>${items.join("")}</Blobs><NextMarker /></EnumerationResults>`,
    );
  }
  switch (request.method) {
    case "PUT": {
      expect([one(request.headers, "if-none-match"), one(request.headers, "x-ms-blob-type")]).toEqual([
        "*",
        "BlockBlob",
      ]);
      blobs.set(pathname, {
        body: await readText(request.body),
        metadata: { status: one(request.headers, "x-ms-meta-status") },
      });
      return text(201);
    }
    case "DELETE":
      return text(blobs.delete(pathname) ? 202 : 404);
    default: {
      const blob = blobs.get(pathname);
      return blob
        ? text(
            200,
            blob.body,
            Object.fromEntries(
              Object.entries(blob.metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]),
            ),
          )
        : text(404);
    }
  }
}

async function answerAsQueue(request: HttpRequest): Promise<HttpResponse> {
  expect([request.method, new URL(request.url).pathname]).toEqual(["POST", "/requests/messages"]);
  if (queueStatus === 201) {
    messages.push({ headers: request.headers, body: await readText(request.body) });
  }
  return bytesResponse(queueStatus, Buffer.from(""));
}

/** Path of the one blob that there is. */
function onlyBlob(): string {
  expect(blobs.size).toBe(1);
  return [...blobs.keys()].join();
}

type Claims = Record<string, string>;

async function bearer(audience: string, claims: Claims): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  const token = await simulation.issueToken({
    issuer,
    claims: {
      iss: issuer,
      iat: now,
      nbf: now,
      exp: now + 600,
      ver: "2.0",
      tid: TENANT,
      aud: audience,
      ...claims,
    },
  });
  return `Bearer ${token}`;
}

const caller = (azp = WEB, user = "user-1"): Promise<string> =>
  bearer(AUDIENCE, { azp, scp: "x", oid: user });
const asWorker = (claims: Claims = {}): Promise<string> =>
  bearer(WORKER_AUDIENCE, { azp: worker.clientId, oid: worker.principalId, idtyp: "app", ...claims });

interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

async function call(
  target: string,
  authorization: string,
  { method = "POST", headers = {}, body = PROMPT }: Call = {},
): Promise<CallResponse & { readonly answer: Record<string, unknown> }> {
  const response = await simulation.call(target, {
    method,
    headers: { authorization, ...headers },
    ...(method === "POST" ? { body: body as Record<string, unknown> } : {}),
  });
  const text = await response.text();
  return Object.assign(response, {
    answer: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  });
}

const code = ({ answer }: { readonly answer: Record<string, unknown> }): unknown =>
  (answer["error"] as Record<string, unknown> | undefined)?.["code"];

async function accepted(authorization?: string): Promise<string> {
  const response = await call(QUEUED_CHAT, authorization ?? (await caller()));
  expect(response.status).toBe(202);
  return String(response.answer["id"]);
}

const behalf = (client: string, more: Record<string, string> = {}): Record<string, string> => ({
  "x-ai-gateway-on-behalf-of": client,
  "x-ai-gateway-queued-id": `${NOW}-${"a".repeat(32)}`,
  ...more,
});

describe("accepting a request", () => {
  it("answers with where its result will be, and tells the worker all that it needs", async () => {
    const response = await call(QUEUED_CHAT, await caller());

    const id = String(response.answer["id"]);
    const at = Math.floor(clock.now() / 1000);
    expect([response.status, response.headers["location"], response.headers["retry-after"]]).toEqual([
      202,
      `${QUEUED}/${id}`,
      "10",
    ]);
    const told = { id, status: "queued", created_at: at, expires_at: at + 7_200 };
    expect(response.answer).toEqual(told);
    const path = onlyBlob();
    const blob = blobs.get(path);
    const [, , key] = path.split("/");
    expect([path, JSON.parse(blob?.body ?? ""), blob?.metadata]).toEqual([
      expect.stringMatching(new RegExp(`^/results/[0-9a-f]{64}/${at}-[0-9a-f]{32}$`)),
      told,
      { status: "queued" },
    ]);
    expect(JSON.parse(messages[0]?.body ?? "")).toEqual({
      version: 1,
      id,
      callerKey: key,
      client: "web",
      user: "user-1",
      path: CHAT,
      acceptedAt: at,
      expiresAt: at + 7_200,
      body: JSON.stringify(PROMPT),
    });
    expect(JSON.parse(one(messages[0]?.headers ?? {}, "brokerproperties"))).toEqual({
      MessageId: id,
      TimeToLive: 7_200,
    });
    expect(simulation.account("oai-queue").requests).toHaveLength(0);
  });

  it.each([
    ["a stream", QUEUED_CHAT, { ...PROMPT, stream: true }, 400, "invalid_request"],
    [
      "what the message has no room for",
      QUEUED_CHAT,
      { messages: [{ role: "user", content: "x".repeat(1_040_000) }] },
      413,
      "request_too_large",
    ],
    ["what is no chat", QUEUED_CHAT, { messages: "hello" }, 400, "invalid_request"],
    [
      "a deployment that the caller may not use",
      QUEUED_CHAT.replace("/chat/", "/other/"),
      PROMPT,
      403,
      "forbidden",
    ],
    [
      "an operation that cannot wait",
      QUEUED_CHAT.replace("chat/completions", "embeddings"),
      PROMPT,
      404,
      "not_found",
    ],
  ])("refuses %s before anything is written", async (_what, target, body, status, expected) => {
    const response = await call(target, await caller(), { body });

    expect([response.status, code(response)]).toEqual([status, expected]);
    expect([blobs.size, messages.length]).toEqual([0, 0]);
  });

  it("refuses who is not known before anything is written", async () => {
    const response = await call(QUEUED_CHAT, await caller("99999999-9999-4999-8999-999999999999"));

    expect([response.status, blobs.size, messages.length]).toEqual([403, 0, 0]);
  });

  it.each([
    ["is full", 403],
    ["is throttled", 429],
    ["does not take it", 401],
    ["is not well", 500],
  ])("leaves nothing behind where the queue %s", async (_what, status) => {
    queueStatus = status;
    const response = await call(QUEUED_CHAT, await caller());

    expect([response.status, code(response), response.headers["retry-after"]]).toEqual([
      503,
      "queue_unavailable",
      "10",
    ]);
    expect([blobs.size, messages.length]).toEqual([0, 0]);
  });

  it("sends nothing where the result could not be kept", async () => {
    storageStatus = 503;
    const response = await call(QUEUED_CHAT, await caller());

    expect([response.status, code(response), messages.length]).toEqual([503, "queue_unavailable", 0]);
  });
});

describe("a caller", () => {
  it("waits for its result, and gets it as the model gave it", async () => {
    const id = await accepted();
    const waiting = await call(`${QUEUED}/${id}`, await caller(), { method: "GET" });
    expect([waiting.status, waiting.answer["status"], waiting.headers["retry-after"]]).toEqual([
      202,
      "queued",
      "10",
    ]);

    const path = onlyBlob();
    blobs.set(path, { body: '{"choices":[]}', metadata: { status: "succeeded", http_status: "200" } });
    const done = await call(`${QUEUED}/${id}`, await caller(), { method: "GET" });
    expect([done.status, done.answer, done.headers["x-ai-gateway-queued-id"]]).toEqual([
      200,
      { choices: [] },
      id,
    ]);

    blobs.set(path, { body: '{"error":{"code":"x"}}', metadata: { status: "failed", http_status: "400" } });
    const failed = await call(`${QUEUED}/${id}`, await caller(), { method: "GET" });
    expect([failed.status, code(failed)]).toEqual([400, "x"]);
  });

  it.each([
    ["another client", BATCH, "user-1"],
    ["another user of the client", WEB, "user-2"],
  ])("finds, deletes and lists nothing of %s", async (_who, azp, user) => {
    const id = await accepted();
    const other = await caller(azp, user);

    for (const method of ["GET", "DELETE"]) {
      const response = await call(`${QUEUED}/${id}`, other, { method });
      expect([response.status, code(response)]).toEqual([404, "not_found"]);
    }
    expect((await call(QUEUED, other, { method: "GET" })).answer["data"]).toEqual([]);
    expect(blobs.size).toBe(1);
  });

  it("lists what is its own and not past its time", async () => {
    const first = await accepted();
    clock.advance(2 * HOUR_MS - 1_000);
    const second = await accepted();
    const names = async (): Promise<unknown> => {
      const { answer } = await call(QUEUED, await caller(), { method: "GET" });
      return (answer["data"] as { id: string; status: string }[]).map(({ id, status }) => [id, status]);
    };

    expect(await names()).toEqual([
      [first, "queued"],
      [second, "queued"],
    ]);
    clock.advance(1_000);
    expect(await names()).toEqual([[second, "queued"]]);
  });

  it("is told that what is past its time is gone", async () => {
    const id = await accepted();
    clock.advance(2 * HOUR_MS);
    const response = await call(`${QUEUED}/${id}`, await caller(), { method: "GET" });

    expect([response.status, code(response)]).toEqual([410, "gone"]);
  });

  it("deletes its request", async () => {
    const id = await accepted();
    const version = (value: string) =>
      caller().then((token) => call(`${QUEUED}?api-version=${value}`, token, { method: "GET" }));
    expect([
      (await version("2024-10-21")).status,
      (await version("v1")).status,
      (await version("x")).status,
    ]).toEqual([200, 200, 400]);
    const response = await call(`${QUEUED}/${id}`, await caller(), { method: "DELETE" });

    expect([response.status, blobs.size]).toEqual([204, 0]);
    expect((await call(`${QUEUED}/${id}`, await caller(), { method: "DELETE" })).status).toBe(404);
  });

  it.each(["x", `${NOW}-${"A".repeat(32)}`, `${NOW}-${"a".repeat(33)}`])(
    "gets nothing for an id that is none: %s",
    async (id) => {
      const response = await call(`${QUEUED}/${id}`, await caller(), { method: "GET" });

      expect([response.status, code(response)]).toEqual([404, "not_found"]);
    },
  );

  it("is not told that there is nothing where the results cannot be read", async () => {
    const id = await accepted();
    storageStatus = 403;
    const responses = [
      await call(`${QUEUED}/${id}`, await caller(), { method: "GET" }),
      await call(`${QUEUED}/${id}`, await caller(), { method: "DELETE" }),
      await call(QUEUED, await caller(), { method: "GET" }),
    ];

    expect(responses.map((each) => [each.status, code(each)])).toEqual(
      responses.map(() => [503, "queue_unavailable"]),
    );
  });
});

describe("the worker", () => {
  it("asks with the rights and under the name of the caller", async () => {
    const response = await call(CHAT, await asWorker(), {
      headers: behalf("web", { "x-ai-gateway-on-behalf-of-user": "user-1" }),
    });

    expect(response.status).toBe(200);
    const [request] = simulation.account("oai-queue").requests;
    expect([
      request?.headers["x-ai-gateway-client-id"],
      request?.headers["x-ai-gateway-user-id"],
      request?.headers["x-ai-gateway-auth-method"],
      request?.headers["x-ai-gateway-on-behalf-of"],
    ]).toEqual([["web"], ["user-1"], ["on-behalf-of"], undefined]);
    expect(simulation.messages.map(({ metadata }) => metadata)).toEqual([
      expect.objectContaining({
        Client: "web",
        User: "user-1",
        AuthMethod: "on-behalf-of",
        QueuedId: behalf("web")["x-ai-gateway-queued-id"],
      }),
    ]);
  });

  it.each([
    ["a client that is suspended", "gone", CHAT, 403],
    ["a client that is not known", "nobody", CHAT, 403],
    ["an application that is no client", `entra/${WEB}`, CHAT, 403],
    ["a deployment that the client may not use", "web", CHAT.replace("/chat/", "/other/"), 403],
    ["an operation that cannot wait", "batch", CHAT.replace("chat/completions", "embeddings"), 403],
    ["another place in the queue", "web", QUEUED_CHAT, 403],
  ])("is refused for %s", async (_what, client, target, status) => {
    const response = await call(target, await asWorker(), { headers: behalf(client) });

    expect([response.status, simulation.account("oai-queue").requests.length, messages.length]).toEqual([
      status,
      0,
      0,
    ]);
  });

  it("is nobody by itself", async () => {
    expect((await call(CHAT, await asWorker())).status).toBe(401);
  });

  it.each([
    ["without an id", { "x-ai-gateway-queued-id": "1" }],
    ["for nobody", { "x-ai-gateway-on-behalf-of": "%20" }],
  ])("is refused %s", async (_what, headers) => {
    const response = await call(CHAT, await asWorker(), { headers: behalf("web", headers) });

    expect([response.status, code(response)]).toEqual([403, "forbidden"]);
  });

  it("has a limit of its own beside the caller's, and is told when to come again", async () => {
    const statuses: number[] = [];
    let retryAfter: unknown;
    for (let count = 0; count < 12; count += 1) {
      const response = await call(CHAT, await asWorker(), {
        headers: behalf("batch"),
        body: { messages: [{ role: "user", content: "word ".repeat(1_000) }] },
      });
      statuses.push(response.status);
      retryAfter = response.headers["retry-after"] ?? retryAfter;
    }

    expect([statuses[0], statuses.at(-1)]).toEqual([200, 429]);
    expect(Number(retryAfter)).toBeGreaterThan(0);
    // Whoever does not wait has the rest of what the caller may take.
    expect((await call(CHAT, await caller(BATCH))).status).toBe(200);
  });
});

describe("who claims to be the worker", () => {
  it.each([
    ["with a caller's token", 401, () => caller()],
    ["with another application's token for the worker's audience", 403, () => asWorker({ azp: BATCH })],
    ["with a token of another object", 403, () => asWorker({ oid: "77777777-7777-4777-8777-777777777777" })],
    ["without a token", 401, () => Promise.resolve("none")],
  ])("%s is refused", async (_how, status, token) => {
    const response = await call(CHAT, await token(), { headers: behalf("batch") });

    expect([response.status, simulation.account("oai-queue").requests.length]).toEqual([status, 0]);
  });

  it.each(["x-ai-gateway-on-behalf-of", "x-ai-gateway-on-behalf-of-user", "x-ai-gateway-queued-id"])(
    "by %s alone is refused, good as its token may be",
    async (header) => {
      const response = await call(CHAT, await caller(), { headers: { [header]: "batch" } });

      expect(response.status).toBe(401);
    },
  );
});

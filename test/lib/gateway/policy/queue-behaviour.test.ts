import { Clock, type Simulation } from "../../../../simulator";
import { bytesResponse } from "../../../../simulator/network";
import type { DirectCall } from "../../../../simulator/simulation";
import { TENANT } from "../../../lib/gateway/gateway-stack";
import {
  CHAT_COMPLETIONS,
  type Claims,
  type QueueCall,
  QUEUED_CHAT,
  QueueSimulation,
} from "../../../worker/queue-simulation";
import {
  ACCOUNT,
  CLIENTS,
  NAMESPACE,
  type QueueStackOptions,
  STORAGE,
  WORKER,
  WORKER_AUDIENCE,
} from "../../../worker/queue-stack";

const AT = new Date("2026-12-01T12:00:00Z");
const NOW = AT.getTime() / 1000;
const HOUR_MS = 3_600_000;
const SUSPENDED = "66666666-6666-4666-8666-666666666666";
const ISSUER = `https://login.microsoftonline.com/${TENANT}/v2.0`;
const QUEUED = "/claims/openai/queued";
const PROMPT = { messages: [{ role: "user", content: "hello" }] };
const STACK: QueueStackOptions = {
  api: {
    operations: ["chat", "embeddings", "models"],
    requestsPerMinute: 1_000,
    requestsPerMinutePerUser: 1_000,
    tokensPerMinute: 100_000,
  },
  queuedTokensPerMinute: 10_000,
  retentionHours: 2,
  clients: {
    web: { id: CLIENTS.web, deployments: ["chat"], operations: ["chat"] },
    gone: { id: SUSPENDED, suspended: true },
  },
};

let requests: QueueSimulation;
let simulation: Simulation;
let clock: Clock;

beforeAll(async () => {
  clock = new Clock({ at: AT, running: false });
  requests = await QueueSimulation.start(STACK, clock);
  ({ simulation } = requests);
});

afterAll(() => requests.close());

beforeEach(() => {
  clock.advance(60_001);
  simulation.forgetTraffic();
  simulation.clearRecords();
});

/** A token of a user of a client's application. */
const caller = (client: keyof typeof CLIENTS = "web", user = "user-1"): Promise<string> =>
  requests.bearer(client, { scp: "x", oid: user, idtyp: undefined });

/** A token that differs from the worker's. */
function almostWorker(claims: Claims): Promise<string> {
  const found = simulation.model.identities.find(({ name }) => name === WORKER);
  return requests.issued({ aud: WORKER_AUDIENCE, azp: found?.clientId, oid: found?.principalId, ...claims });
}

interface Answered extends DirectCall {
  readonly answer: Readonly<Record<string, unknown>>;
}

async function answered(call: Promise<DirectCall>): Promise<Answered> {
  const done = await call;
  return { ...done, answer: (done.body === "" ? {} : JSON.parse(done.body)) as Record<string, unknown> };
}

const call = (target: string, authorization: string, props: QueueCall = {}): Promise<Answered> =>
  answered(requests.call(authorization, target, { body: PROMPT, ...props }));
const read = async (authorization: string, id: string): Promise<Answered> =>
  answered(requests.read(authorization, id));
const remove = async (authorization: string, id: string): Promise<Answered> =>
  answered(requests.remove(authorization, id));
const list = async (authorization: string, query?: string): Promise<Answered> =>
  answered(requests.list(authorization, query));

const code = ({ answer }: Answered): unknown =>
  (answer["error"] as Record<string, unknown> | undefined)?.["code"];

/** What there is of requests that wait: results and messages. */
const kept = (): readonly [blobs: number, messages: number] => [
  requests.blobs.length,
  requests.queue.messages.length,
];

const asked = (): number => simulation.account(ACCOUNT).requests.length;

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
      [`${QUEUED}/${id}`],
      ["10"],
    ]);
    const told = { id, status: "queued", created_at: at, expires_at: at + 7_200 };
    expect(response.answer).toEqual(told);
    const [blob] = requests.blobs;
    expect([blob?.name, JSON.parse(String(blob && Buffer.from(blob.content))), blob?.metadata]).toEqual([
      expect.stringMatching(new RegExp(`^[0-9a-f]{64}/${at}-[0-9a-f]{32}$`)),
      told,
      { status: "queued" },
    ]);
    const [message] = requests.queue.messages;
    expect(JSON.parse(String(message && Buffer.from(message.body)))).toEqual({
      version: 1,
      id,
      callerKey: blob?.name.split("/")[0],
      client: "web",
      user: `${ISSUER}#user-1`,
      path: CHAT_COMPLETIONS,
      acceptedAt: at,
      expiresAt: at + 7_200,
      body: JSON.stringify(PROMPT),
    });
    expect(message).toMatchObject({ messageId: id, timeToLiveMs: 2 * HOUR_MS });
    expect([kept(), asked()]).toEqual([[1, 1], 0]);
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

    expect([response.status, code(response), kept()]).toEqual([status, expected, [0, 0]]);
  });

  it("refuses who is not known before anything is written", async () => {
    const stranger = await requests.bearer("web", { azp: "99999999-9999-4999-8999-999999999999", scp: "x" });

    expect([(await call(QUEUED_CHAT, stranger)).status, kept()]).toEqual([403, [0, 0]]);
  });

  it("leaves nothing behind where the queue is full", async () => {
    requests.queue.limit(1);
    const response = await call(QUEUED_CHAT, await caller());
    requests.queue.limit(Infinity);

    expect([response.status, code(response), response.headers["retry-after"], kept()]).toEqual([
      503,
      "queue_unavailable",
      ["10"],
      [0, 0],
    ]);
  });
});

describe("a caller", () => {
  it("waits for its result, and gets it as the model gave it", async () => {
    const id = await requests.accepted(await caller());
    const waiting = await read(await caller(), id);
    expect([waiting.status, waiting.answer["status"], waiting.headers["retry-after"]]).toEqual([
      202,
      "queued",
      ["10"],
    ]);

    const name = requests.blobs[0]?.name ?? "";
    await requests.write(name, 200, { choices: [] });
    const done = await read(await caller(), id);
    expect([done.status, done.answer, done.headers["x-ai-gateway-queued-id"]]).toEqual([
      200,
      { choices: [] },
      [id],
    ]);

    await requests.write(name, 400, { error: { code: "x" } });
    const failed = await read(await caller(), id);
    expect([failed.status, code(failed)]).toEqual([400, "x"]);
  });

  it.each([
    ["another client", "batch", "user-1"],
    ["another user of the client", "web", "user-2"],
  ] as const)("finds, deletes and lists nothing of %s", async (_who, client, user) => {
    const id = await requests.accepted(await caller());
    const other = await caller(client, user);

    for (const response of [await read(other, id), await remove(other, id)]) {
      expect([response.status, code(response)]).toEqual([404, "not_found"]);
    }
    expect((await list(other)).answer["data"]).toEqual([]);
    expect(requests.blobs).toHaveLength(1);
  });

  it("lists what is its own and not past its time", async () => {
    const first = await requests.accepted(await caller());
    clock.advance(2 * HOUR_MS - 1_000);
    const second = await requests.accepted(await caller());
    const names = async (): Promise<unknown> => {
      const { answer } = await list(await caller());
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
    const id = await requests.accepted(await caller());
    clock.advance(2 * HOUR_MS);
    const response = await read(await caller(), id);

    expect([response.status, code(response)]).toEqual([410, "gone"]);
  });

  it("deletes its request", async () => {
    const id = await requests.accepted(await caller());
    expect([(await remove(await caller(), id)).status, requests.blobs.length]).toEqual([204, 0]);
    expect((await remove(await caller(), id)).status).toBe(404);
  });

  it.each([
    ["2024-10-21", 200],
    ["v1", 200],
    ["x", 400],
  ])("asks with an api-version of the API, or none: %s", async (version, status) => {
    expect((await list(await caller(), `?api-version=${version}`)).status).toBe(status);
  });

  it.each(["x", `${NOW}-${"A".repeat(32)}`, `${NOW}-${"a".repeat(33)}`])(
    "gets nothing for an id that is none: %s",
    async (id) => {
      const response = await read(await caller(), id);

      expect([response.status, code(response)]).toEqual([404, "not_found"]);
    },
  );
});

describe("the worker", () => {
  it("asks with the rights and under the name of the caller", async () => {
    const response = await call(CHAT_COMPLETIONS, await requests.workerBearer(), {
      headers: behalf("web", { "x-ai-gateway-on-behalf-of-user": encodeURIComponent(`${ISSUER}#user-1`) }),
    });

    expect(response.status).toBe(200);
    const [request] = simulation.account(ACCOUNT).requests;
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
    ["a client that is suspended", "gone", CHAT_COMPLETIONS, 403],
    ["a client that is not known", "nobody", CHAT_COMPLETIONS, 403],
    ["an application that is no client", "entra/99999999-9999-4999-8999-999999999999", CHAT_COMPLETIONS, 403],
    ["a client that is suspended, by its id", `entra/${SUSPENDED}`, CHAT_COMPLETIONS, 403],
    ["a deployment that the client may not use", "web", CHAT_COMPLETIONS.replace("/chat/", "/other/"), 403],
    [
      "an operation that cannot wait",
      "batch",
      CHAT_COMPLETIONS.replace("chat/completions", "embeddings"),
      403,
    ],
    ["another place in the queue", "web", QUEUED_CHAT, 403],
  ])("is refused for %s", async (_what, client, target, status) => {
    const response = await call(target, await requests.workerBearer(), { headers: behalf(client) });

    expect([response.status, asked(), kept()]).toEqual([status, 0, [0, 0]]);
  });

  it("asks for a client that was registered since as that client", async () => {
    const headers = behalf(`entra/${CLIENTS.web}`);
    expect((await call(CHAT_COMPLETIONS, await requests.workerBearer(), { headers })).status).toBe(200);
    const [request] = simulation.account(ACCOUNT).requests;
    expect(request?.headers["x-ai-gateway-client-id"]).toEqual(["web"]);
  });

  it("is nobody by itself", async () => {
    expect((await call(CHAT_COMPLETIONS, await requests.workerBearer())).status).toBe(401);
  });

  it.each([
    ["without an id", { "x-ai-gateway-queued-id": "1" }],
    ["for nobody", { "x-ai-gateway-on-behalf-of": "%20" }],
  ])("is refused %s", async (_what, headers) => {
    const response = await call(CHAT_COMPLETIONS, await requests.workerBearer(), {
      headers: behalf("web", headers),
    });

    expect([response.status, code(response)]).toEqual([403, "forbidden"]);
  });

  it("has a limit of its own beside the caller's, and is told when to come again", async () => {
    const statuses: number[] = [];
    let retryAfter: unknown;
    for (let count = 0; count < 12; count += 1) {
      const response = await call(CHAT_COMPLETIONS, await requests.workerBearer(), {
        headers: behalf("batch"),
        body: { messages: [{ role: "user", content: "word ".repeat(1_000) }] },
      });
      statuses.push(response.status);
      retryAfter = response.headers["retry-after"] ?? retryAfter;
    }

    expect([statuses[0], statuses.at(-1)]).toEqual([200, 429]);
    expect(Number(retryAfter)).toBeGreaterThan(0);
    // Whoever does not wait has the rest of what the caller may take.
    expect((await call(CHAT_COMPLETIONS, await caller("batch"))).status).toBe(200);
  });

  // What a tenant says of an application that acts for itself depends on what the registration asks for.
  it.each([
    ["says that it is an application's", { idtyp: "app" }, 200],
    ["does not", {}, 200],
    ["names roles", { roles: ["Anything"] }, 200],
    ["is a user's", { scp: "user_impersonation" }, 403],
    ["says that it is a user's", { idtyp: "user" }, 403],
    ["is another application's", { azp: CLIENTS.batch }, 403],
    ["is another object's", { oid: "77777777-7777-4777-8777-777777777777" }, 403],
    ["has no object", { oid: undefined }, 403],
    ["has no application", { azp: undefined }, 401],
    ["is an ID token", { nonce: "n" }, 401],
    ["is of version 1", { ver: "1.0" }, 401],
    ["is of another tenant", { tid: "77777777-7777-4777-8777-777777777777" }, 401],
  ])("whose token %s", async (_what, claims, status) => {
    const response = await call(CHAT_COMPLETIONS, await almostWorker(claims), { headers: behalf("web") });

    expect([response.status, asked()]).toEqual([status, status === 200 ? 1 : 0]);
  });

  it.each([
    ["a caller's token", 401, () => caller()],
    ["no token", 401, () => Promise.resolve("none")],
  ])("is nobody with %s", async (_how, status, token) => {
    const response = await call(CHAT_COMPLETIONS, await token(), { headers: behalf("batch") });

    expect([response.status, asked()]).toEqual([status, 0]);
  });

  it.each(["x-ai-gateway-on-behalf-of", "x-ai-gateway-on-behalf-of-user", "x-ai-gateway-queued-id"])(
    "is not who sends %s alone, good as its token may be",
    async (header) => {
      expect((await call(CHAT_COMPLETIONS, await caller(), { headers: { [header]: "batch" } })).status).toBe(
        401,
      );
    },
  );
});

it("takes tokens of version 1 where the registration issues such", async () => {
  const older = await QueueSimulation.start(
    { ...STACK, tokenVersion: 1 },
    new Clock({ at: AT, running: false }),
  );
  try {
    const asOlderWorker = await older.workerBearer();
    const { status } = await older.call(asOlderWorker, CHAT_COMPLETIONS, {
      body: PROMPT,
      headers: behalf("web"),
    });
    expect(status).toBe(200);
  } finally {
    await older.close();
  }
});

// Last: what answers instead of Azure does not go away again.
describe("where Azure does not answer well", () => {
  /** Lets a host answer everything with one status. */
  function answer(host: string, status: number): void {
    simulation.network.unregister(host);
    simulation.network.register(host, () => Promise.resolve(bytesResponse(status, Buffer.from(""))));
  }

  it.each([
    ["is throttled", 429],
    ["does not take the gateway's token", 401],
    ["is not well", 500],
  ])("leaves nothing behind, if the queue %s", async (_what, status) => {
    answer(`${NAMESPACE}.servicebus.windows.net`, status);
    const response = await call(QUEUED_CHAT, await caller());

    expect([response.status, code(response), response.headers["retry-after"], kept()]).toEqual([
      503,
      "queue_unavailable",
      ["10"],
      [0, 0],
    ]);
  });

  it("takes a place away that could not be taken away at once", async () => {
    answer(`${NAMESPACE}.servicebus.windows.net`, 500);
    const asked: string[] = [];
    const host = `${STORAGE}.blob.core.windows.net`;
    simulation.network.unregister(host);
    simulation.network.register(host, ({ method }) => {
      asked.push(method);
      return Promise.resolve(bytesResponse(method === "PUT" ? 201 : 500, Buffer.from("")));
    });
    const response = await call(QUEUED_CHAT, await caller());

    expect([response.status, response.answer["id"], asked]).toEqual([
      503,
      undefined,
      ["PUT", "DELETE", "DELETE"],
    ]);
  });

  it.each([403, 503])(
    "tells nobody that there is nothing, and sends nothing, if results get %d",
    async (status) => {
      const sent: string[] = [];
      simulation.network.unregister(`${NAMESPACE}.servicebus.windows.net`);
      simulation.network.register(`${NAMESPACE}.servicebus.windows.net`, ({ url }) => {
        sent.push(url.href);
        return Promise.resolve(bytesResponse(201, Buffer.from("")));
      });
      answer(`${STORAGE}.blob.core.windows.net`, status);
      const id = `${Math.floor(clock.now() / 1000)}-${"a".repeat(32)}`;
      const responses = [
        await call(QUEUED_CHAT, await caller()),
        await read(await caller(), id),
        await remove(await caller(), id),
        await list(await caller()),
      ];

      expect(responses.map((each) => [each.status, code(each)])).toEqual(
        responses.map(() => [503, "queue_unavailable"]),
      );
      expect(sent).toEqual([]);
    },
  );
});

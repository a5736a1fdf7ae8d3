import { randomInt } from "node:crypto";
import { Clock, simulate, type Simulation, type StoredBlob } from "../../simulator";
import type { DirectCall } from "../../simulator/simulation";
import { VARIABLES } from "../../worker/settings";
import { AUDIENCE, TENANT } from "../lib/gateway/gateway-stack";
import { simulatedCredential } from "../simulator/support/simulated-credential";
import { effort } from "../support/effort";
import {
  ACCOUNT,
  CLIENTS,
  NAMESPACE,
  QUEUE,
  STORAGE,
  synthesizeQueueStack,
  WORKER,
  WORKER_AUDIENCE,
} from "./queue-stack";
import { environmentOf, WorkerProcess } from "./worker-process";

const QUEUED = "/claims/openai/queued";
const CHAT = "deployments/chat/chat/completions?api-version=2024-10-21";
/** Enough that each of four workers has some; the nightly run has more time. */
const REQUESTS = effort > 1 ? 1_000 : 80;
const KILLS = 3;
const MINUTE_MS = 60_000;

type Client = keyof typeof CLIENTS;

let simulation: Simulation;
let worker: WorkerProcess | undefined;
const tokens = new Map<Client, string>();

beforeAll(async () => {
  simulation = await simulate(synthesizeQueueStack(), { clock: new Clock() });
  simulation.identity.tenant(TENANT).addApplication({
    displayName: "queue",
    clientId: WORKER_AUDIENCE,
    identifierUris: [`api://${WORKER_AUDIENCE}`],
    tokenTypeClaim: "allTokens",
  });
  for (const client of Object.keys(CLIENTS) as Client[]) {
    tokens.set(client, await tokenOf(client));
  }
});

afterAll(() => simulation.close());

afterEach(async () => {
  await worker?.kill();
  worker = undefined;
  simulation.account(ACCOUNT).recover();
  simulation.queue(QUEUE).limit(Infinity);
  simulation.forgetTraffic();
});

/** A token of a client's application, which outlives all that the tests do to the clock. */
function tokenOf(client: Client): Promise<string> {
  const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  const now = Math.floor(simulation.clock.now() / 1000);
  return simulation.issueToken({
    issuer,
    claims: {
      iss: issuer,
      iat: now,
      nbf: now,
      exp: now + 86_400,
      ver: "2.0",
      tid: TENANT,
      aud: AUDIENCE,
      azp: CLIENTS[client],
      oid: `object of ${client}`,
      idtyp: "app",
    },
  });
}

function startWorker(own: Readonly<Record<string, string>> = {}): WorkerProcess {
  worker = new WorkerProcess(
    environmentOf(simulation, WORKER, {
      AI_GATEWAY_URL: "https://apim-ai.azure-api.net",
      AI_GATEWAY_SCOPE: `${WORKER_AUDIENCE}/.default`,
      SERVICE_BUS_NAMESPACE: `${NAMESPACE}.servicebus.windows.net`,
      SERVICE_BUS_QUEUE: QUEUE,
      RESULTS_CONTAINER_URL: `https://${STORAGE}.blob.core.windows.net/results`,
      CONCURRENCY: "8",
      GRACE_SECONDS: "5",
      ...own,
    }),
  );
  return worker;
}

function call(client: Client, target: string, method: string, body?: object): Promise<DirectCall> {
  return simulation.perform(target, {
    method,
    body: body as Record<string, unknown>,
    headers: { authorization: `Bearer ${tokens.get(client)}` },
  });
}

function ask(client: Client, content: string): Promise<DirectCall> {
  return call(client, `${QUEUED}/${CHAT}`, "POST", { messages: [{ role: "user", content }] });
}

/** @returns the id */
async function queued(client: Client, content: string): Promise<string> {
  const { status, body } = await ask(client, content);
  expect([status, body]).toEqual([202, expect.stringContaining("queued")]);
  return (JSON.parse(body) as { readonly id: string }).id;
}

const read = (client: Client, id: string): Promise<DirectCall> => call(client, `${QUEUED}/${id}`, "GET");

const blobs = (): readonly StoredBlob[] => simulation.container(STORAGE, "results").blobs;
const finished = (): number => blobs().filter(({ metadata }) => metadata["status"] !== "queued").length;

/** Puts a message into the queue as the gateway, but not of the gateway's making. */
async function poison(text: string): Promise<void> {
  const token = await simulatedCredential(simulation, "id-ai").getToken("https://servicebus.azure.net");
  await simulation.network.fetch({
    url: `https://${NAMESPACE}.servicebus.windows.net/${QUEUE}/messages`,
    method: "POST",
    headers: { authorization: `Bearer ${token?.token}`, "content-type": "application/json" },
    body: Buffer.from(text),
  });
}

test(`of ${REQUESTS} requests each has one result, though the worker is killed ${KILLS} times; dead is poison alone`, async () => {
  await poison("no JSON");
  await poison('{"version":2}');
  const ids = new Map<string, Client>();
  for (let index = 0; index < REQUESTS; index += 1) {
    const client = index % 3 === 0 ? "batch" : "web";
    ids.set(await queued(client, `question ${index}`), client);
  }
  for (let kill = 0; kill <= KILLS; kill += 1) {
    const running = startWorker();
    const before = finished();
    const share = Math.max(1, Math.floor((REQUESTS - before) / (KILLS + 1 - kill)) - 1);
    const done = kill === KILLS ? REQUESTS - before : randomInt(1, share + 1);
    await running.until(() => finished() >= before + done);
    if (kill < KILLS) {
      await running.kill();
      // The time that it takes is not waited for: the clocks of the simulation and of the workers are one.
      simulation.queue(QUEUE).loseLocks();
    }
  }
  const isLeft = (): boolean => simulation.queue(QUEUE).messages.length > 0;
  await worker!.until(() => !isLeft());

  expect(blobs()).toHaveLength(REQUESTS);
  expect(
    blobs().filter(({ version, metadata }) => version !== 2 || metadata["http_status"] !== "200"),
  ).toEqual([]);
  expect(simulation.queue(QUEUE).deadLetters.map(({ properties }) => properties["DeadLetterReason"])).toEqual(
    ["UnreadableMessage", "UnreadableMessage"],
  );
  const [[id = "", client = "web"] = []] = ids;
  const { status, body } = await read(client, id);
  expect([status, JSON.parse(body)]).toEqual([
    200,
    expect.objectContaining({ object: "chat.completion", model: expect.any(String) as string }),
  ]);
  expect((await read(client === "web" ? "batch" : "web", id)).status).toBe(404);
});

test("a lock that is lost gives the request to two, and its result is written once", async () => {
  simulation.account(ACCOUNT).slow(2_000);
  const id = await queued("web", "slow");
  const running = startWorker();
  await running.until(() => simulation.account(ACCOUNT).requests.length === 0 && isTaken());
  simulation.queue(QUEUE).loseLocks();
  await running.until(() => finished() === 1 && simulation.queue(QUEUE).messages.length === 0);
  await running.until((log) => log.some(({ event }) => event === "not settled"));
  expect(blobs()).toMatchObject([{ version: 2, metadata: { status: "succeeded", http_status: "200" } }]);
  expect((await read("web", id)).status).toBe(200);
});

/** Whether somebody holds the only message. */
function isTaken(): boolean {
  return simulation.queue(QUEUE).locked === 1;
}

test("a request that its caller deletes is never asked", async () => {
  const id = await queued("web", "never mind");
  expect((await call("batch", `${QUEUED}/${id}`, "DELETE")).status).toBe(404);
  expect((await call("web", `${QUEUED}/${id}`, "DELETE")).status).toBe(204);
  const running = startWorker();
  await running.until((log) => log.some((line) => line.event === "deleted" && line.id === id));
  await running.until(() => simulation.queue(QUEUE).messages.length === 0);
  expect(simulation.account(ACCOUNT).requests).toEqual([]);
  expect(blobs()).toEqual([]);
});

test("a refusal of the model is a result, which the caller gets as it was", async () => {
  simulation.account(ACCOUNT).fail({ filter: "prompt" });
  const id = await queued("web", "bad words");
  const running = startWorker();
  await running.until((log) => log.some((line) => line.event === "failed" && line.id === id));
  const { status, body } = await read("web", id);
  expect([status, body]).toEqual([400, expect.stringContaining("content_filter")]);
});

test("told to stop, the worker finishes what it has asked, gives back what waits, and ends with 0", async () => {
  const asked = await queued("web", "asked");
  simulation.account(ACCOUNT).slow(2_000);
  const running = startWorker({ CONCURRENCY: "1", GRACE_SECONDS: "30" });
  await running.until(isTaken);
  const waits = await queued("web", "waits");
  expect(await running.terminate()).toBe(0);
  expect((await read("web", asked)).status).toBe(200);
  expect((await read("web", waits)).status).toBe(202);
  expect(simulation.queue(QUEUE).messages.map(({ messageId }) => messageId)).toEqual([waits]);
  expect(running.log.at(-1)).toMatchObject({ event: "stopped" });
});

test("a full queue refuses, and leaves nothing behind", async () => {
  simulation.queue(QUEUE).limit(1_000);
  await queued("web", "fits");
  const { status, headers } = await ask("web", "x".repeat(1_000));
  expect([status, headers["retry-after"]]).toEqual([503, ["10"]]);
  expect(blobs()).toHaveLength(1);
  expect(simulation.queue(QUEUE).messages).toHaveLength(1);
});

test("nobody but the worker asks in the name of another", async () => {
  const { status, body } = await simulation.perform(`/claims/openai/${CHAT}`, {
    body: { messages: [{ role: "user", content: "hello" }] },
    headers: {
      authorization: `Bearer ${tokens.get("web")}`,
      "x-ai-gateway-on-behalf-of": "batch",
      "x-ai-gateway-queued-id": `1795000000-${"a".repeat(32)}`,
    },
  });
  expect([status, body]).toEqual([401, expect.stringContaining("error")]);
  expect(simulation.account(ACCOUNT).requests).toEqual([]);
});

test("settings that are missing or wrong are named, each of them", async () => {
  const { code, errors } = await new WorkerProcess({ CONCURRENCY: "many" }).result();
  expect([
    code,
    errors
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ]).toEqual([
    2,
    [
      "AI_GATEWAY_URL",
      "AI_GATEWAY_SCOPE",
      "SERVICE_BUS_NAMESPACE",
      "SERVICE_BUS_QUEUE",
      "RESULTS_CONTAINER_URL",
      "AZURE_CLIENT_ID",
      "CONCURRENCY",
    ],
  ]);
});

test("--help names every variable", async () => {
  const help = new WorkerProcess({}, ["--help"]);
  expect((await help.result()).code).toBe(0);
  const text = help.log.map(({ event }) => event).join("\n");
  expect(Object.keys(VARIABLES).filter((name) => !text.includes(name))).toEqual([]);
});

// Last, because it moves the clock of the simulation away from those of workers.
test("while the account is down for five minutes requests are held, not lost and not failed", async () => {
  simulation.account(ACCOUNT).fail({ down: true });
  const ids = [await queued("web", "first"), await queued("batch", "second")];
  const running = startWorker();
  await running.until((log) =>
    ids.every((id) => log.some((line) => line.event === "waits" && line.id === id)),
  );
  expect(blobs().map(({ metadata }) => metadata["status"])).toEqual(["queued", "queued"]);
  expect((await read("web", ids[0]!)).status).toBe(202);

  simulation.clock.advance(5 * MINUTE_MS);
  simulation.account(ACCOUNT).recover();
  await running.until(() => finished() === 2 && simulation.queue(QUEUE).messages.length === 0);
  expect((await read("web", ids[0]!)).status).toBe(200);
  expect((await read("batch", ids[1]!)).status).toBe(200);
  expect(blobs().map(({ version }) => version)).toEqual([2, 2]);
  expect(simulation.queue(QUEUE).deadLetters).toEqual([]);
});

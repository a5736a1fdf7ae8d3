import { randomInt } from "node:crypto";
import { VARIABLES } from "../../worker/settings";
import { effort } from "../support/effort";
import { WatchedClock } from "../support/watched-clock";
import { CHAT_COMPLETIONS, QueueSimulation } from "./queue-simulation";
import { ACCOUNT, CLIENTS } from "./queue-stack";
import { WorkerProcess } from "./worker-process";

/** Enough that each of four workers has some; the nightly run has more time. */
const REQUESTS = effort > 1 ? 1_000 : 80;
const KILLS = 3;
/** Of an account: longer than anything takes on a busy machine, and shorter than a lock. */
const SLOW_MS = 30_000;
/** On a machine that does other work as well. */
const MAX_WAIT_MS = Math.max(60_000, REQUESTS * 600);
const MINUTE_MS = 60_000;
/** Application id of a client with a limit that it can reach. */
const BOUNDED = "66666666-6666-4666-8666-666666666666";
const BOUNDED_TOKENS_PER_MINUTE = 1_000;

type Client = keyof typeof CLIENTS;

const clock = new WatchedClock();
let requests: QueueSimulation;
let account: ReturnType<QueueSimulation["simulation"]["account"]>;
let worker: WorkerProcess | undefined;
const callers = new Map<Client, string>();
const caller = (client: Client): string => callers.get(client) ?? "";

beforeAll(async () => {
  const bounded = { id: BOUNDED, tokensPerMinute: BOUNDED_TOKENS_PER_MINUTE };
  requests = await QueueSimulation.start({ clients: { bounded } }, clock);
  account = requests.simulation.account(ACCOUNT);
  for (const client of Object.keys(CLIENTS) as Client[]) {
    callers.set(client, await requests.bearer(client));
  }
});

afterAll(() => requests.close());

afterEach(async () => {
  await killWorker();
  account.recover();
  requests.queue.limit(Infinity);
  requests.simulation.forgetTraffic();
});

function startWorker(own: Readonly<Record<string, string>> = {}): WorkerProcess {
  worker = new WorkerProcess(requests.workerEnvironment({ CONCURRENCY: "8", GRACE_SECONDS: "5", ...own }));
  return worker;
}

async function killWorker(): Promise<void> {
  await worker?.kill();
  worker = undefined;
  // Or the next message goes to a worker of whose end nobody has heard yet.
  requests.queue.disconnect();
}

test(
  `of ${REQUESTS} requests each has one result, though the worker is killed ${KILLS} times; dead is poison alone`,
  async () => {
    await requests.poison("no JSON");
    await requests.poison('{"version":2}');
    const ids = new Map<string, Client>();
    for (let index = 0; index < REQUESTS; index += 1) {
      const client = index % 3 === 0 ? "batch" : "web";
      ids.set(await requests.accepted(caller(client), `question ${index}`), client);
    }
    for (let kill = 0; kill <= KILLS; kill += 1) {
      const running = startWorker();
      const before = requests.finished;
      const share = Math.max(1, Math.floor((REQUESTS - before) / (KILLS + 1 - kill)) - 1);
      const done = kill === KILLS ? REQUESTS - before : randomInt(1, share + 1);
      await running.until(() => requests.finished >= before + done, MAX_WAIT_MS);
      if (kill < KILLS) {
        await killWorker();
        // The time that it takes is not waited for: the clocks of the simulation and of the workers are one.
        requests.queue.loseLocks();
      }
    }
    const isLeft = (): boolean => requests.queue.messages.length > 0;
    await worker!.until(() => !isLeft());

    expect(requests.blobs).toHaveLength(REQUESTS);
    expect(
      requests.blobs.filter(({ version, metadata }) => version !== 2 || metadata["http_status"] !== "200"),
    ).toEqual([]);
    expect(requests.queue.deadLetters.map(({ properties }) => properties["DeadLetterReason"])).toEqual([
      "UnreadableMessage",
      "UnreadableMessage",
    ]);
    const [[id = "", client = "web"] = []] = ids;
    const { status, body } = await requests.read(caller(client), id);
    expect([status, JSON.parse(body)]).toEqual([
      200,
      expect.objectContaining({ object: "chat.completion", model: expect.any(String) as string }),
    ]);
    expect((await requests.read(caller(client === "web" ? "batch" : "web"), id)).status).toBe(404);
  },
  MAX_WAIT_MS + 60_000,
);

test("a client above its own limit holds up nobody: what has to wait goes back into the queue until then", async () => {
  const bounded = await requests.bearer("web", { azp: BOUNDED, oid: "object of bounded" });
  const prompt = "word ".repeat(0.9 * BOUNDED_TOKENS_PER_MINUTE);
  const body = { messages: [{ role: "user", content: prompt }] };
  expect((await requests.call(bounded, CHAT_COMPLETIONS, { body })).status).toBe(200);
  const waiting = new Set<string>();
  for (let count = 0; count < 6; count += 1) {
    waiting.add(await requests.accepted(bounded, prompt));
  }
  const id = await requests.accepted(caller("web"), "hello");
  const running = startWorker({ CONCURRENCY: "2" });
  await running.until((log) => log.some((line) => line.event === "succeeded"));
  expect((await requests.read(caller("web"), id)).status).toBe(200);

  await running.until(() => requests.queue.messages.length === waiting.size && requests.queue.locked === 0);
  expect(requests.queue.messages.map(({ messageId }) => messageId.split(".")[0]).toSorted()).toEqual(
    [...waiting].toSorted(),
  );
  // Two slots have asked; whoever came after them was told by the worker.
  const refused = running.log.filter(({ event, status }) => event === "waits" && status === 429);
  expect(refused.length).toBeLessThanOrEqual(2);
});

test("a request that its caller deletes is never asked", async () => {
  const id = await requests.accepted(caller("web"), "never mind");
  expect((await requests.remove(caller("batch"), id)).status).toBe(404);
  expect((await requests.remove(caller("web"), id)).status).toBe(204);
  const running = startWorker();
  await running.until((log) => log.some((line) => line.event === "deleted" && line.id === id));
  await running.until(() => requests.queue.messages.length === 0);
  expect(account.requests).toEqual([]);
  expect(requests.blobs).toEqual([]);
});

test("a refusal of the model is a result, which the caller gets as it was", async () => {
  account.fail({ filter: "prompt" });
  const id = await requests.accepted(caller("web"), "bad words");
  const running = startWorker();
  await running.until((log) => log.some((line) => line.event === "failed" && line.id === id));
  const { status, body } = await requests.read(caller("web"), id);
  expect([status, body]).toEqual([400, expect.stringContaining("content_filter")]);
});

test("a full queue refuses, and leaves nothing behind", async () => {
  requests.queue.limit(1_000);
  await requests.accepted(caller("web"), "fits");
  const { status, headers } = await requests.ask(caller("web"), "x".repeat(1_000));
  expect([status, headers["retry-after"]]).toEqual([503, ["10"]]);
  expect(requests.blobs).toHaveLength(1);
  expect(requests.queue.messages).toHaveLength(1);
});

test("nobody but the worker asks in the name of another", async () => {
  const { status, body } = await requests.call(caller("web"), CHAT_COMPLETIONS, {
    body: { messages: [{ role: "user", content: "hello" }] },
    headers: {
      "x-ai-gateway-on-behalf-of": "batch",
      "x-ai-gateway-queued-id": `1795000000-${"a".repeat(32)}`,
    },
  });
  expect([status, body]).toEqual([401, expect.stringContaining("error")]);
  expect(account.requests).toEqual([]);
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

// Those that move the clock of the simulation away from those of workers are the last ones.
test("while the account is down for five minutes requests are held, not lost and not failed", async () => {
  account.fail({ down: true });
  const ids = [
    await requests.accepted(caller("web"), "first"),
    await requests.accepted(caller("batch"), "second"),
  ];
  const running = startWorker();
  await running.until((log) =>
    ids.every((id) => log.some((line) => line.event === "waits" && line.id === id)),
  );
  expect(requests.blobs.map(({ metadata }) => metadata["status"])).toEqual(["queued", "queued"]);
  expect((await requests.read(caller("web"), ids[0]!)).status).toBe(202);

  clock.advance(5 * MINUTE_MS);
  account.recover();
  await running.until(() => requests.finished === 2 && requests.queue.messages.length === 0);
  expect((await requests.read(caller("web"), ids[0]!)).status).toBe(200);
  expect((await requests.read(caller("batch"), ids[1]!)).status).toBe(200);
  expect(requests.blobs.map(({ version }) => version)).toEqual([2, 2]);
  expect(requests.queue.deadLetters).toEqual([]);
});

test("a lock that is lost gives the request to two, and its result is written once", async () => {
  account.slow(SLOW_MS);
  const id = await requests.accepted(caller("web"), "slow");
  const running = startWorker();
  await running.until(() => clock.waiting(SLOW_MS) === 1);
  requests.queue.loseLocks();
  await running.until(() => clock.waiting(SLOW_MS) === 2);
  clock.advance(SLOW_MS);
  await running.until(() => requests.finished === 1 && requests.queue.messages.length === 0);
  await running.until((log) => log.some(({ event }) => event === "not settled"));
  expect(requests.blobs).toMatchObject([
    { version: 2, metadata: { status: "succeeded", http_status: "200" } },
  ]);
  expect((await requests.read(caller("web"), id)).status).toBe(200);
});

test("told to stop, the worker finishes what it has asked, gives back what waits, and ends with 0", async () => {
  const asked = await requests.accepted(caller("web"), "asked");
  account.slow(SLOW_MS);
  const running = startWorker({ CONCURRENCY: "1", GRACE_SECONDS: "30" });
  await running.until(() => clock.waiting(SLOW_MS) === 1);
  const waits = await requests.accepted(caller("web"), "waits");
  const ended = running.terminate();
  await running.until((log) => log.some(({ event }) => event === "stopping"));
  clock.advance(SLOW_MS);
  expect(await ended).toBe(0);
  expect((await requests.read(caller("web"), asked)).status).toBe(200);
  expect((await requests.read(caller("web"), waits)).status).toBe(202);
  expect(requests.queue.messages.map(({ messageId }) => messageId)).toEqual([waits]);
  expect(running.log.at(-1)).toMatchObject({ event: "stopped" });
});

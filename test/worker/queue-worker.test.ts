import type { MessageHandlers, ServiceBusMessage, ServiceBusReceivedMessage } from "@azure/service-bus";
import Long from "long";
import { QueueWorker } from "../../worker/queue-worker";
import type { Postponement, RunOutcome } from "../../worker/request-runner";

const ID = `1796126400-${"a".repeat(32)}`;
const NOW = 1_796_126_400_000;
const EXPIRES_AT = NOW / 1000 + 3_600;
const PUT_OFF: Postponement = {
  ms: 60_000,
  attempts: { tries: 3, waits: 4, failingSince: NOW - 1000, lastStatus: 429 },
  reason: 429,
};

function message(change: Partial<ServiceBusReceivedMessage> = {}): ServiceBusReceivedMessage {
  return {
    messageId: ID,
    sequenceNumber: Long.fromNumber(17),
    contentType: "application/json",
    body: {
      version: 1,
      id: ID,
      callerKey: "b".repeat(64),
      client: "web",
      path: "/claims/openai/deployments/chat/chat/completions",
      expiresAt: EXPIRES_AT,
      body: "{}",
    },
    ...change,
  } as ServiceBusReceivedMessage;
}

/** A worker between a queue that notes what is done to it, and requests of which becomes what a test says. */
class Bench {
  /** What was done to the queue, in its order. */
  public readonly done: string[] = [];
  public readonly sent: ServiceBusMessage[] = [];
  public readonly runs: unknown[] = [];
  public readonly log: (readonly [event: string, id: unknown])[] = [];
  public refusesCopies = false;
  public refusesSettlements = false;
  public readonly worker: QueueWorker;
  private handlers?: MessageHandlers;
  private failed: () => void = () => undefined;
  /** When something failed that is tried again. */
  public readonly failure = new Promise<void>((resolve) => (this.failed = resolve));

  public constructor(private readonly result: RunOutcome | Postponement) {
    const settle = (what: string) => (): Promise<void> => {
      this.done.push(what);
      return this.refusesSettlements ? Promise.reject(new Error("lock lost")) : Promise.resolve();
    };
    this.worker = new QueueWorker({
      receiver: {
        subscribe: (handlers) => {
          this.handlers = handlers;
          return { close: () => Promise.resolve() };
        },
        completeMessage: settle("completed"),
        abandonMessage: settle("abandoned"),
        deadLetterMessage: settle("dead-lettered"),
        close: () => Promise.resolve(),
      },
      sender: {
        sendMessages: (copy) => {
          if (this.refusesCopies) {
            return Promise.reject(new Error("full"));
          }
          this.done.push("sent");
          this.sent.push(copy as ServiceBusMessage);
          return Promise.resolve();
        },
      },
      runner: {
        run: (_, attempts) => {
          this.runs.push(attempts);
          return Promise.resolve(this.result);
        },
      },
      log: (event, { id } = {}) => {
        this.log.push([event, id]);
        if (event === "fails") {
          this.failed();
        }
      },
      concurrency: 1,
      graceMs: 1000,
    });
    this.worker.start();
  }

  public receive(received = message()): Promise<void> {
    return this.handlers?.processMessage(received) ?? Promise.resolve();
  }
}

beforeEach(() => {
  jest.spyOn(Date, "now").mockReturnValue(NOW);
  jest.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe("a message whose request has to wait", () => {
  it("is scheduled as a copy, and then completed", async () => {
    const bench = new Bench(PUT_OFF);
    await bench.receive(message({ applicationProperties: { other: "kept", tries: 2 } }));
    expect(bench.done).toEqual(["sent", "completed"]);
    expect(bench.sent).toEqual([
      {
        body: message().body as unknown,
        contentType: "application/json",
        messageId: `${ID}.17`,
        scheduledEnqueueTimeUtc: new Date(NOW + 60_000),
        timeToLive: 3_600_000,
        applicationProperties: {
          other: "kept",
          tries: 3,
          waits: 4,
          failingSince: NOW - 1000,
          lastStatus: 429,
        },
      },
    ]);
  });

  it("tells the next worker of the tries so far", async () => {
    const bench = new Bench(PUT_OFF);
    await bench.receive();
    await bench.receive(message(bench.sent[0]));
    expect(bench.runs).toEqual([{ tries: 0, waits: 0 }, PUT_OFF.attempts]);
  });

  it("makes a copy of one id, however often it comes, and a copy's copy has another", async () => {
    const bench = new Bench(PUT_OFF);
    await bench.receive();
    await bench.receive(message({ deliveryCount: 1 }));
    await bench.receive(message({ messageId: `${ID}.17`, sequenceNumber: Long.fromNumber(23) }));
    expect(bench.sent.map(({ messageId }) => messageId)).toEqual([`${ID}.17`, `${ID}.17`, `${ID}.23`]);
  });

  it("comes back at the end of its time at the latest, and outlives it for whoever says so", async () => {
    const bench = new Bench({ ...PUT_OFF, ms: 7_200_000 });
    await bench.receive();
    expect(bench.sent).toMatchObject([
      { scheduledEnqueueTimeUtc: new Date(EXPIRES_AT * 1000), timeToLive: 60_000 },
    ]);
  });

  it("is held where no copy can be sent, and given back when the worker stops", async () => {
    const bench = new Bench(PUT_OFF);
    bench.refusesCopies = true;
    const held = bench.receive();
    await bench.failure;
    expect(bench.done).toEqual([]);
    await bench.worker.stop();
    await held;
    expect(bench.done).toEqual(["abandoned"]);
  });

  it("is there twice, not gone, where the original cannot be completed", async () => {
    const bench = new Bench(PUT_OFF);
    bench.refusesSettlements = true;
    await bench.receive();
    expect(bench.done).toEqual(["sent", "completed", "abandoned"]);
  });
});

it("a message whose request is done with is completed, and nothing is sent", async () => {
  const bench = new Bench("succeeded");
  await bench.receive(message({ messageId: `${ID}.17` }));
  expect(bench.done).toEqual(["completed"]);
  expect(bench.log.at(-1)).toEqual(["succeeded", ID]);
});

it.each([
  ["counts that are none", { tries: -1, waits: 1.5, failingSince: "x", lastStatus: 0 }],
  ["none", undefined],
])("properties of %s are no tries", async (_, applicationProperties) => {
  const bench = new Bench("succeeded");
  await bench.receive(message({ applicationProperties: applicationProperties as never }));
  expect(bench.runs).toEqual([{ tries: 0, waits: 0 }]);
});

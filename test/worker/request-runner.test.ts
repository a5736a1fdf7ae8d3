import type { Answer } from "../../worker/answer";
import type { Attempts } from "../../worker/attempts";
import { GatewayClient } from "../../worker/gateway-client";
import type { QueuedRequest } from "../../worker/queued-request";
import { RequestRunner, type RunOutcome } from "../../worker/request-runner";
import type { ResultStore } from "../../worker/result-store";

const NEVER = new AbortController().signal;
const HOUR_MS = 3_600_000;
const UNTRIED: Attempts = { tries: 0, waits: 0 };
let now: number;

/** What the gateway answers to one request after the other; the last one from then on. */
type Script = Record<string, readonly number[]>;

/** A runner between a gateway that answers as it is told, and results in memory. */
class Bench {
  public readonly results = new Map<string, Answer>();
  public readonly asked: string[] = [];
  public readonly runner: RequestRunner;
  private hours = 0;

  /** @param retryAfterMs what the gateway says of when to come again */
  public constructor(
    private readonly script: Script,
    private readonly retryAfterMs = 0,
  ) {
    const gateway = new GatewayClient({
      url: "https://gateway.test",
      token: () => Promise.resolve("t"),
      fetch: (_, init) => this.answer(init?.body as string),
    });
    const results: Pick<ResultStore, "marker" | "write"> = {
      marker: ({ id }) => Promise.resolve({ etag: "1", isFinished: this.results.has(id) }),
      write: ({ id }, _, answer) => {
        this.results.set(id, answer);
        return Promise.resolve(true);
      },
    };
    this.runner = new RequestRunner(gateway, results);
  }

  /** Runs a request as often as its message comes, which is when it is time. */
  public async run(request: QueuedRequest): Promise<RunOutcome> {
    let attempts = UNTRIED;
    for (;;) {
      const result = await this.runner.run(request, attempts, NEVER);
      if (typeof result === "string") {
        return result;
      }
      ({ attempts } = result);
      now += result.ms;
    }
  }

  /** Lets so much time pass with each call from now on. */
  public slow(hours: number): void {
    this.hours = hours;
  }

  private async answer(body: string): Promise<Response> {
    // Whoever waits gets its turn.
    await new Promise(setImmediate);
    const name = (JSON.parse(body) as { readonly name: string }).name;
    this.asked.push(name);
    now += this.hours * HOUR_MS;
    const answers = this.script[name] ?? [200];
    const status = answers[Math.min(this.asked.filter((each) => each === name).length, answers.length) - 1];
    return new Response(`{"status":${status}}`, {
      status,
      headers: { "retry-after-ms": String(this.retryAfterMs) },
    });
  }
}

function request(
  name: string,
  change: { readonly deployment?: string; readonly hours?: number } = {},
): QueuedRequest {
  const { deployment = "chat", hours = 72 } = change;
  return {
    id: name,
    callerKey: "k",
    client: "web",
    path: `/claims/openai/deployments/${deployment}/chat/completions?api-version=2024-10-21`,
    expiresAt: Math.floor(Date.now() / 1000) + hours * 3_600,
    body: JSON.stringify({ name }),
  };
}

beforeEach(() => {
  now = Date.UTC(2026, 11, 1);
  jest.spyOn(Date, "now").mockImplementation(() => now);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe("a request", () => {
  it.each([[500], [502], [504], [408], [401]])(
    "that gets %d from then on outlives an outage of a day",
    async (status) => {
      const bench = new Bench({ first: [...Array<number>(24).fill(status), 200] });
      bench.slow(1);
      expect(await bench.run(request("first"))).toBe("succeeded");
      expect([bench.asked.length, bench.results.get("first")?.status]).toEqual([25, 200]);
    },
  );

  it("that fails alone, while others of its kind succeed, has the failure as its result", async () => {
    const bench = new Bench({ poison: [500] });
    const failing = bench.run(request("poison"));
    while (!bench.results.has("poison")) {
      await bench.run(request(`other ${bench.asked.length}`));
    }
    expect([await failing, bench.results.get("poison")]).toMatchObject(["failed", { status: 500 }]);
    expect(bench.asked.filter((name) => name === "poison").length).toBeGreaterThanOrEqual(5);
  });

  it("waits for its model, however well others do", async () => {
    const bench = new Bench({ first: [...Array<number>(20).fill(502), 200] });
    const waiting = bench.run(request("first"));
    while (!bench.results.has("first")) {
      const other = request(`other ${bench.asked.length}`, { deployment: "small" });
      await bench.run(other);
    }
    expect([await waiting, bench.results.get("first")?.status]).toEqual(["succeeded", 200]);
  });

  it.each([[429], [503]])("is never failed by %d", async (status) => {
    const bench = new Bench({ busy: [...Array<number>(20).fill(status), 200] });
    const waiting = bench.run(request("busy"));
    while (!bench.results.has("busy")) {
      await bench.run(request(`other ${bench.asked.length}`));
    }
    expect([await waiting, bench.results.get("busy")?.status]).toEqual(["succeeded", 200]);
  });

  it("that is past its time is a dead letter, which says how it was answered last", async () => {
    const bench = new Bench({ first: [502] });
    bench.slow(1);
    await expect(bench.run(request("first", { hours: 3 }))).rejects.toMatchObject({
      reason: "Expired",
      message: "past its time after 3 tries, the last of which was answered by 502",
    });
    expect(bench.results.size).toBe(0);
  });

  it("that nobody has asked in its time says so", async () => {
    const bench = new Bench({});
    await expect(bench.run(request("first", { hours: -1 }))).rejects.toMatchObject({
      reason: "Expired",
      message: "past its time before the first try",
    });
    expect(bench.asked).toEqual([]);
  });

  it.each([
    ["is asked when the gateway says", 429, 60_000, 1, 60_000],
    ["that never fits does not come back every second", 429, 1_000, 9, 256_000],
    ["comes back after five minutes at most by itself", 502, 0, 30, 300_000],
  ])("%s", async (_, status, retryAfterMs, wait, ms) => {
    const bench = new Bench({ first: [status] }, retryAfterMs);
    const result = await bench.runner.run(request("first"), { tries: 0, waits: wait - 1 }, NEVER);
    expect(result).toEqual({
      ms,
      reason: status,
      attempts: { tries: 1, waits: wait, failingSince: now, lastStatus: status },
    });
  });

  it("of a caller who was told to wait is not asked, and holds up neither other callers nor other models", async () => {
    const bench = new Bench({ first: [429] }, 60_000);
    await bench.runner.run(request("first"), UNTRIED, NEVER);
    now += 20_000;
    expect(await bench.runner.run(request("second"), UNTRIED, NEVER)).toEqual({
      ms: 40_000,
      reason: "its caller has to wait",
      attempts: { tries: 0, waits: 1 },
    });
    expect(await bench.run(request("small", { deployment: "small" }))).toBe("succeeded");
    expect(await bench.run({ ...request("other"), callerKey: "other" })).toBe("succeeded");
    expect(bench.asked).toEqual(["first", "small", "other"]);
    now += 40_000;
    expect(await bench.run(request("second"))).toBe("succeeded");
  });
});

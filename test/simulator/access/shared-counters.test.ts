import { limitsIn } from "../../../simulator/access/evaluated-limit";
import { SharedCounters } from "../../../simulator/access/shared-counters";
import type { PolicyStep, RequestTrace } from "../../../simulator/sinks";

function traceOf(counter: string): RequestTrace {
  const step = {
    element: "rate-limit-by-key",
    position: { address: "policy", section: "inbound", path: "/0" },
    detail: { calls: 60, renewalPeriod: 60, counter },
  } as unknown as PolicyStep;
  return { steps: [step] } as unknown as RequestTrace;
}

/** Counts calls of clients, then says with whom each of them shares. */
function shared(calls: readonly (readonly [client: string, counter: string, way?: string])[]): readonly string[] {
  const counters = new SharedCounters();
  const counted = calls.map(([client, counter, way = "subscription key"]) => ({
    caller: { gateway: "apim-one", api: "models", way, client },
    trace: traceOf(counter),
  }));
  counted.forEach(({ caller, trace }) => counters.add(caller, trace));
  return counted.flatMap(({ caller, trace }) =>
    counters
      .factsOf(
        caller,
        limitsIn(trace).map((limit) => [limit.what, limit] as const),
      )
      .map(({ subject, value }) => `${caller.client} ${subject}: ${value}`),
  );
}

describe("SharedCounters", () => {
  it("says nothing of counters of one's own", () => {
    expect(shared([["claims", "a"], ["batch", "b"]])).toEqual([]);
  });

  it("names those who count together", () => {
    expect(shared([["claims", "a"], ["batch", "a"], ["search", "c"]])).toEqual([
      "claims requests per minute: batch",
      "batch requests per minute: claims",
    ]);
  });

  it("says that everybody does", () => {
    const calls = ["claims", "batch", "search"].map((client) => [client, "a"] as const);
    expect(shared(calls)).toEqual(calls.map(([client]) => `${client} requests per minute: everybody`));
  });

  it("says that one client's credentials do", () => {
    expect(
      shared([
        ["claims", "a"],
        ["claims", "a", "client certificate"],
      ]),
    ).toEqual(Array(2).fill("claims requests per minute: its other credentials"));
  });
});

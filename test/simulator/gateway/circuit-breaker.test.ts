import { CircuitBreaker } from "../../../simulator/gateway/circuit-breaker";
import type { CircuitBreakerModel } from "../../../simulator/model";

function breaker(parts: Partial<CircuitBreakerModel> = {}): CircuitBreaker {
  return new CircuitBreaker({
    name: "rule",
    count: 2,
    intervalSeconds: 60,
    tripSeconds: 30,
    acceptRetryAfter: false,
    statusCodeRanges: [{ min: 429, max: 429 }],
    errorReasons: [],
    ...parts,
  });
}

describe("CircuitBreaker", () => {
  it("opens at the configured number of failures and closes when the trip is over", () => {
    const rule = breaker();
    rule.record({ status: 429 }, 0);
    expect(rule.isOpen(0)).toBe(false);
    rule.record({ status: 429 }, 1000);
    expect([rule.isOpen(1000), rule.isOpen(30_999), rule.isOpen(31_000)]).toEqual([true, true, false]);
  });

  it("forgets failures that are older than the interval", () => {
    const rule = breaker();
    rule.record({ status: 429 }, 0);
    rule.record({ status: 429 }, 60_000);
    expect(rule.isOpen(60_000)).toBe(false);
  });

  it("ignores statuses outside the ranges", () => {
    const rule = breaker({ count: 1 });
    rule.record({ status: 500 }, 0);
    expect(rule.isOpen(0)).toBe(false);
  });

  it("starts to count anew after a trip", () => {
    const rule = breaker();
    rule.record({ status: 429 }, 0);
    rule.record({ status: 429 }, 0);
    rule.record({ status: 429 }, 30_000);
    expect(rule.isOpen(30_000)).toBe(false);
  });

  it("stays open as long as Retry-After says, if that is accepted", () => {
    const rule = breaker({ count: 1, acceptRetryAfter: true });
    rule.record({ status: 429, retryAfterSeconds: 100 }, 0);
    expect([rule.isOpen(99_999), rule.isOpen(100_000)]).toEqual([true, false]);
  });

  it("does not look at Retry-After unless that is accepted", () => {
    const rule = breaker({ count: 1 });
    rule.record({ status: 429, retryAfterSeconds: 100 }, 0);
    expect(rule.isOpen(30_000)).toBe(false);
  });

  it("opens at the configured percentage of failures", () => {
    const rule = breaker({ count: undefined, percentage: 50 });
    rule.record({ status: 200 }, 0);
    rule.record({ status: 200 }, 0);
    rule.record({ status: 429 }, 0);
    expect(rule.isOpen(0)).toBe(false);
    rule.record({ status: 429 }, 0);
    expect(rule.isOpen(0)).toBe(true);
  });

  it.each([
    ["Timeout", { status: 500, failure: "Timeout" }],
    ["BackendConnectionFailure", { status: 500, failure: "BackendConnectionFailure" }],
    ["Server errors", { status: 502 }],
  ] as const)("counts error reason %s", (reason, outcome) => {
    const rule = breaker({ count: 1, statusCodeRanges: [], errorReasons: [reason] });
    rule.record(outcome, 0);
    expect(rule.isOpen(0)).toBe(true);
  });
});

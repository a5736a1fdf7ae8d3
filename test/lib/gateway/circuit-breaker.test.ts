import {
  checkCircuitBreaker,
  type CircuitBreaker,
  circuitBreakerRule,
} from "../../../lib/gateway/circuit-breaker";
import { Problems } from "../../../lib/validation/problems";

function check(breaker: CircuitBreaker): void {
  const problems = new Problems("gateway");
  checkCircuitBreaker(breaker, problems);
  problems.throwIfAny();
}

describe("a circuit breaker", () => {
  it("opens in a pool at the first refusal by default, so that the retry of one request meets another account", () => {
    expect(circuitBreakerRule({}, true).failureCondition.count).toBe(1);
  });

  it("outlasts bad answers of a deployment that has no other account", () => {
    expect(circuitBreakerRule({}, false).failureCondition).toMatchObject({
      count: 10,
      intervalDuration: "PT60S",
    });
  });

  it.each([true, false])("opens at the number that is given, pooled: %s", (pooled) => {
    expect(circuitBreakerRule({ failureCount: 3 }, pooled).failureCondition.count).toBe(3);
  });

  it("opens when throttled only if another account can answer, and for failures always", () => {
    const ranges = [true, false].map(
      (pooled) => circuitBreakerRule({}, pooled).failureCondition.statusCodeRange,
    );
    expect(ranges).toEqual([
      [
        { min: 429, max: 429 },
        { min: 502, max: 504 },
      ],
      [{ min: 502, max: 504 }],
    ]);
  });

  it("counts connections that fail, and nothing that one request brings about: no 500, no time-out", () => {
    for (const pooled of [true, false]) {
      const { errorReasons, statusCodeRange } = circuitBreakerRule({}, pooled).failureCondition;
      expect(errorReasons).toEqual(["BackendConnectionFailure"]);
      expect(statusCodeRange).not.toContainEqual(expect.objectContaining({ min: 500 }));
    }
  });

  it("stays open for as long as the backend asks", () => {
    expect(circuitBreakerRule({}, true).acceptRetryAfterEnabled).toBe(true);
  });

  it("takes numbers of its own", () => {
    expect(circuitBreakerRule({ failureCount: 5, intervalSeconds: 30, tripSeconds: 20 }, true)).toMatchObject(
      {
        failureCondition: { count: 5, intervalDuration: "PT30S" },
        tripDuration: "PT20S",
      },
    );
  });

  it("reports every number that is out of range", () => {
    expect(() => {
      check({ failureCount: 1.5, intervalSeconds: 0, tripSeconds: 7_200 });
    }).toThrow(
      [
        "[gateway] circuitBreaker.failureCount must be a whole number from 1 to 10000, got 1.5: use 1 to fail over within " +
          "one request",
        "[gateway] circuitBreaker.intervalSeconds must be a whole number from 1 to 3600, got 0: use 60, the interval in " +
          "which Azure OpenAI counts tokens",
        "[gateway] circuitBreaker.tripSeconds must be a whole number from 1 to 3600, got 7200: use 10: Retry-After of the " +
          "backend is followed where it sends one",
      ].join("\n"),
    );
  });
});

import type { ApiManagementBackendCircuitBreakerRule } from "@cdktf/provider-azurerm/lib/api-management-backend";
import type { Problems } from "../validation";

/**
 * When a backend is left alone for a while. In a pool, the defaults let a single request fail over: the first
 * refusal opens the breaker, so that the retry of the same request already goes to another account. A deployment
 * that one account alone hosts has no other: it takes more than a bad answer to close it to everybody.
 *
 * Source: https://learn.microsoft.com/azure/api-management/backends#circuit-breaker
 */
export interface CircuitBreaker {
  /**
   * Answers with status 502, 503 or 504 and connections that fail, within the interval, that open the breaker, 1 to
   * 10,000. In a pool, more than one means that a retry may meet the same overloaded backend again. 429 counts only
   * where a pool has another account: alone, a deployment that is throttled for one client still answers the others.
   * What one request can bring about by itself counts nowhere: a 500, which ordinary bodies are known to give, and a
   * wait that was too long.
   *
   * @default - 1 in a pool, 10 for a deployment that one account alone hosts
   */
  readonly failureCount?: number;
  /** Interval in which failures are counted, in seconds, 1 to 3,600. @default 60 */
  readonly intervalSeconds?: number;
  /**
   * How long the breaker stays open, in seconds, 1 to 3,600, unless the backend says how long in
   * `Retry-After`, which is then followed.
   *
   * @default 10
   */
  readonly tripSeconds?: number;
}

/** Answers of an account that has had enough, and of one that does not work, whatever it is asked. */
const THROTTLED = { min: 429, max: 429 } as const;
const NOT_WORKING = { min: 502, max: 504 } as const;
/** `context.LastError.Reason` where no connection is made, or it ends without an answer. */
const NO_CONNECTION = "BackendConnectionFailure";

/** Failures that open the breaker where another account can answer, and where none can. */
const FAILURE_COUNT = { pooled: 1, alone: 10 } as const;
const INTERVAL_SECONDS = 60;
const TRIP_SECONDS = 10;

/** Reports values that API Management would refuse or that would switch the breaker off in effect. */
export function checkCircuitBreaker(breaker: CircuitBreaker, problems: Problems): void {
  const { failureCount = FAILURE_COUNT.pooled, intervalSeconds = INTERVAL_SECONDS } = breaker;
  problems.checkRange(failureCount, 1, 10_000, {
    rule: "circuitBreaker.failureCount must be a whole number from 1 to 10000",
    remedy: "use 1 to fail over within one request",
  });
  problems.checkRange(intervalSeconds, 1, 3_600, {
    rule: "circuitBreaker.intervalSeconds must be a whole number from 1 to 3600",
    remedy: "use 60, the interval in which Azure OpenAI counts tokens",
  });
  problems.checkRange(tripSeconds(breaker), 1, 3_600, {
    rule: "circuitBreaker.tripSeconds must be a whole number from 1 to 3600",
    remedy: "use 10: Retry-After of the backend is followed where it sends one",
  });
}

/** How long the breaker stays open unless the backend says otherwise, in seconds. */
export function tripSeconds(breaker: CircuitBreaker): number {
  return breaker.tripSeconds ?? TRIP_SECONDS;
}

/**
 * The rule as azurerm wants it.
 *
 * @param pooled whether another account can answer while the breaker is open
 */
export function circuitBreakerRule(
  breaker: CircuitBreaker,
  pooled: boolean,
): ApiManagementBackendCircuitBreakerRule {
  const { failureCount, intervalSeconds = INTERVAL_SECONDS } = breaker;
  return {
    name: pooled ? "throttled-or-failing" : "failing",
    failureCondition: {
      count: failureCount ?? (pooled ? FAILURE_COUNT.pooled : FAILURE_COUNT.alone),
      intervalDuration: `PT${intervalSeconds}S`,
      statusCodeRange: [...(pooled ? [THROTTLED] : []), NOT_WORKING],
      errorReasons: [NO_CONNECTION],
    },
    tripDuration: `PT${tripSeconds(breaker)}S`,
    acceptRetryAfterEnabled: true,
  };
}

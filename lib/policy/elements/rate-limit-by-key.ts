import type { CSharp } from "../csharp";
import { PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";

/** Longest window of the policy. */
const MAX_WINDOW_SECONDS = 300;

/** Attributes and children of `<rate-limit-by-key>`. */
export interface RateLimitByKeyProps {
  /** `context.LastError.PolicyId` when the limit is exceeded. */
  readonly id: string;
  /** One counter for each value, over all policies that use it. */
  readonly counterKey: CSharp;
  /** Calls, or what is counted instead of them, that are let through within the period. */
  readonly calls: number | CSharp;
  /**
   * By how much the counter goes up. A literal: API Management counts an expression at the end of outbound, so that the
   * limit would be noticed by later calls only.
   *
   * @default 1
   */
  readonly incrementCount?: number;
  /**
   * C# `bool`: whether the call counts. API Management evaluates it when the request is over, so that the limit is
   * noticed by later calls.
   *
   * @default - every call counts
   */
  readonly incrementCondition?: CSharp;
  /** Sliding window, 1 to 300. */
  readonly renewalPeriodSeconds: number;
  /** Variable that gets the seconds to wait once the limit is exceeded. */
  readonly retryAfterVariable: string;
}

/**
 * `<rate-limit-by-key>` that counts every call, failed ones too, unless a condition says otherwise. The answer to one call too many is 429.
 *
 * Source: https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
 */
export function rateLimitByKey(props: RateLimitByKeyProps): PolicyElement {
  const { id, counterKey, calls, incrementCount, renewalPeriodSeconds, retryAfterVariable } = props;
  return new PolicyElement({
    name: "rate-limit-by-key",
    attributes: {
      id,
      calls: typeof calls === "number" ? calls : PolicyExpression.of(calls),
      "increment-count": incrementCount,
      "renewal-period": renewalPeriodSeconds,
      "counter-key": PolicyExpression.of(counterKey),
      "increment-condition": props.incrementCondition && PolicyExpression.of(props.incrementCondition),
      "retry-after-variable-name": retryAfterVariable,
    },
    placement: { sections: ["inbound"], tiers: ["classic", "v2"] },
    problems: [
      typeof calls !== "number" || (Number.isInteger(calls) && calls >= 1)
        ? undefined
        : {
            rule: "calls of <rate-limit-by-key> must be a whole number of 1 or more",
            value: calls,
            remedy: "allow at least one request, or suspend the client",
          },
      incrementCount === undefined || (Number.isInteger(incrementCount) && incrementCount >= 1)
        ? undefined
        : {
            rule: "increment-count of <rate-limit-by-key> must be a whole number of 1 or more",
            value: incrementCount,
            remedy: "leave it out to count calls",
          },
      renewalPeriodSeconds >= 1 && renewalPeriodSeconds <= MAX_WINDOW_SECONDS
        ? undefined
        : {
            rule: `renewal-period of <rate-limit-by-key> must be 1 to ${MAX_WINDOW_SECONDS} seconds`,
            value: renewalPeriodSeconds,
            remedy: "use a token quota for longer periods",
          },
    ],
  });
}

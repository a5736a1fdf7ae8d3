import type { CSharp } from "../csharp";
import { ANYWHERE, PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";

/** Attributes and children of `<limit-concurrency>`. */
export interface LimitConcurrencyProps {
  /** C# `string`: requests with the same value share the limit. */
  readonly key: CSharp;
  /** Requests with the same key that may be inside at once; more are answered with 429. */
  readonly maxCount: number;
  /** What is limited. */
  readonly policies: readonly PolicyElement[];
}

/**
 * `<limit-concurrency>`. Counted by each gateway instance for itself.
 *
 * Source: https://learn.microsoft.com/azure/api-management/limit-concurrency-policy
 */
export function limitConcurrency({ key, maxCount, policies }: LimitConcurrencyProps): PolicyElement {
  return new PolicyElement({
    name: "limit-concurrency",
    attributes: { key: PolicyExpression.of(key), "max-count": maxCount },
    children: policies,
    placement: ANYWHERE,
    problems: [
      Number.isInteger(maxCount) && maxCount >= 1
        ? undefined
        : {
            rule: "max-count of <limit-concurrency> must be a whole number of 1 or more",
            value: maxCount,
            remedy: "allow at least one call",
          },
    ],
  });
}

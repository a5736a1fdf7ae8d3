import type { CSharp } from "../csharp";
import { ANYWHERE, PolicyElement, type PolicyValue } from "../policy-element";
import { PolicyExpression } from "../policy-expression";

/** Attributes and children of `<retry>`. */
export interface RetryProps {
  /** Evaluated after each try. */
  readonly condition: CSharp;
  /** Tries after the first, or an expression that gives them. */
  readonly count: PolicyValue;
  /** Seconds between tries; the first retry follows at once. */
  readonly intervalSeconds: number;
  /** What is tried. */
  readonly policies: readonly PolicyElement[];
}

/**
 * `<retry>` whose first retry waits for nothing: it goes to another backend.
 *
 * Source: https://learn.microsoft.com/azure/api-management/retry-policy
 */
export function retry({ condition, count, intervalSeconds, policies }: RetryProps): PolicyElement {
  return new PolicyElement({
    name: "retry",
    attributes: {
      condition: PolicyExpression.of(condition),
      count,
      interval: intervalSeconds,
      "first-fast-retry": true,
    },
    children: policies,
    placement: ANYWHERE,
  });
}

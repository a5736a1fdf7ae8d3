import { refuseBadHeaderNames } from "../messages/header-field";
import type { AttributeShape, PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

/** Where a rate limit writes what is left: attributes that `rate-limit` and `rate-limit-by-key` share. */
export const RATE_LIMIT_REPORT_ATTRIBUTES: Readonly<Record<string, AttributeShape>> = {
  "retry-after-header-name": {},
  "retry-after-variable-name": {},
  "remaining-calls-header-name": {},
  "remaining-calls-variable-name": {},
  "total-calls-header-name": {},
};

export interface RateLimitReport {
  /** Sets the variables, and the headers of whatever response leaves. */
  passed(execution: PolicyExecution, remaining: number, total: number): void;
  /** Sets the variables; @returns the headers of the refusal. */
  exceeded(
    execution: PolicyExecution,
    retryAfterSeconds: number,
    total: number,
  ): Readonly<Record<string, string>>;
}

/** Compiles the report of a rate limit. */
export function rateLimitReport(element: PolicyElementNode, compilation: PolicyCompilation): RateLimitReport {
  const { attributes } = element;
  refuseBadHeaderNames(
    element,
    ["retry-after-header-name", "remaining-calls-header-name", "total-calls-header-name"],
    compilation,
  );
  const retryAfterHeader = attributes.get("retry-after-header-name") ?? "Retry-After";
  const retryAfterVariable = attributes.get("retry-after-variable-name");
  const remainingHeader = attributes.get("remaining-calls-header-name");
  const remainingVariable = attributes.get("remaining-calls-variable-name");
  const totalHeader = attributes.get("total-calls-header-name");
  const headers = (remaining: number, total: number): Record<string, string> => ({
    ...(remainingHeader === undefined ? {} : { [remainingHeader]: String(remaining) }),
    ...(totalHeader === undefined ? {} : { [totalHeader]: String(total) }),
  });
  const hasHeaders = remainingHeader !== undefined || totalHeader !== undefined;
  const setRemaining = (execution: PolicyExecution, remaining: number): void => {
    if (remainingVariable !== undefined) {
      execution.setVariable(remainingVariable, remaining);
    }
  };
  return {
    passed(execution, remaining, total) {
      setRemaining(execution, remaining);
      if (!hasHeaders) {
        return;
      }
      execution.afterPolicies(() => {
        for (const [name, value] of Object.entries(headers(remaining, total))) {
          execution.response?.headers.set(name, [value]);
        }
      });
    },
    exceeded(execution, retryAfterSeconds, total) {
      setRemaining(execution, 0);
      if (retryAfterVariable !== undefined) {
        execution.setVariable(retryAfterVariable, retryAfterSeconds);
      }
      return { ...headers(0, total), [retryAfterHeader]: String(retryAfterSeconds) };
    },
  };
}

/** What a caller over the limit reads, as APIM words it. */
export function rateLimitMessage(retryAfterSeconds: number): string {
  return `Rate limit is exceeded. Try again in ${retryAfterSeconds} seconds.`;
}

import { refuseBadHeaderNames } from "../messages/header-field";
import type { AttributeShape, PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

/** Where a token limit writes what is left and what was used. */
export const TOKEN_LIMIT_REPORT_ATTRIBUTES: Readonly<Record<string, AttributeShape>> = {
  "retry-after-header-name": {},
  "retry-after-variable-name": {},
  "remaining-quota-tokens-header-name": {},
  "remaining-quota-tokens-variable-name": {},
  "remaining-tokens-header-name": {},
  "remaining-tokens-variable-name": {},
  "tokens-consumed-header-name": {},
  "tokens-consumed-variable-name": {},
};

/** Tokens left; none for a limit that the policy does not set. */
export interface RemainingTokens {
  readonly tokens?: number;
  readonly quotaTokens?: number;
}

export interface TokenLimitReport {
  /** The call may pass: sets the variables; the headers follow on whatever response leaves. */
  passed(execution: PolicyExecution, remaining: RemainingTokens, estimatedTokens: number): void;
  /** The call has been charged. */
  charged(execution: PolicyExecution, remaining: RemainingTokens, consumedTokens: number): void;
  /** The call is refused; @returns the headers of the refusal. */
  exceeded(
    execution: PolicyExecution,
    remaining: RemainingTokens,
    retryAfterSeconds: number | undefined,
  ): Readonly<Record<string, string>>;
}

/** Compiles the report of a token limit. */
export function tokenLimitReport(
  element: PolicyElementNode,
  compilation: PolicyCompilation,
): TokenLimitReport {
  const headerAttributes = Object.keys(TOKEN_LIMIT_REPORT_ATTRIBUTES).filter((name) =>
    name.endsWith("-header-name"),
  );
  refuseBadHeaderNames(element, headerAttributes, compilation);
  const attribute = (name: string): string | undefined => element.attributes.get(name);
  const retryAfterHeader = attribute("retry-after-header-name") ?? "Retry-After";

  const setVariable = (execution: PolicyExecution, what: string, value: number | undefined): void => {
    const variable = attribute(`${what}-variable-name`);
    if (variable !== undefined && value !== undefined) {
      execution.setVariable(variable, value);
    }
  };
  const headersOf = (values: Readonly<Record<string, number | undefined>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).flatMap(([what, value]) => {
        const header = attribute(`${what}-header-name`);
        return header === undefined || value === undefined ? [] : [[header, String(value)]];
      }),
    );
  const remainingOf = ({ tokens, quotaTokens }: RemainingTokens): Record<string, number | undefined> => ({
    "remaining-tokens": tokens,
    "remaining-quota-tokens": quotaTokens,
  });
  const setRemaining = (execution: PolicyExecution, remaining: RemainingTokens): void => {
    for (const [what, value] of Object.entries(remainingOf(remaining))) {
      setVariable(execution, what, value);
    }
  };
  /** Latest values of each request, for the headers. */
  const latest = new WeakMap<PolicyExecution["context"], Readonly<Record<string, number | undefined>>>();

  return {
    passed(execution, remaining, estimatedTokens) {
      setRemaining(execution, remaining);
      setVariable(execution, "tokens-consumed", estimatedTokens);
      latest.set(execution.context, remainingOf(remaining));
      execution.afterPolicies(() => {
        for (const [name, value] of Object.entries(headersOf(latest.get(execution.context) ?? {}))) {
          execution.response?.headers.set(name, [value]);
        }
      });
    },
    charged(execution, remaining, consumedTokens) {
      setRemaining(execution, remaining);
      setVariable(execution, "tokens-consumed", consumedTokens);
      latest.set(execution.context, { ...remainingOf(remaining), "tokens-consumed": consumedTokens });
    },
    exceeded(execution, remaining, retryAfterSeconds) {
      setRemaining(execution, remaining);
      setVariable(execution, "retry-after", retryAfterSeconds);
      return {
        ...headersOf(remainingOf(remaining)),
        ...(retryAfterSeconds === undefined ? {} : { [retryAfterHeader]: String(retryAfterSeconds) }),
      };
    },
  };
}

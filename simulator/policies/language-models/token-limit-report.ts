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

/** What the headers say. */
interface LatestTokens extends RemainingTokens {
  readonly consumedTokens?: number;
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
  const headerNames = {
    tokens: attribute("remaining-tokens-header-name"),
    quotaTokens: attribute("remaining-quota-tokens-header-name"),
    consumedTokens: attribute("tokens-consumed-header-name"),
  };
  const hasHeaders = Object.values(headerNames).some((name) => name !== undefined);
  const writeHeaders = (values: LatestTokens, write: (name: string, value: string) => void): void => {
    const writeOne = (name: string | undefined, value: number | undefined): void => {
      if (name !== undefined && value !== undefined) {
        write(name, String(value));
      }
    };
    writeOne(headerNames.tokens, values.tokens);
    writeOne(headerNames.quotaTokens, values.quotaTokens);
    writeOne(headerNames.consumedTokens, values.consumedTokens);
  };
  const setRemaining = (execution: PolicyExecution, { tokens, quotaTokens }: RemainingTokens): void => {
    setVariable(execution, "remaining-tokens", tokens);
    setVariable(execution, "remaining-quota-tokens", quotaTokens);
  };
  /** Latest values of each request, for the headers. */
  const latest = new WeakMap<PolicyExecution["context"], LatestTokens>();

  return {
    passed(execution, remaining, estimatedTokens) {
      setRemaining(execution, remaining);
      setVariable(execution, "tokens-consumed", estimatedTokens);
      if (!hasHeaders) {
        return;
      }
      latest.set(execution.context, remaining);
      execution.afterPolicies(() => {
        writeHeaders(latest.get(execution.context) ?? {}, (name, value) =>
          execution.response?.headers.set(name, [value]),
        );
      });
    },
    charged(execution, remaining, consumedTokens) {
      setRemaining(execution, remaining);
      setVariable(execution, "tokens-consumed", consumedTokens);
      if (hasHeaders) {
        const { tokens, quotaTokens } = remaining;
        latest.set(execution.context, { tokens, quotaTokens, consumedTokens });
      }
    },
    exceeded(execution, remaining, retryAfterSeconds) {
      setRemaining(execution, remaining);
      setVariable(execution, "retry-after", retryAfterSeconds);
      const headers: (readonly [string, string])[] = [];
      writeHeaders(remaining, (name, value) => headers.push([name, value]));
      if (retryAfterSeconds !== undefined) {
        headers.push([retryAfterHeader, String(retryAfterSeconds)]);
      }
      return Object.fromEntries(headers);
    },
  };
}

import type { CSharp } from "../csharp";
import { PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";

/** Windows of a token quota: they start at the full hour, day … in UTC. */
export type TokenQuotaPeriod = "Hourly" | "Daily" | "Weekly" | "Monthly" | "Yearly";

/** Attributes and children of `<llm-token-limit>`. */
export interface LlmTokenLimitProps {
  /** `context.LastError.PolicyId` when a limit is exceeded. */
  readonly id: string;
  /** One counter for each value, over all policies that use it. */
  readonly counterKey: CSharp;
  /** Prompt and completion tokens per minute; more are answered with 429. @default - no rate */
  readonly tokensPerMinute?: number;
  /** Tokens per period; more are answered with 403. Goes with `tokenQuotaPeriod`. @default - no quota */
  readonly tokenQuota?: number;
  /** Period after which the quota is full again. @default - no quota */
  readonly tokenQuotaPeriod?: TokenQuotaPeriod;
  /** Variable that gets the seconds to wait once a limit is exceeded. */
  readonly retryAfterVariable: string;
  /** Variable that gets the tokens left in the minute. @default - none */
  readonly remainingTokensVariable?: string;
  /** Variable that gets the tokens left of the quota. @default - none */
  readonly remainingQuotaVariable?: string;
  /**
   * Whether the prompt is counted before it is sent on. Once is enough where a request meets several limits: each
   * estimate takes time.
   *
   * @default true
   */
  readonly estimatesPrompt?: boolean;
}

/**
 * `<llm-token-limit>` that estimates the prompt first: a prompt that is too large never reaches the model.
 *
 * Source: https://learn.microsoft.com/azure/api-management/llm-token-limit-policy
 */
export function llmTokenLimit(props: LlmTokenLimitProps): PolicyElement {
  const { id, counterKey, tokensPerMinute, tokenQuota, tokenQuotaPeriod } = props;
  const limited = tokensPerMinute !== undefined || tokenQuota !== undefined;
  return new PolicyElement({
    name: "llm-token-limit",
    attributes: {
      id,
      "counter-key": PolicyExpression.of(counterKey),
      "tokens-per-minute": tokensPerMinute,
      "token-quota": tokenQuota,
      "token-quota-period": tokenQuotaPeriod,
      "estimate-prompt-tokens": props.estimatesPrompt ?? true,
      "retry-after-variable-name": props.retryAfterVariable,
      "remaining-tokens-variable-name":
        tokensPerMinute === undefined ? undefined : props.remainingTokensVariable,
      "remaining-quota-tokens-variable-name":
        tokenQuota === undefined ? undefined : props.remainingQuotaVariable,
    },
    placement: { sections: ["inbound"], tiers: ["classic", "v2"] },
    problems: [
      limited && (tokenQuota === undefined) === (tokenQuotaPeriod === undefined)
        ? undefined
        : {
            rule: "<llm-token-limit> needs tokens-per-minute, or token-quota with token-quota-period, or all three",
            value: { tokensPerMinute, tokenQuota, tokenQuotaPeriod },
            remedy: "give the missing one",
          },
      ...Object.entries({ "tokens-per-minute": tokensPerMinute, "token-quota": tokenQuota }).map(
        ([name, value]) =>
          value === undefined || (Number.isInteger(value) && value >= 1)
            ? undefined
            : {
                rule: `${name} of <llm-token-limit> must be a whole number of 1 or more`,
                value,
                remedy: "allow at least one token, or suspend the client",
              },
      ),
    ],
  });
}

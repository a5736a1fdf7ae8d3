/** What one model answers and processes at most, as far as gateways depend on it. */
export interface ModelLimits {
  /** Tokens of one answer, those of reasoning included. */
  readonly maxOutputTokens: number;
  /**
   * Tokens of input a minute for each provisioned throughput unit. @default - not published, or not offered so
   */
  readonly tokensPerMinutePerUnit?: number;
}

/**
 * Limits by model name, of any version.
 *
 * Source: https://learn.microsoft.com/azure/foundry/foundry-models/concepts/models-sold-directly-by-azure (output) and
 * https://learn.microsoft.com/azure/foundry/openai/how-to/provisioned-throughput-onboarding (units), as of March 2026
 */
const MODEL_LIMITS: Readonly<Record<string, ModelLimits>> = {
  "gpt-35-turbo": { maxOutputTokens: 4_096 },
  "gpt-4": { maxOutputTokens: 8_192 },
  "gpt-4o": { maxOutputTokens: 16_384, tokensPerMinutePerUnit: 2_500 },
  "gpt-4o-mini": { maxOutputTokens: 16_384, tokensPerMinutePerUnit: 37_000 },
  "gpt-4.1": { maxOutputTokens: 32_768, tokensPerMinutePerUnit: 3_000 },
  "gpt-4.1-mini": { maxOutputTokens: 32_768, tokensPerMinutePerUnit: 14_900 },
  "gpt-4.1-nano": { maxOutputTokens: 32_768, tokensPerMinutePerUnit: 59_400 },
  o1: { maxOutputTokens: 100_000 },
  "o3-mini": { maxOutputTokens: 100_000 },
  o3: { maxOutputTokens: 100_000, tokensPerMinutePerUnit: 3_000 },
  "o3-pro": { maxOutputTokens: 100_000 },
  "o4-mini": { maxOutputTokens: 100_000, tokensPerMinutePerUnit: 5_400 },
  "codex-mini": { maxOutputTokens: 100_000 },
  "gpt-5": { maxOutputTokens: 128_000, tokensPerMinutePerUnit: 4_750 },
  "gpt-5-mini": { maxOutputTokens: 128_000, tokensPerMinutePerUnit: 23_750 },
  "gpt-5-nano": { maxOutputTokens: 128_000 },
  "gpt-5-chat": { maxOutputTokens: 16_384 },
  "gpt-5-codex": { maxOutputTokens: 128_000 },
  "gpt-5.1": { maxOutputTokens: 128_000, tokensPerMinutePerUnit: 4_750 },
  "gpt-5.1-codex": { maxOutputTokens: 128_000, tokensPerMinutePerUnit: 4_750 },
  "gpt-5.2": { maxOutputTokens: 128_000, tokensPerMinutePerUnit: 3_400 },
  "gpt-5.2-codex": { maxOutputTokens: 128_000, tokensPerMinutePerUnit: 3_400 },
  "gpt-5.3-codex": { maxOutputTokens: 128_000, tokensPerMinutePerUnit: 3_400 },
  "gpt-5.4": { maxOutputTokens: 128_000, tokensPerMinutePerUnit: 2_400 },
  "gpt-5.4-mini": { maxOutputTokens: 128_000 },
  "gpt-5.4-nano": { maxOutputTokens: 128_000 },
  "gpt-5.5": { maxOutputTokens: 128_000, tokensPerMinutePerUnit: 1_200 },
};

/** @returns what the model gives, `undefined` for a model that is not known here */
export function modelLimits(model: string): ModelLimits | undefined {
  const name = model.toLowerCase();
  return Object.hasOwn(MODEL_LIMITS, name) ? MODEL_LIMITS[name] : undefined;
}

import type { OpenAiApiDescription, RequestBounds } from "./openai-api-description";

const MEBIBYTE = 1024 * 1024;

/** Largest body that classic gateways get through policies by default, and what v2 and Consumption buffer. */
const MAX_BODY_BYTES = { classic: 4 * MEBIBYTE, v2: 2 * MEBIBYTE, consumption: 2 * MEBIBYTE };

/** Bounds of an API, with the defaults for what it leaves out. */
export type EffectiveBounds = Required<Omit<RequestBounds, "maxOutputTokens">> &
  Pick<RequestBounds, "maxOutputTokens">;

export function requestBounds({ bounds = {}, tier }: OpenAiApiDescription): EffectiveBounds {
  return {
    maxBodyBytes: bounds.maxBodyBytes ?? MAX_BODY_BYTES[tier.tier],
    maxChoices: bounds.maxChoices ?? 4,
    maxOutputTokens: bounds.maxOutputTokens,
    maxEmbeddingInputs: bounds.maxEmbeddingInputs ?? 1024,
    maxImages: bounds.maxImages ?? 20,
    requestsPerMinutePerAddress: bounds.requestsPerMinutePerAddress ?? 1200,
  };
}

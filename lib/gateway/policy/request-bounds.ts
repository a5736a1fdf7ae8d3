import type { PolicyTier } from "../../policy";
import type { DeploymentDescription, OpenAiApiDescription, RequestBounds } from "./openai-api-description";

/** Largest number of nine digits: what any bound may be, and any number of tokens that a request states. */
export const MAX_COUNT = 999_999_999;

const MEBIBYTE = 1024 * 1024;

/** Largest body that classic gateways get through policies by default, and what v2 and Consumption buffer. */
const MAX_BODY_BYTES = { classic: 4 * MEBIBYTE, v2: 2 * MEBIBYTE, consumption: 2 * MEBIBYTE };

/** Files of 25 MiB, which is what the service takes of audio, and the parts around them. */
const MAX_MULTIPART_BYTES = { classic: 26 * MEBIBYTE, v2: 2 * MEBIBYTE, consumption: 2 * MEBIBYTE };

/** What the models answer at most in one response that are not known better. */
const MAX_OUTPUT_TOKENS = 128_000;
/** Requests per minute of a busy office behind one address whose sign-ins have all ended. */
const MIN_FAILURES_PER_ADDRESS = 1_200;

/** Bounds of an API, with the defaults for what it leaves out. */
export type EffectiveBounds = Required<Omit<RequestBounds, "maxOutputTokens">>;

export function requestBounds(api: OpenAiApiDescription): EffectiveBounds {
  const { bounds = {}, tier } = api;
  return {
    maxBodyBytes: bounds.maxBodyBytes ?? MAX_BODY_BYTES[tier.tier],
    maxMultipartBytes: bounds.maxMultipartBytes ?? MAX_MULTIPART_BYTES[tier.tier],
    maxChoices: bounds.maxChoices ?? 4,
    outputTokensRequired: bounds.outputTokensRequired ?? false,
    maxEmbeddingInputs: bounds.maxEmbeddingInputs ?? 1024,
    maxImages: bounds.maxImages ?? 20,
    failuresPerMinutePerAddress:
      bounds.failuresPerMinutePerAddress ?? Math.max(MIN_FAILURES_PER_ADDRESS, allRequestsPerMinute(api)),
  };
}

/** @returns tokens of output that a request for the deployment may ask for */
export function maxOutputTokens(
  { bounds = {} }: Pick<OpenAiApiDescription, "bounds">,
  deployment: Pick<DeploymentDescription, "maxOutputTokens">,
): number {
  return bounds.maxOutputTokens ?? deployment.maxOutputTokens ?? MAX_OUTPUT_TOKENS;
}

/** @returns requests per minute that some caller of the API may send, 0 if that is not limited */
export function maxRequestsPerMinute({ limits, clients = [] }: OpenAiApiDescription): number {
  const own = clients.map(({ rights }) => rights?.limits?.requestsPerMinute ?? 0);
  return Math.max(limits.requestsPerMinute ?? 0, ...own);
}

/**
 * @returns requests per minute that all registered clients together may send: if their credentials end, no client locks
 * out the others behind the same address
 */
function allRequestsPerMinute({ limits, clients = [] }: OpenAiApiDescription): number {
  const own = clients.map(({ rights }) => rights?.limits?.requestsPerMinute ?? limits.requestsPerMinute ?? 0);
  return own.reduce((sum, each) => sum + each, 0);
}

/** @returns bytes of a body that the tier gets through a policy; `undefined`: no more is known than the default */
export function bufferedBodyBytes(tier: PolicyTier): number | undefined {
  return tier === "classic" ? undefined : MAX_BODY_BYTES[tier];
}

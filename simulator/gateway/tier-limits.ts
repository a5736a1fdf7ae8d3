import type { ApimTier } from "../model";

/** What a tier lets through. */
export interface TierLimits {
  /** Bytes of a request body; none means unlimited. */
  readonly requestBytes?: number;
  /** Bytes of a body held in memory. */
  readonly bufferBytes: number;
  /** Bytes of path and query; none means unlimited. */
  readonly urlBytes?: number;
  /** Characters of one path segment. */
  readonly segmentCharacters: number;
}

const MEGABYTE = 1024 ** 2;

/** Source: https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits */
export function tierLimits(tier: ApimTier): TierLimits {
  const classic = !tier.endsWith("V2") && tier !== "Consumption";
  return classic
    ? { bufferBytes: 500 * MEGABYTE, segmentCharacters: 1024 }
    : { requestBytes: 1024 * MEGABYTE, bufferBytes: 2 * MEGABYTE, urlBytes: 16_384, segmentCharacters: 1024 };
}

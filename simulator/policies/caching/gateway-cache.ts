import type { PolicyServices } from "../gateway-services";
import type { AttributeShape, PolicyElementNode } from "../policy-compiler";
import { ExpiringMap } from "./expiring-map";

export const CACHING_TYPES = ["internal", "external", "prefer-external"] as const;
export type CachingType = (typeof CACHING_TYPES)[number];

/** Entries a cache holds at most: old ones go first, as in any cache. */
const MAX_ENTRIES = 10_000;

export const CACHING_TYPE_ATTRIBUTE: Readonly<Record<string, AttributeShape>> = {
  "caching-type": { values: CACHING_TYPES },
};

/** The `caching-type` of an element. */
export function cachingTypeOf(element: PolicyElementNode): CachingType {
  const value = element.attributes.get("caching-type");
  return CACHING_TYPES.find((type) => type === value) ?? "prefer-external";
}

/**
 * The cache that a policy means: the service's own, which Consumption lacks, or the external Redis of the stack.
 * Both live in the simulator's memory.
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-cache-external
 * @param namespace entries of different namespaces do not meet
 * @returns none if the service has no such cache: every lookup misses and nothing is stored
 */
export function openCache<T>(
  services: PolicyServices,
  namespace: string,
  type: CachingType,
): ExpiringMap<T> | undefined {
  const { externalCaches, tier } = services.model;
  const hasExternal = externalCaches.length > 0;
  const hasInternal = tier !== "Consumption";
  const external = hasExternal && type !== "internal";
  if (!external && (type === "external" || !hasInternal)) {
    return undefined;
  }
  const name = `${external ? "external" : "internal"} cache: ${namespace}`;
  return services.state(name, () => new ExpiringMap<T>(services.clock, { maxSize: MAX_ENTRIES }));
}

import type { CSharp } from "../csharp";
import { ANYWHERE, PolicyElement } from "../policy-element";
import { PolicyExpression } from "../policy-expression";
import type { CallerCacheKey } from "./caller-cache-key";

/** What is looked up, and where it goes. */
export interface CacheLookupValueProps {
  /** Whose entry it is, and for what. */
  readonly key: CallerCacheKey;
  /** Variable that gets what is found; not set otherwise. */
  readonly variable: string;
}

/**
 * `<cache-lookup-value>` in the cache that the gateway has built in.
 *
 * Source: https://learn.microsoft.com/azure/api-management/cache-lookup-value-policy
 */
export function cacheLookupValue({ key, variable }: CacheLookupValueProps): PolicyElement {
  return new PolicyElement({
    name: "cache-lookup-value",
    attributes: {
      key: PolicyExpression.of(key.value),
      "variable-name": variable,
      "caching-type": "internal",
    },
    placement: { ...ANYWHERE, tiers: ["classic", "v2"] },
  });
}

/** What is kept, for whom and how long. */
export interface CacheStoreValueProps {
  /** Whose entry it is, and for what. */
  readonly key: CallerCacheKey;
  /** C# `string`: what is kept. */
  readonly value: CSharp;
  /** After so many seconds it is gone. */
  readonly durationSeconds: number;
}

/**
 * `<cache-store-value>` in the cache that the gateway has built in: in memory, for one region.
 *
 * Source: https://learn.microsoft.com/azure/api-management/cache-store-value-policy
 */
export function cacheStoreValue({ key, value, durationSeconds }: CacheStoreValueProps): PolicyElement {
  return new PolicyElement({
    name: "cache-store-value",
    attributes: {
      key: PolicyExpression.of(key.value),
      value: PolicyExpression.of(value),
      duration: durationSeconds,
      "caching-type": "internal",
    },
    placement: { ...ANYWHERE, tiers: ["classic", "v2"] },
  });
}

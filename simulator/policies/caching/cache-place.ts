import type { PolicyExecution } from "../policy-execution";
import type { CachedResponse } from "./cached-response";
import type { ExpiringMap } from "./expiring-map";

/** Where `cache-store` may keep the response of a request. */
export interface CachePlace {
  readonly cache: ExpiringMap<CachedResponse>;
  readonly key: string;
}

const places = new WeakMap<PolicyExecution["context"], CachePlace>();

/** Notes where the response of a request belongs that `cache-lookup` has not found. */
export function rememberCachePlace({ context }: PolicyExecution, place: CachePlace): void {
  places.set(context, place);
}

/** Where the response of a request that missed belongs; none if it was not looked up. */
export function cachePlaceOf({ context }: PolicyExecution): CachePlace | undefined {
  return places.get(context);
}

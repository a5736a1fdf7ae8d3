import { cachePlaceOf } from "../caching/cache-place";
import { copyForCache } from "../caching/cached-response";
import { booleanAttribute, numberAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Keeps the response for the next request that `cache-lookup` finds alike; without `cache-response` only 200 OK.
 * Source: https://learn.microsoft.com/azure/api-management/cache-store-policy
 */
export const cacheStore: PolicyCompiler = {
  name: "cache-store",
  sections: ["outbound"],
  once: "section",
  shape: {
    attributes: {
      duration: { required: true, expression: true, type: "integer", min: 1 },
      "cache-response": { expression: true, type: "boolean" },
    },
  },
  compile(element, compilation) {
    const duration = numberAttribute(element, "duration", compilation, { min: 1, integer: true });
    const storesAnyStatus = element.attributes.has("cache-response");
    const storesResponse = booleanAttribute(element, "cache-response", compilation, true);
    return async (execution) => {
      const place = cachePlaceOf(execution);
      const { response, services } = execution;
      const wanted = storesResponse(execution) && (storesAnyStatus || response?.status === 200);
      const copy =
        place !== undefined && response !== undefined && wanted ? await copyForCache(response) : undefined;
      execution.trace({ stored: copy !== undefined });
      if (copy !== undefined) {
        place?.cache.set(place.key, copy, services.clock.now() + duration(execution) * 1000);
      }
    };
  },
};

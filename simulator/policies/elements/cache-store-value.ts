import { CACHING_TYPE_ATTRIBUTE, cachingTypeOf, openCache } from "../caching/gateway-cache";
import { numberAttribute, textAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Caches a value under a key. APIM stores in the background; here the next lookup finds it.
 * Source: https://learn.microsoft.com/azure/api-management/cache-store-value-policy
 */
export const cacheStoreValue: PolicyCompiler = {
  name: "cache-store-value",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      key: { required: true, expression: true },
      value: { required: true, expression: true },
      duration: { required: true, expression: true, type: "integer", min: 1 },
      ...CACHING_TYPE_ATTRIBUTE,
    },
  },
  compile(element, compilation) {
    const key = textAttribute(element, "key", compilation);
    const value = compilation.value(element.attributes.get("value") ?? "", element);
    const duration = numberAttribute(element, "duration", compilation, { min: 1, integer: true });
    const cachingType = cachingTypeOf(element);
    return (execution) => {
      const { services } = execution;
      const cache = openCache<{ readonly value: unknown }>(services, "values", cachingType);
      const expiresAt = services.clock.now() + duration(execution) * 1000;
      cache?.set(key(execution), { value: value(execution) }, expiresAt);
      execution.trace({ stored: cache !== undefined });
    };
  },
};

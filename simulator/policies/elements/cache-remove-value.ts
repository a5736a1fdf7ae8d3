import { CACHING_TYPE_ATTRIBUTE, cachingTypeOf, openCache } from "../caching/gateway-cache";
import { textAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Drops a cached value.
 * Source: https://learn.microsoft.com/azure/api-management/cache-remove-value-policy
 */
export const cacheRemoveValue: PolicyCompiler = {
  name: "cache-remove-value",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      key: { required: true, expression: true },
      // Removing never fails here.
      "fail-on-cache-removal-error": { type: "boolean" },
      ...CACHING_TYPE_ATTRIBUTE,
    },
  },
  compile(element, compilation) {
    const key = textAttribute(element, "key", compilation);
    const cachingType = cachingTypeOf(element);
    return (execution) => {
      openCache(execution.services, "values", cachingType)?.delete(key(execution));
    };
  },
};

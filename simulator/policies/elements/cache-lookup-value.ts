import { CACHING_TYPE_ATTRIBUTE, cachingTypeOf, openCache } from "../caching/gateway-cache";
import { textAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Puts a cached value into a variable. A miss gives the default value; without one the variable is not set.
 * Source: https://learn.microsoft.com/azure/api-management/cache-lookup-value-policy
 */
export const cacheLookupValue: PolicyCompiler = {
  name: "cache-lookup-value",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      key: { required: true, expression: true },
      "variable-name": { required: true },
      "default-value": { expression: true },
      ...CACHING_TYPE_ATTRIBUTE,
    },
  },
  compile(element, compilation) {
    const key = textAttribute(element, "key", compilation);
    const variable = element.attributes.get("variable-name") ?? "";
    const literal = element.attributes.get("default-value");
    const defaultValue = literal === undefined ? undefined : compilation.value(literal, element);
    const cachingType = cachingTypeOf(element);
    return (execution) => {
      const cached = openCache<{ readonly value: unknown }>(execution.services, "values", cachingType)?.get(
        key(execution),
      );
      execution.trace({ variable, hit: cached !== undefined });
      if (cached !== undefined) {
        execution.setVariable(variable, cached.value);
      } else if (defaultValue !== undefined) {
        execution.setVariable(variable, defaultValue(execution));
      }
    };
  },
};

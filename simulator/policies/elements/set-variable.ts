import type { PolicyCompiler } from "../policy-compiler";

/**
 * Stores a value for later policies of the same request: text for a literal, the C# value for an expression.
 * APIM documents basic types only, yet Microsoft's own policies store JObject and IResponse: any type is kept.
 * Source: https://learn.microsoft.com/azure/api-management/set-variable-policy
 */
export const setVariable: PolicyCompiler = {
  name: "set-variable",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: { name: { required: true }, value: { required: true, expression: true } },
  },
  compile(element, compilation) {
    const name = element.attributes.get("name") ?? "";
    const value = compilation.value(element.attributes.get("value") ?? "", element);
    const detail = { variable: name };
    return (execution) => {
      execution.setVariable(name, value(execution));
      execution.trace(detail);
    };
  },
};

import { type CsValue, isExpression, toText } from "../../../expressions";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Replaces the body of the request in inbound and backend, of the response in outbound and on-error.
 * Liquid templates are refused: the simulator has no engine with APIM's C# naming.
 * Source: https://learn.microsoft.com/azure/api-management/set-body-policy
 */
export const setBody: PolicyCompiler = {
  name: "set-body",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      template: { values: ["liquid"] },
      "xsi-nil": { values: ["blank", "null"] },
      "parse-date": { type: "boolean" },
    },
    text: "optional",
  },
  compile(element, compilation) {
    for (const attribute of element.attributes.keys()) {
      compilation.refuse(
        `attribute '${attribute}': Liquid templates are not simulated; use a policy expression`,
      );
    }
    const source = isExpression(element.text) ? element.text.trim() : element.text;
    const body = compilation.value(source, element);
    return (execution) => {
      const value = body(execution);
      const content = value instanceof Uint8Array ? value : toText(value as CsValue);
      execution.message.setBody(content);
      execution.trace({ bytes: Buffer.byteLength(content) });
    };
  },
};

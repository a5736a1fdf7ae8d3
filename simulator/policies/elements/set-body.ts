import { type CsValue, isExpression, toText } from "../../../expressions";
import { LiquidBody } from "../messages/liquid-body";
import type { DynamicValue, PolicyCompilation, PolicyCompiler, PolicyElementNode } from "../policy-compiler";

/**
 * Replaces the body of the request in inbound and backend, of the response in outbound and on-error.
 * With `template="liquid"` a Liquid template, to which the body is known if it is JSON; `none` is what no attribute is.
 * Source: https://learn.microsoft.com/azure/api-management/set-body-policy
 */
export const setBody: PolicyCompiler = {
  name: "set-body",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      template: { values: ["liquid", "none"] },
      "xsi-nil": { values: ["blank", "null"] },
      "parse-date": { type: "boolean" },
    },
    text: "optional",
  },
  compile(element, compilation) {
    const isLiquid = element.attributes.get("template") === "liquid";
    for (const attribute of ["xsi-nil", "parse-date"].filter((name) => element.attributes.has(name))) {
      compilation.refuse(`attribute '${attribute}' is not simulated`);
    }
    const source = isExpression(element.text) ? element.text.trim() : element.text;
    const body = isLiquid ? liquidValue(element, compilation) : compilation.value(source, element);
    return (execution) => {
      const value = body(execution);
      const content = value instanceof Uint8Array ? value : toText(value as CsValue);
      execution.message.setBody(content);
      execution.trace({ bytes: Buffer.byteLength(content) });
    };
  },
};

function liquidValue(element: PolicyElementNode, compilation: PolicyCompilation): DynamicValue {
  const isRequest = ["inbound", "backend"].includes(compilation.position.section);
  const message = isRequest ? "Request" : "Response";
  // An expression, so that the body is there when the template runs.
  const text = compilation.text(`@(context.${message}?.Body?.As<string>(preserveContent: true))`, element);
  let template: LiquidBody;
  try {
    template = new LiquidBody(element.text);
  } catch (error) {
    compilation.refuse(`is not a Liquid template that the simulator knows: ${(error as Error).message}`);
    return () => "";
  }
  return (execution) => template.render(execution.context, jsonOf(text(execution)));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

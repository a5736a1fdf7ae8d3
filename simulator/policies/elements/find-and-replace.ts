import { textAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Replaces every occurrence of a text in the body; no patterns.
 * Source: https://learn.microsoft.com/azure/api-management/find-and-replace-policy
 */
export const findAndReplace: PolicyCompiler = {
  name: "find-and-replace",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      from: { required: true, expression: true },
      to: { required: true, expression: true },
    },
  },
  compile(element, compilation) {
    if (element.attributes.get("from") === "") {
      compilation.refuse("attribute 'from' is empty");
    }
    const from = textAttribute(element, "from", compilation);
    const to = textAttribute(element, "to", compilation);
    return async (execution) => {
      const search = from(execution);
      if (search === "" || !execution.message.hasBody) {
        return;
      }
      const parts = Buffer.from(await execution.message.readBody())
        .toString("utf8")
        .split(search);
      execution.trace({ replaced: parts.length - 1 });
      if (parts.length > 1) {
        execution.message.setBody(parts.join(to(execution)));
      }
    };
  },
};

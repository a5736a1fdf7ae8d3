import { isExpression } from "../../../expressions";
import { choiceAttribute, textAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

const existsActions = ["override", "skip", "append", "delete"] as const;

/**
 * Writes a query parameter of the request.
 * Source: https://learn.microsoft.com/azure/api-management/set-query-parameter-policy
 */
export const setQueryParameter: PolicyCompiler = {
  name: "set-query-parameter",
  sections: ["inbound", "backend"],
  shape: {
    attributes: {
      name: { required: true, expression: true },
      "exists-action": { expression: true, values: existsActions },
    },
    children: [{ name: "value", shape: { text: "optional" } }],
  },
  compile(element, compilation) {
    const action = element.attributes.get("exists-action") ?? "override";
    if (action === "delete" && element.children.length > 0) {
      compilation.refuse("takes no <value> when exists-action is 'delete'");
    }
    if (action !== "delete" && !isExpression(action) && element.children.length === 0) {
      compilation.refuse(`needs a <value> when exists-action is '${action}'`);
    }
    const name = textAttribute(element, "name", compilation);
    const existsAction = choiceAttribute(element, "exists-action", compilation, existsActions, "override");
    const values = element.children.map((child) => compilation.text(child.text.trim(), child));

    return (execution) => {
      const { query } = execution.request;
      const parameter = name(execution);
      const chosen = existsAction(execution);
      execution.trace({ parameter, existsAction: chosen });
      if (chosen === "delete") {
        query.delete(parameter);
        return;
      }
      const present = query.get(parameter);
      if (chosen === "skip" && present !== undefined) {
        return;
      }
      const texts = values.map((value) => value(execution));
      query.set(parameter, chosen === "append" ? [...(present ?? []), ...texts] : texts);
    };
  },
};

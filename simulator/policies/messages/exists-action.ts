import { isExpression } from "../../../expressions";
import { choiceAttribute } from "../document/attribute-values";
import type { ElementShape, PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import type { PolicyExecution } from "../policy-execution";

const EXISTS_ACTIONS = ["override", "skip", "append", "delete"] as const;

/** What happens to a header or query parameter that is there already. */
export type ExistsAction = (typeof EXISTS_ACTIONS)[number];

/** `set-header` and `set-query-parameter`: a name, what to do if it exists, and the values. */
export const EXISTS_ACTION_SHAPE: ElementShape = {
  attributes: {
    name: { required: true, expression: true },
    "exists-action": { expression: true, values: EXISTS_ACTIONS },
  },
  children: [{ name: "value", shape: { text: "optional" } }],
};

export interface ValuesToWrite {
  readonly existsAction: (execution: PolicyExecution) => ExistsAction;
  readonly values: (execution: PolicyExecution) => readonly string[];
}

/** Compiles `exists-action` and the values. Refuses values that are deleted, and an action that lacks them. */
export function valuesToWrite(element: PolicyElementNode, compilation: PolicyCompilation): ValuesToWrite {
  const action = element.attributes.get("exists-action") ?? "override";
  if (action === "delete" && element.children.length > 0) {
    compilation.refuse("takes no <value> when exists-action is 'delete'");
  }
  if (action !== "delete" && !isExpression(action) && element.children.length === 0) {
    compilation.refuse(`needs a <value> when exists-action is '${action}'`);
  }
  const existsAction = choiceAttribute(element, "exists-action", compilation, EXISTS_ACTIONS, "override");
  const values = element.children.map((child) => compilation.text(child.text.trim(), child));
  return { existsAction, values: (execution) => values.map((value) => value(execution)) };
}

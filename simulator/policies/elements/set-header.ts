import { isExpression } from "../../../expressions";
import { invalidValue, textAttribute } from "../document/attribute-values";
import { EXISTS_ACTION_SHAPE, valuesToWrite } from "../messages/exists-action";
import { headerNameProblem, headerValueProblem, refuseBadHeaderNames } from "../messages/header-field";
import type { PolicyCompiler } from "../policy-compiler";
import type { PolicyRun } from "../policy-execution";

/**
 * Writes a header of the request in inbound and backend, of the response in outbound and on-error.
 * A value that no header may carry fails the request: it never reaches the wire.
 * Source: https://learn.microsoft.com/azure/api-management/set-header-policy
 */
export const setHeader: PolicyCompiler = {
  name: "set-header",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: EXISTS_ACTION_SHAPE,
  compile(element, compilation) {
    refuseBadHeaderNames(element, ["name"], compilation);
    const { existsAction, values } = valuesToWrite(element, compilation);
    const action = element.attributes.get("exists-action");
    if (action === "delete" && !isExpression(element.attributes.get("name") ?? "")) {
      return deletion(element.attributes.get("name") ?? "");
    }
    const name = textAttribute(element, "name", compilation);
    const isComputed = isExpression(element.attributes.get("name") ?? "");

    return (execution) => {
      const header = name(execution);
      // What the document says itself was checked when it was compiled.
      const nameProblem = isComputed ? headerNameProblem(header) : undefined;
      if (nameProblem !== undefined) {
        throw invalidValue("set-header", nameProblem);
      }
      const { headers } = execution.message;
      const chosen = existsAction(execution);
      execution.trace({ header, existsAction: chosen });
      if (chosen === "delete") {
        headers.delete(header);
        return;
      }
      if (chosen === "skip" && headers.get(header) !== undefined) {
        return;
      }
      const texts = values(execution);
      for (const text of texts) {
        const valueProblem = headerValueProblem(header, text);
        if (valueProblem !== undefined) {
          throw invalidValue("set-header", valueProblem);
        }
      }
      if (chosen === "append") {
        headers.append(header, texts);
      } else {
        headers.set(header, texts);
      }
    };
  },
};

/** Most of what policies do with headers, dozens of times per request; the name was checked when it was compiled. */
function deletion(header: string): PolicyRun {
  const detail = { header, existsAction: "delete" };
  const key = header.toLowerCase();
  return (execution) => {
    execution.trace(detail);
    execution.message.headers.deleteKey(key);
  };
}

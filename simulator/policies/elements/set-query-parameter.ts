import { textAttribute } from "../document/attribute-values";
import { EXISTS_ACTION_SHAPE, valuesToWrite } from "../messages/exists-action";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Writes a query parameter of the request.
 * Source: https://learn.microsoft.com/azure/api-management/set-query-parameter-policy
 */
export const setQueryParameter: PolicyCompiler = {
  name: "set-query-parameter",
  sections: ["inbound", "backend"],
  shape: EXISTS_ACTION_SHAPE,
  compile(element, compilation) {
    const name = textAttribute(element, "name", compilation);
    const { existsAction, values } = valuesToWrite(element, compilation);

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
      query.set(parameter, [...(chosen === "append" ? (present ?? []) : []), ...values(execution)]);
    };
  },
};

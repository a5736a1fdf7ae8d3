import { STATUS_CODES } from "node:http";
import { invalidValue, numberAttribute, optionalText } from "../document/attribute-values";
import { headerValueProblem } from "../messages/header-field";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Changes the response's status. In inbound and backend that is only possible inside `return-response`, or
 * once a response exists.
 * Source: https://learn.microsoft.com/azure/api-management/set-status-policy
 */
export const setStatus: PolicyCompiler = {
  name: "set-status",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      code: { required: true, expression: true, type: "integer", min: 100, max: 999 },
      reason: { expression: true },
    },
  },
  compile(element, compilation) {
    const code = numberAttribute(element, "code", compilation, { min: 100, max: 999, integer: true });
    const reason = optionalText(element, "reason", compilation);
    return (execution) => {
      const { response } = execution;
      if (response === undefined) {
        throw invalidValue("set-status", "No response exists yet; use return-response to make one.");
      }
      const status = code(execution);
      const phrase = reason?.(execution) ?? STATUS_CODES[status] ?? "";
      const problem = headerValueProblem("reason", phrase);
      if (problem !== undefined) {
        throw invalidValue(
          "set-status",
          "The reason phrase holds a character that no status line may carry.",
        );
      }
      response.status = status;
      response.reason = phrase;
      execution.trace({ status });
    };
  },
};

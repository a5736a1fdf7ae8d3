import { isStoredResponse, restoreResponse } from "../messages/stored-response";
import type { PolicyCompiler } from "../policy-compiler";
import { INTERNAL_SERVER_ERROR, PolicyError } from "../policy-error";
import type { MutableResponse, PolicyExecution } from "../policy-execution";

/**
 * Ends the pipeline with a response of its own.
 * Source: https://learn.microsoft.com/azure/api-management/return-response-policy
 */
export const returnResponse: PolicyCompiler = {
  name: "return-response",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: { "response-variable-name": {} },
    children: [{ name: "set-status", max: 1 }, { name: "set-header" }, { name: "set-body", max: 1 }],
  },
  compile(element, compilation) {
    const variable = element.attributes.get("response-variable-name");
    const builders = compilation.building(element.children);
    return async (execution) => {
      const response =
        variable === undefined ? execution.createResponse(200, "OK") : stored(execution, variable);
      await execution.onResponse(response).run(builders);
      execution.trace({ status: response.status });
      execution.returnResponse(response);
    };
  },
};

function stored(execution: PolicyExecution, name: string): MutableResponse {
  const value = execution.getVariable(name);
  if (!isStoredResponse(value)) {
    throw new PolicyError(
      "return-response",
      "ExpressionValueEvaluationFailure",
      `Variable '${name}' holds no response.`,
      INTERNAL_SERVER_ERROR,
    );
  }
  return restoreResponse(execution, value);
}

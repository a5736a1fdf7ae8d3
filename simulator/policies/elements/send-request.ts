import { NetworkError, type OutboundRequest, readBytes } from "../../network";
import { literalBoolean } from "../document/attribute-values";
import { CALLOUT_ATTRIBUTES, CALLOUT_CHILDREN, compileCallout } from "../messages/callout";
import { HeaderMap } from "../messages/header-map";
import { storeResponse } from "../messages/stored-response";
import type { PolicyCompiler } from "../policy-compiler";
import { INTERNAL_SERVER_ERROR, PolicyError } from "../policy-error";
import type { PolicyExecution } from "../policy-execution";

/**
 * Calls a service and keeps its response in a variable. A status of 400 or more is not an error.
 * Source: https://learn.microsoft.com/azure/api-management/send-request-policy
 */
export const sendRequest: PolicyCompiler = {
  name: "send-request",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: {
    attributes: {
      ...CALLOUT_ATTRIBUTES,
      "response-variable-name": { required: true, expression: true },
      "ignore-error": { type: "boolean" },
    },
    children: CALLOUT_CHILDREN,
  },
  compile(element, compilation) {
    const callout = compileCallout(element, compilation);
    const variable = compilation.text(element.attributes.get("response-variable-name") ?? "", element);
    const ignoreError = literalBoolean(element, "ignore-error", false);
    return async (execution) => {
      const name = variable(execution);
      const request = await callout(execution);
      try {
        execution.setVariable(name, await send(execution, request));
      } catch (error) {
        if (!(error instanceof NetworkError)) {
          throw error;
        }
        execution.trace({ failure: error.message, ignored: ignoreError });
        if (!ignoreError) {
          const reason = error.code === "ETIMEDOUT" ? "Timeout" : "BackendConnectionFailure";
          throw new PolicyError("send-request", reason, error.message, INTERNAL_SERVER_ERROR);
        }
        execution.setVariable(name, null);
      }
    };
  },
};

async function send(execution: PolicyExecution, request: OutboundRequest): Promise<unknown> {
  const response = await execution.services.fetch(request);
  execution.trace({ host: new URL(request.url).host, status: response.status });
  const body = await readBytes(response.body);
  return storeResponse(
    response.status,
    response.reason,
    new HeaderMap(Object.entries(response.headers)),
    body,
  );
}

import { NetworkError, readBytes } from "../../network";
import { CALLOUT_ATTRIBUTES, CALLOUT_CHILDREN, compileCallout } from "../messages/callout";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Calls a service and does not wait for its answer.
 * Source: https://learn.microsoft.com/azure/api-management/send-one-way-request-policy
 */
export const sendOneWayRequest: PolicyCompiler = {
  name: "send-one-way-request",
  sections: ["inbound", "backend", "outbound", "on-error"],
  shape: { attributes: CALLOUT_ATTRIBUTES, children: CALLOUT_CHILDREN },
  compile(element, compilation) {
    const callout = compileCallout(element, compilation);
    return async (execution) => {
      // Outlives the caller's request, so the caller's departure must not cancel it.
      const request = { ...(await callout(execution)), signal: undefined };
      execution.services
        .fetch(request)
        .then((response) => readBytes(response.body))
        .catch((error: unknown) => {
          if (!(error instanceof NetworkError)) {
            throw error;
          }
        });
    };
  },
};

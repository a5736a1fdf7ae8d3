import { booleanAttribute, literalBoolean, longestWait, numberAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

const boolean = { type: "boolean" } as const;
const seconds = { min: 1, max: longestWait.seconds, integer: true } as const;
const milliseconds = { min: 1, max: longestWait.milliseconds, integer: true } as const;
const duration = { expression: true, type: "integer" } as const;
const defaultTimeoutSeconds = 300;

/**
 * Sends the request to the backend.
 * `http-version` and `continue-timeout` are checked and have no effect: the simulated network has one version.
 * Source: https://learn.microsoft.com/azure/api-management/forward-request-policy
 */
export const forwardRequest: PolicyCompiler = {
  name: "forward-request",
  sections: ["backend"],
  shape: {
    attributes: {
      timeout: { ...duration, ...seconds },
      "timeout-ms": { ...duration, ...milliseconds },
      "continue-timeout": { ...duration, ...seconds },
      "http-version": { values: ["1", "2or1", "2"] },
      "follow-redirects": { ...boolean, expression: true },
      "buffer-request-body": boolean,
      "buffer-response": boolean,
      "fail-on-error-status-code": boolean,
    },
  },
  compile(element, compilation) {
    const { attributes } = element;
    if (attributes.has("timeout") && attributes.has("timeout-ms")) {
      compilation.refuse("takes one of 'timeout' and 'timeout-ms'");
    }
    const isInMilliseconds = attributes.has("timeout-ms");
    const timeout = isInMilliseconds
      ? numberAttribute(element, "timeout-ms", compilation, milliseconds)
      : numberAttribute(element, "timeout", compilation, seconds, defaultTimeoutSeconds);
    const unit = isInMilliseconds ? 1 : 1000;
    const followRedirects = booleanAttribute(element, "follow-redirects", compilation, false);
    const bufferRequestBody = literalBoolean(element, "buffer-request-body", false);
    const bufferResponse = literalBoolean(element, "buffer-response", true);
    const failOnErrorStatusCode = literalBoolean(element, "fail-on-error-status-code", false);
    return (execution) =>
      execution.forward({
        timeoutMs: timeout(execution) * unit,
        followRedirects: followRedirects(execution),
        bufferRequestBody,
        bufferResponse,
        failOnErrorStatusCode,
      });
  },
};

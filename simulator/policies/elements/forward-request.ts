import { booleanAttribute, literalBoolean, MAX_WAIT, numberAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

const BOOLEAN = { type: "boolean" } as const;
const SECONDS = { min: 1, max: MAX_WAIT.seconds, integer: true } as const;
const MILLISECONDS = { min: 1, max: MAX_WAIT.milliseconds, integer: true } as const;
const DURATION = { expression: true, type: "integer" } as const;
const DEFAULT_TIMEOUT_SECONDS = 300;

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
      timeout: { ...DURATION, ...SECONDS },
      "timeout-ms": { ...DURATION, ...MILLISECONDS },
      "continue-timeout": { ...DURATION, ...SECONDS },
      "http-version": { values: ["1", "2or1", "2"] },
      "follow-redirects": { ...BOOLEAN, expression: true },
      "buffer-request-body": BOOLEAN,
      "buffer-response": BOOLEAN,
      "fail-on-error-status-code": BOOLEAN,
    },
  },
  compile(element, compilation) {
    const { attributes } = element;
    if (attributes.has("timeout") && attributes.has("timeout-ms")) {
      compilation.refuse("takes one of 'timeout' and 'timeout-ms'");
    }
    const isInMilliseconds = attributes.has("timeout-ms");
    const timeout = isInMilliseconds
      ? numberAttribute(element, "timeout-ms", compilation, MILLISECONDS)
      : numberAttribute(element, "timeout", compilation, SECONDS, DEFAULT_TIMEOUT_SECONDS);
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

import type { PolicyCompiler } from "./policy";

const boolean = { type: "boolean" } as const;
const duration = { expression: true, type: "integer", min: 1 } as const;
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
      timeout: duration,
      "timeout-ms": duration,
      "continue-timeout": duration,
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
    const milliseconds = attributes.get("timeout-ms");
    const timeout = compilation.number(
      milliseconds ?? attributes.get("timeout") ?? String(defaultTimeoutSeconds),
      element,
    );
    const unit = milliseconds === undefined ? 1000 : 1;
    const followRedirects = compilation.boolean(attributes.get("follow-redirects") ?? "false", element);
    const isTrue = (name: string, fallback: boolean): boolean =>
      (attributes.get(name) ?? String(fallback)).toLowerCase() === "true";
    const bufferRequestBody = isTrue("buffer-request-body", false);
    const bufferResponse = isTrue("buffer-response", true);
    const failOnErrorStatusCode = isTrue("fail-on-error-status-code", false);
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

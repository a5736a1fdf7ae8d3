import type { PolicyCompiler } from "./policy";

/**
 * Answers without a backend. The stack's operations carry no examples or schemas, so the body is empty, as
 * APIM answers for an operation without them.
 * Source: https://learn.microsoft.com/azure/api-management/mock-response-policy
 */
export const mockResponse: PolicyCompiler = {
  name: "mock-response",
  sections: ["inbound", "outbound", "on-error"],
  shape: {
    attributes: {
      "status-code": { type: "integer", min: 100, max: 599 },
      "content-type": {},
      index: { type: "integer", min: 1 },
    },
  },
  compile(element) {
    const status = Number(element.attributes.get("status-code") ?? "200");
    const contentType = element.attributes.get("content-type");
    return (execution) => {
      const response = execution.createResponse(status);
      if (contentType !== undefined) {
        response.headers.set("Content-Type", [contentType]);
      }
      execution.returnResponse(response);
    };
  },
};

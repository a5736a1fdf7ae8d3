import { allRevisions, type OperationModel } from "../../model";
import type { PolicyCompilation, PolicyCompiler } from "../policy-compiler";

/**
 * Answers without a backend, and without a body, as APIM does for an operation that describes no responses. Where
 * it describes them, APIM answers with their examples or with what it makes from their schemas: refused.
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
  compile(element, compilation) {
    for (const { address } of describedOperations(compilation)) {
      compilation.refuse(`answers with the responses that ${address} describes, which is not simulated`);
    }
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

/** The operations that the document stands for and that describe responses. */
function describedOperations({ model, position }: PolicyCompilation): readonly OperationModel[] {
  return allRevisions(model).flatMap(({ policy, operations }) => {
    const isWholeApi =
      position.scope === "global" || position.scope === "product" || policy?.address === position.address;
    return operations.filter(
      (operation) =>
        operation.hasSampleResponses === true &&
        (isWholeApi || operation.policy?.address === position.address),
    );
  });
}

import { isExpression } from "../../../expressions";
import { invalidValue } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";

/**
 * Chooses where the request is forwarded; the last one wins. A base URL does not replace a backend chosen by
 * id before. Service Fabric and Dapr attributes are refused.
 * Source: https://learn.microsoft.com/azure/api-management/set-backend-service-policy
 */
export const setBackendService: PolicyCompiler = {
  name: "set-backend-service",
  sections: ["inbound", "backend"],
  shape: {
    attributes: { "base-url": { expression: true }, "backend-id": { expression: true } },
    exactlyOne: [["base-url", "backend-id"]],
  },
  compile(element, compilation) {
    const backendId = element.attributes.get("backend-id");
    if (backendId !== undefined) {
      if (!isExpression(backendId) && !compilation.model.backends.some(({ name }) => name === backendId)) {
        compilation.refuse(`names backend '${backendId}', which does not exist`);
      }
      const id = compilation.text(backendId, element);
      return (execution) => {
        const chosen = id(execution);
        execution.request.backend = { backendId: chosen };
        execution.trace({ backendId: chosen });
      };
    }
    const literal = element.attributes.get("base-url") ?? "";
    const problem = isExpression(literal) ? undefined : baseUrlProblem(literal);
    if (problem !== undefined) {
      compilation.refuse(`attribute 'base-url' is '${literal}', ${problem}`);
    }
    const url = compilation.text(literal, element);
    return (execution) => {
      const { backend } = execution.request;
      if (backend !== undefined && "backendId" in backend) {
        execution.trace({
          ignored: "a base-url does not replace a backend-id",
          backendId: backend.backendId,
        });
        return;
      }
      const baseUrl = url(execution);
      const problem = baseUrlProblem(baseUrl);
      if (problem !== undefined) {
        throw invalidValue(element.name, `Attribute 'base-url' evaluated to '${baseUrl}', ${problem}.`);
      }
      execution.request.backend = { baseUrl };
      execution.trace({ baseUrl });
    };
  },
};

/** Path and query of the request are appended, so a base URL has neither query nor fragment. */
function baseUrlProblem(baseUrl: string): string | undefined {
  if (!URL.canParse(baseUrl)) {
    return "which is not an absolute URL";
  }
  return /[?#]/.test(baseUrl) ? "which has a query or a fragment" : undefined;
}

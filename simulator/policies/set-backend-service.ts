import { isExpression } from "./element-shape";
import type { PolicyCompiler } from "./policy";

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
    if (!isExpression(literal) && !URL.canParse(literal)) {
      compilation.refuse(`attribute 'base-url' is '${literal}', which is no absolute URL`);
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
      execution.request.backend = { baseUrl };
      execution.trace({ baseUrl });
    };
  },
};

import { literalBoolean, textAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";
import { INTERNAL_SERVER_ERROR, PolicyError } from "../policy-error";
import type { PolicyExecution } from "../policy-execution";

/**
 * Proves the gateway to the backend with a token of its managed identity, replacing the caller's
 * `Authorization`; with `output-token-variable-name` the token goes to the variable alone.
 * A token that cannot be had is an error, unless `ignore-error` lets the request go on as it is.
 * Source: https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 */
export const authenticationManagedIdentity: PolicyCompiler = {
  name: "authentication-managed-identity",
  // Deployed policies have it around calls of their own in the other sections, too.
  sections: ["inbound", "backend", "outbound", "on-error"],
  pageSections: ["inbound"],
  shape: {
    attributes: {
      resource: { required: true, expression: true },
      "client-id": {},
      "output-token-variable-name": {},
      "ignore-error": { type: "boolean" },
    },
  },
  compile(element, compilation) {
    const resource = textAttribute(element, "resource", compilation);
    const clientId = element.attributes.get("client-id");
    const variable = element.attributes.get("output-token-variable-name");
    const ignoreError = literalBoolean(element, "ignore-error", false);

    const use = (execution: PolicyExecution, token: string): void => {
      if (variable === undefined) {
        execution.request.headers.set("Authorization", [`Bearer ${token}`]);
      } else {
        execution.setVariable(variable, token);
      }
    };
    const useWhenItCame = async (execution: PolicyExecution, pending: Promise<string>): Promise<void> => {
      let token: string;
      try {
        token = await pending;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        execution.trace({ failure: message, ignored: ignoreError });
        if (ignoreError) {
          return;
        }
        // The reason is not documented.
        throw new PolicyError(
          "authentication-managed-identity",
          "ManagedIdentityTokenNotAcquired",
          message,
          INTERNAL_SERVER_ERROR,
        );
      }
      use(execution, token);
    };
    return (execution) => {
      const audience = resource(execution);
      execution.trace({ resource: audience, clientId: clientId ?? "system-assigned" });
      const token = execution.services.managedIdentityToken(audience, clientId);
      return typeof token === "string" ? use(execution, token) : useWhenItCame(execution, token);
    };
  },
};

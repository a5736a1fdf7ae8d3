import { booleanAttribute, textAttribute } from "../document/attribute-values";
import type { PolicyCompiler } from "../policy-compiler";
import { INTERNAL_SERVER_ERROR, PolicyError } from "../policy-error";

/**
 * Puts the token of a connection of the credential manager into a variable, as an `Authorization`. No credential
 * provider is simulated: a test gives the tokens (`inputs.authorizations`).
 * Source: https://learn.microsoft.com/azure/api-management/get-authorization-context-policy
 */
export const getAuthorizationContext: PolicyCompiler = {
  name: "get-authorization-context",
  sections: ["inbound"],
  shape: {
    attributes: {
      "provider-id": { required: true, expression: true },
      "authorization-id": { required: true, expression: true },
      "context-variable-name": { required: true, expression: true },
      "identity-type": { values: ["managed", "jwt"] },
      identity: { expression: true },
      "ignore-error": { expression: true, type: "boolean" },
    },
  },
  compile(element, compilation) {
    const needsIdentity = element.attributes.get("identity-type") === "jwt";
    if (needsIdentity !== element.attributes.has("identity")) {
      compilation.refuse("takes 'identity' with identity-type 'jwt', and only then");
    }
    const provider = textAttribute(element, "provider-id", compilation);
    const authorization = textAttribute(element, "authorization-id", compilation);
    const variable = textAttribute(element, "context-variable-name", compilation);
    const ignoreError = booleanAttribute(element, "ignore-error", compilation, false);
    return (execution) => {
      const place = `${provider(execution)}/${authorization(execution)}`;
      const found = execution.services.authorization?.(place);
      execution.trace({ authorization: place, found: found !== undefined });
      if (found === undefined && !ignoreError(execution)) {
        throw new PolicyError(
          "get-authorization-context",
          "AuthorizationNotFound",
          `No authorization '${place}' was given to the simulation ('inputs.authorizations').`,
          INTERNAL_SERVER_ERROR,
        );
      }
      execution.setVariable(
        variable(execution),
        found === undefined
          ? null
          : {
              csType: "Authorization",
              accessToken: found.accessToken,
              claims: new Map(Object.entries(found.claims ?? {})),
            },
      );
    };
  },
};

import { INBOUND, PolicyElement, type PolicyValue } from "../policy-element";

/**
 * `<authentication-managed-identity>`: puts a token of the gateway's identity into `Authorization`, in place
 * of whatever was there. Without a token the request fails.
 *
 * Source: https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
 *
 * @param resource application id URI of the service
 * @param clientId of the user-assigned identity
 */
export function authenticationManagedIdentity(resource: string, clientId: PolicyValue): PolicyElement {
  return new PolicyElement({
    name: "authentication-managed-identity",
    attributes: { id: "managed-identity", resource, "client-id": clientId, "ignore-error": false },
    placement: INBOUND,
  });
}

/**
 * As {@link authenticationManagedIdentity}, but keeps the token in a variable and leaves the request as it is.
 *
 * @param isOptional whether the request goes on without a token; the variable is not set then
 */
export function managedIdentityToken(
  resource: string,
  clientId: PolicyValue,
  variable: string,
  isOptional = false,
): PolicyElement {
  return new PolicyElement({
    name: "authentication-managed-identity",
    attributes: {
      resource,
      "client-id": clientId,
      "output-token-variable-name": variable,
      "ignore-error": isOptional,
    },
    placement: INBOUND,
  });
}

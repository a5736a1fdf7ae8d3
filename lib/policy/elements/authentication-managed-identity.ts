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

/**
 * Managed identities, principals, roles, and registrations in Entra ID.
 *
 * @packageDocumentation
 */
export { BuiltInRole } from "./built-in-role";
export {
  EntraAppRegistration,
  type EntraAppRegistrationAttributes,
  type EntraAppRegistrationProps,
  type IEntraAppRegistration,
  type PreAuthorizedClientOptions,
} from "./entra-app-registration";
export type { EntraConfidentialClient, EntraConfidentialClientOptions } from "./entra-confidential-client";
export type { AppRole, PermissionScope } from "./entra-permission";
export type { EntraPublicClient, EntraPublicClientOptions } from "./entra-public-client";
export type { FederatedCredentialOptions } from "./federated-credential";
export {
  FederatedSubject,
  type GitHubBranchProps,
  type GitHubEnvironmentProps,
  type KubernetesServiceAccountProps,
  type OtherFederatedSubjectProps,
} from "./federated-subject";
export { Principal, type IManagedIdentityHost, type IPrincipal, type PrincipalType } from "./principal";
export { RoleException, type IAzureResource, type RoleExceptionProps } from "./role-exception";
export { RoleGrant, type RoleGrantOptions } from "./role-grant";
export {
  WorkloadIdentity,
  type IWorkloadIdentity,
  type WorkloadIdentityAttributes,
  type WorkloadIdentityProps,
} from "./workload-identity";
export { assignmentId } from "./assignment-id";
export { createAssignment } from "./role-grant";
export { nameBasedUuid } from "./name-based-uuid";

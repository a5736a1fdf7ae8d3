/**
 * Resources of Entra ID. Import them from `cdktf-azure-openai-gateway/azuread`.
 *
 * @packageDocumentation
 */
export { AppRoleAssignment, type AppRoleAssignmentProps } from "./app-role-assignment";
export {
  Application,
  type ApplicationApi,
  type ApplicationAppRole,
  type ApplicationProps,
  type OAuth2PermissionScope,
  type RequiredResourceAccess,
} from "./application";
export {
  ApplicationFederatedIdentityCredential,
  type ApplicationFederatedIdentityCredentialProps,
} from "./application-federated-identity-credential";
export { ApplicationIdentifierUri, type ApplicationIdentifierUriProps } from "./application-identifier-uri";
export { ApplicationPreAuthorized, type ApplicationPreAuthorizedProps } from "./application-pre-authorized";
export { AzureadProvider, type AzureadProviderProps } from "./azuread-provider";
export { AzureadResource, type AzureadResourceProps } from "./azuread-resource";
export { ServicePrincipal, type ServicePrincipalProps } from "./service-principal";

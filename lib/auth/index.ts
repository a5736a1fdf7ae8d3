/**
 * How callers prove who they are: `Auth.entraId`, `Auth.oidc`, `Auth.clientCertificate`, `Auth.subscriptionKey`, `Auth.anyOf`, `Auth.allOf`.
 *
 * @packageDocumentation
 */
export * from "./auth";
export type * from "./auth-strategy";
export { TOKEN_VARIABLE } from "./auth-strategy";
export { authBinding, bindOnce } from "./auth-binding";
export { entraPrincipalAuth } from "./entra-principal-auth";
export type { ICertificateAuthority } from "./certificate-authority";
export type { ClientCertificateAuthProps } from "./client-certificate-auth";
export type { EntraIdAuthProps } from "./entra-id-auth";
export type { OidcAuthProps, OidcRequiredClaim } from "./oidc-auth";
export type { SubscriptionKeyAuthProps } from "./subscription-key-auth";
export { credentialKinds } from "./auth-binding";

/**
 * Certificate authorities and server certificates in Key Vault, and the alert before they end.
 *
 * @packageDocumentation
 */
export { CertificateExpiryAlert, type CertificateExpiryAlertProps } from "./certificate-expiry-alert";
export { CertificateEventAlert, type CertificateEventAlertProps } from "./certificate-event-alert";
export type { CertificateAuthoritySource } from "./certificate-authority-chain";
export type {
  CertificateAuthorityByNameOptions,
  CertificateAuthorityReference,
} from "./certificate-authority-reference";
export {
  CertificateStore,
  type CertificateAuthorityOptions,
  type CertificateStoreAttributes,
  type CertificateStoreProps,
  type ICertificateStore,
} from "./certificate-store";
export {
  ServerCertificate,
  type CertificateReference,
  type ServerCertificateOptions,
} from "./server-certificate";
export { isPkcs12 } from "./pkcs12";

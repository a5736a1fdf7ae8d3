export {
  CertificateAuthority,
  type CertificateAuthorityProps,
  type CertificateProps,
  type EndEntityProps,
  type IssuedCertificate,
  issueSelfSigned,
} from "./certificate-authority";
export {
  CertificateContentError,
  readCertificate,
  readCertificates,
  readIntermediates,
} from "./certificate-content";
export {
  type CertificateVerifierProps,
  CertificateVerifier,
  type ChainFinding,
  type ChainStatus,
  type ChainVerification,
  type VerificationOptions,
} from "./certificate-verifier";
export { LocalCertificateAuthority } from "./local-certificate-authority";
export type { OutboundFetch } from "./revocation-lists";
export { type ClientCertificateProps, StandInAuthorities } from "./stand-in-authorities";
export {
  Name,
  parseCertificate,
  SubjectAlternativeNameExtension,
  tryParseCertificate,
  X509Certificate,
} from "./x509";

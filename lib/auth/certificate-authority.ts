/**
 * A certificate authority that client certificates are validated against. `lib/key-vault` implements it with
 * certificates held in Key Vault.
 */
export interface ICertificateAuthority {
  /**
   * Distinguished name of the authority's certificate, as API Management compares it: `CN=Partner CA,
   * O=Partner`.
   */
  readonly subject: string;
  /** SHA-1 hash of the certificate as 40 upper-case hexadecimal digits: what API Management compares. */
  readonly thumbprint: string;
  /**
   * Whether the certificate is signed by itself. A root goes to the `Root` store, others to
   * `CertificateAuthority`.
   */
  readonly isRoot: boolean;
  /**
   * The certificate in base64, for the gateway's CA store: a root in DER form, others in a PKCS#12 container without
   * key and password. Usually a token: it stays in Key Vault.
   */
  readonly encodedCertificate: string;
}

import { DataAzurermKeyVaultSecret } from "@cdktf/provider-azurerm/lib/data-azurerm-key-vault-secret";
import type { TerraformProvider } from "cdktf";
import type { Construct } from "constructs";
import { NAME_RULES, normalizeThumbprint, THUMBPRINT } from "../private";
import { Problems } from "../validation";

/**
 * One authority's certificate in Key Vault, as the gateway trusts it: the value is read from the vault, and
 * the rest is what policies pin.
 */
export interface CertificateAuthorityReference {
  /** Distinguished name as API Management compares it: `CN=Partner CA, O="Partner, Inc."`. */
  readonly subject: string;
  /** SHA-1 of the certificate: 40 upper-case hexadecimal digits. */
  readonly thumbprint: string;
  /** Whether the certificate is signed by its own key: a root goes to the `Root` store of the gateway. */
  readonly isRoot: boolean;
  /**
   * Base64 of the certificate: of a root in DER form, of others in a PKCS#12 container. @returns a token for the value
   * of the vault's secret
   */
  readonly encodedCertificate: string;
  /** Id of the secret without its version. @returns a token */
  readonly versionlessSecretId: string;
  /** When the certificate ends. @default - another team's: only the vault knows */
  readonly notAfter?: Date;
}

/**
 * An authority's certificate that somebody else keeps in the vault, as a secret: base64 of the DER form of a root, or
 * of a PKCS#12 container with an intermediate (`openssl pkcs12 -export -nokeys -passout pass:`), as API Management
 * takes them.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates
 */
export interface CertificateAuthorityByNameOptions {
  /** Name of the secret. */
  readonly secretName: string;
  /**
   * Subject of the certificate as .NET prints it, most specific part first: `CN=Partner CA, O=Partner, C=DE`.
   */
  readonly subject: string;
  /** SHA-1 of the certificate: 40 hexadecimal digits; colons, blanks and case do not count. */
  readonly thumbprint: string;
  /** Whether the certificate is self-signed. */
  readonly isRoot: boolean;
}

/** @internal what the store adds to the options */
export interface ReadCertificateAuthorityOptions extends CertificateAuthorityByNameOptions {
  readonly keyVaultId: string;
  readonly provider?: TerraformProvider;
}

/**
 * Reads a certificate authority that is in the vault already.
 *
 * @throws ValidationError with everything that is wrong with the options
 * @internal
 */
export function readCertificateAuthority(
  scope: Construct,
  id: string,
  { secretName, subject, thumbprint, isRoot, keyVaultId, provider }: ReadCertificateAuthorityOptions,
): CertificateAuthorityReference {
  const problems = new Problems(scope, id);
  const normalized = normalizeThumbprint(thumbprint);
  problems.checkPattern(secretName, NAME_RULES.keyVaultItem.pattern, {
    rule: `secretName must be ${NAME_RULES.keyVaultItem.words}`,
    remedy: "give the name, not the id, of the secret",
  });
  problems.check(THUMBPRINT.test(normalized), {
    rule: "thumbprint must be the SHA-1 of the certificate: 40 hexadecimal digits",
    value: thumbprint,
    remedy: "take it from 'openssl x509 -noout -fingerprint -sha1'",
  });
  problems.check(/^[A-Za-z0-9.]+=[^*]+$/.test(subject), {
    rule: "subject must be a distinguished name without '*'",
    value: subject,
    remedy: "take it from the certificate, as in 'CN=Partner CA, O=Partner, C=DE'",
  });
  problems.throwIfAny();
  const secret = new DataAzurermKeyVaultSecret(scope, id, { keyVaultId, name: secretName, provider });
  return {
    subject,
    thumbprint: normalized,
    isRoot,
    encodedCertificate: secret.value,
    versionlessSecretId: secret.versionlessId,
  };
}

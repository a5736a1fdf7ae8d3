import { createSecureContext } from "node:tls";
import { parseCertificate, PemConverter } from "./x509";

/** What Node's types leave out of a TLS context. */
interface SecureContextWithCertificate {
  readonly context: { getCertificate(): unknown };
}

/** A text that holds no readable certificate. */
export class CertificateContentError extends Error {
  public override readonly name = "CertificateContentError";
}

/**
 * Reads certificates in the forms that Azure takes: PEM text, or base64 of DER, PEM or PKCS#12.
 * @param password of the PKCS#12 container @default - none
 * @returns the certificates as DER in the order of the text; of a container, the one with the private key
 * @throws CertificateContentError when there is none
 */
export function readCertificates(content: string, password?: string): readonly Uint8Array[] {
  if (content.includes("-----BEGIN")) {
    return readPem(content);
  }
  const compact = content.replace(/\s+/g, "");
  if (compact === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) {
    throw new CertificateContentError("the content is neither PEM nor base64");
  }
  const bytes = Buffer.from(compact, "base64");
  if (bytes.includes("-----BEGIN")) {
    return readPem(bytes.toString("utf8"));
  }
  return isCertificate(bytes) ? [bytes] : [readPkcs12(bytes, password)];
}

/**
 * Reads exactly one certificate.
 * @throws CertificateContentError when there is none or more than one
 */
export function readCertificate(content: string, password?: string): Uint8Array {
  const [certificate, ...more] = readCertificates(content, password);
  if (certificate === undefined || more.length > 0) {
    throw new CertificateContentError(
      `one certificate is needed, not ${more.length + 1}; give each its own entry`,
    );
  }
  return certificate;
}

function readPem(text: string): readonly Uint8Array[] {
  // Key Vault strips line ends from secrets, so a PEM text may have none or have them as '\n' in text.
  const normalised = text
    .replaceAll("\\n", "\n")
    .replace(/(-----BEGIN [A-Z0-9 ]+-----)\s*/g, "$1\n")
    .replace(/\s*(-----END [A-Z0-9 ]+-----)\s*/g, "\n$1\n");
  let blocks: readonly { readonly type: string; readonly rawData: ArrayBuffer }[];
  try {
    blocks = PemConverter.decodeWithHeaders(normalised);
  } catch (error) {
    throw new CertificateContentError(`the PEM text cannot be read: ${(error as Error).message}`);
  }
  const certificates = blocks
    .filter((block) => block.type === PemConverter.CertificateTag)
    .map((block) => new Uint8Array(block.rawData));
  if (certificates.length === 0) {
    throw new CertificateContentError("the PEM text has no CERTIFICATE block");
  }
  if (!certificates.every(isCertificate)) {
    throw new CertificateContentError("a CERTIFICATE block of the PEM text is not an X.509 certificate");
  }
  return certificates;
}

function readPkcs12(bytes: Buffer, passphrase: string | undefined): Uint8Array {
  let certificate: unknown;
  try {
    // Node opens PKCS#12 only for TLS; the context hands the certificate back.
    const { context } = createSecureContext({ pfx: bytes, passphrase }) as SecureContextWithCertificate;
    certificate = context.getCertificate();
  } catch (error) {
    throw new CertificateContentError(
      `the content is neither a certificate nor a PKCS#12 container that opens with the password given ` +
        `(${(error as Error).message}); a CA without a private key must be PEM or DER`,
    );
  }
  if (!(certificate instanceof Uint8Array)) {
    throw new CertificateContentError("the PKCS#12 container has no certificate with a private key");
  }
  return certificate;
}

function isCertificate(der: Uint8Array): boolean {
  try {
    return parseCertificate(der).serialNumber !== "";
  } catch {
    return false;
  }
}

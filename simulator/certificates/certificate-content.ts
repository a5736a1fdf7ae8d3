import { readPkcs12 } from "./pkcs12";
import { parseCertificate, PemConverter } from "./x509";

/** A text that holds no readable certificate. */
export class CertificateContentError extends Error {
  public override readonly name = "CertificateContentError";
}

/**
 * Reads certificates in the forms that Azure takes: PEM text, or base64 of DER, PEM or PKCS#12.
 * @param password of the PKCS#12 container @default - none
 * @returns the certificates as DER in the order of the text; of a container with a private key, the one of that key
 * @throws CertificateContentError when there is none
 */
export function readCertificates(content: string, password?: string): readonly Uint8Array[] {
  if (content.includes("-----BEGIN")) {
    return readPem(content);
  }
  const bytes = fromBase64(content);
  if (bytes === undefined) {
    throw new CertificateContentError("the content is neither PEM nor base64");
  }
  if (bytes.includes("-----BEGIN")) {
    return readPem(bytes.toString("utf8"));
  }
  if (isCertificate(bytes)) {
    return [bytes];
  }
  try {
    return inContainer(bytes, password);
  } catch (error) {
    throw new CertificateContentError(
      `the content is neither a certificate nor a PKCS#12 container that opens with the password given ` +
        `(${(error as Error).message})`,
    );
  }
}

/**
 * Reads certificates for API Management's store of intermediates, which takes one form alone.
 * @param content base64 of PKCS#12, with or without a private key
 * @param password of the container @default - empty
 * @throws CertificateContentError in the words of the service for any other form
 *
 * Source: https://github.com/hashicorp/terraform-provider-azurerm/issues/31086
 */
export function readIntermediates(content: string, password?: string): readonly Uint8Array[] {
  const bytes = fromBase64(content);
  try {
    if (bytes !== undefined) {
      return inContainer(bytes, password);
    }
  } catch {
    // The service does not say either what is wrong with the container.
  }
  throw new CertificateContentError(
    "Invalid parameter: The certificate's data file format associated with Intermediates must be a " +
      "Base64-encoded .pfx file",
  );
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

function inContainer(bytes: Buffer, password: string | undefined): readonly Uint8Array[] {
  const certificates = readPkcs12(bytes, password);
  if (certificates.length === 0) {
    throw new CertificateContentError("the PKCS#12 container has no certificate");
  }
  return certificates;
}

function fromBase64(content: string): Buffer | undefined {
  const compact = content.replace(/\s+/g, "");
  return compact !== "" && /^[A-Za-z0-9+/]+={0,2}$/.test(compact)
    ? Buffer.from(compact, "base64")
    : undefined;
}

function isCertificate(der: Uint8Array): boolean {
  try {
    return parseCertificate(der).serialNumber !== "";
  } catch {
    return false;
  }
}

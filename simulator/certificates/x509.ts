// @peculiar/x509 needs a reflect polyfill before it loads: its own import would come too early elsewhere.
import "reflect-metadata";
import { X509Certificate } from "@peculiar/x509";

export * from "@peculiar/x509";

/** Certificates that were read, by their bytes: each connection presents the same CAs, and its own for each request. */
const READ = new Map<string, X509Certificate>();
const MAX_READ = 1_000;

/** Parses a certificate. @param der any view: the copy has a buffer of its own, as X509Certificate wants it */
export function parseCertificate(der: Uint8Array): X509Certificate {
  const bytes = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString("latin1");
  const known = READ.get(bytes);
  if (known !== undefined) {
    return known;
  }
  const certificate = new X509Certificate(Uint8Array.from(der));
  if (READ.size >= MAX_READ) {
    READ.clear();
  }
  READ.set(bytes, certificate);
  return certificate;
}

/**
 * Parses what a peer sent, to the last extension: X509Certificate itself reads most parts when they are asked for.
 * @returns none for bytes that are not a certificate
 */
export function tryParseCertificate(der: Uint8Array): X509Certificate | undefined {
  try {
    const certificate = parseCertificate(der);
    const { subject, issuer, serialNumber, notBefore, notAfter, publicKey, extensions } = certificate;
    const parts: readonly unknown[] = [
      subject,
      issuer,
      serialNumber,
      notBefore,
      notAfter,
      publicKey,
      extensions,
    ];
    return parts.includes(undefined) ? undefined : certificate;
  } catch {
    // Bytes of any kind fail in ways of any kind.
    return undefined;
  }
}

// @peculiar/x509 needs a reflect polyfill before it loads: its own import would come too early elsewhere.
import "reflect-metadata";
import { X509Certificate } from "@peculiar/x509";

export * from "@peculiar/x509";

/** Parses a certificate. @param der any view: the copy has a buffer of its own, as X509Certificate wants it */
export function parseCertificate(der: Uint8Array): X509Certificate {
  return new X509Certificate(Uint8Array.from(der));
}

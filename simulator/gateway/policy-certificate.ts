import { createHash } from "node:crypto";
import type { X509Certificate2 } from "../../expressions";
import { parseCertificate } from "../certificates";
import { dotnetName } from "./dotnet-name";

/** What the gateway's certificate stores say about a certificate. */
export interface CertificateVerdict {
  /** Whether the chain is good, revocation included. */
  readonly valid: boolean;
  /** Whether the chain is good, revocation left aside. */
  readonly validWithoutRevocation: boolean;
}

type CertificateFacts = Omit<X509Certificate2, "verify" | "verifyNoRevocation">;

/** What certificates say, by their bytes: a connection presents the same ones for each of its requests. */
const known = new WeakMap<Uint8Array, CertificateFacts>();

/**
 * A certificate as policies see it.
 * @throws Error when `der` is not a certificate
 */
export function policyCertificate(der: Uint8Array, verdict: CertificateVerdict): X509Certificate2 {
  const facts = known.get(der) ?? factsOf(der);
  known.set(der, facts);
  return {
    ...facts,
    verify: () => verdict.valid,
    verifyNoRevocation: () => verdict.validWithoutRevocation,
  };
}

function factsOf(der: Uint8Array): CertificateFacts {
  const certificate = parseCertificate(der);
  return {
    csType: "X509Certificate2",
    thumbprint: createHash("sha1").update(der).digest("hex").toUpperCase(),
    subject: dotnetName(certificate.subjectName),
    issuer: dotnetName(certificate.issuerName),
    serialNumber: certificate.serialNumber.toUpperCase(),
    friendlyName: "",
    version: 3,
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    hasPrivateKey: false,
    rawData: der,
  };
}

import type { Problems } from "../validation";
import { CertificateAuthority } from "./certificate-authority";
import { PemConverter } from "./x509";

/** Certificates of an issuing authority and of everything above it, as PEM text or as one DER certificate. */
export interface CertificateAuthoritySource {
  /**
   * `CERTIFICATE` blocks (RFC 7468): the issuing authority first, each followed by its issuer, the root last.
   * A private key among them is refused.
   *
   * @default - `der` is given
   */
  readonly pem?: string;
  /** One self-signed authority in DER form. @default - `pem` is given */
  readonly der?: Uint8Array;
}

/**
 * Reads a chain and checks every certificate and every link: the whole chain, up to a self-signed root, is
 * what API Management needs to build the path of a client certificate (RFC 5280 section 6).
 *
 * @param at date on which every certificate must be valid
 * @param problems receives everything that is wrong, the result is usable only if it stays empty
 * @returns the issuing authority first, the root last
 */
export function readCertificateAuthorityChain(
  source: CertificateAuthoritySource,
  at: Date,
  problems: Problems,
): readonly CertificateAuthority[] {
  const before = problems.all.length;
  const chain = readCertificates(source, problems).flatMap((der, index) => {
    const certificate = CertificateAuthority.parse(der, `certificate ${index + 1}`, problems);
    certificate?.check(at, problems);
    return certificate ? [certificate] : [];
  });
  // The links of an incomplete list would only repeat what is wrong with its members.
  if (problems.all.length === before) {
    checkLinks(chain, problems);
  }
  return chain;
}

function readCertificates(
  { pem, der }: CertificateAuthoritySource,
  problems: Problems,
): readonly Uint8Array[] {
  if ((pem === undefined) === (der === undefined)) {
    problems.add({
      rule: "exactly one of pem and der must be given",
      remedy: "give the PEM text of the chain, or the DER form of a root",
    });
    return [];
  }
  return der ? [der] : readPem(pem ?? "", problems);
}

function readPem(pem: string, problems: Problems): readonly Uint8Array[] {
  const labels = [...pem.matchAll(/-----BEGIN ([^\r\n-]+)-----/g)].map(([, label]) => label ?? "");
  const blocks = PemConverter.decodeWithHeaders(pem);
  for (const label of labels.filter((label) => label !== "CERTIFICATE")) {
    problems.add({
      rule: label.includes("PRIVATE KEY")
        ? "pem must not contain a private key"
        : "pem must contain CERTIFICATE blocks only",
      value: label,
      remedy: label.includes("PRIVATE KEY")
        ? "remove it from the source, and have the authority's key replaced: it has been exposed"
        : "remove the block",
    });
  }
  problems.check(labels.length > 0, {
    rule: "pem must contain a CERTIFICATE block",
    value: `${pem.length} characters`,
    remedy: "give the text between and including the BEGIN and END lines",
  });
  problems.check(labels.length === blocks.length, {
    rule: "every block of pem must be base64 between a BEGIN and an END line",
    value: `${labels.length} begin, ${blocks.length} can be read`,
    remedy: "export the certificates again",
  });
  return blocks.filter(({ type }) => type === "CERTIFICATE").map(({ rawData }) => new Uint8Array(rawData));
}

function checkLinks(chain: readonly CertificateAuthority[], problems: Problems): void {
  const thumbprints = chain.map(({ thumbprint }) => thumbprint);
  chain.forEach((certificate, index) => {
    const issuer = chain[index + 1];
    problems.check(thumbprints.indexOf(certificate.thumbprint) === index, {
      rule: `'${certificate.subject}' must be in the chain once`,
      value: certificate.thumbprint,
      remedy: "remove the second copy",
    });
    if (issuer) {
      problems.check(certificate.isIssuedBy(issuer), {
        rule: `'${certificate.subject}' must be followed by its issuer`,
        value: issuer.subject,
        remedy: "order the certificates from the issuing authority to its root, without gaps",
      });
    } else {
      problems.check(certificate.isRoot, {
        rule: "the chain must end with a self-signed root",
        value: certificate.subject,
        remedy: "append the certificates of its issuers, up to the root",
      });
    }
    problems.check((certificate.pathLength ?? Infinity) >= index, {
      rule: `'${certificate.subject}' allows ${certificate.pathLength} authorities below it (pathLenConstraint)`,
      value: index,
      remedy: "leave out the authorities that it does not allow",
    });
  });
}

import { type KeyObject, X509Certificate as NodeCertificate } from "node:crypto";
import type { Problems } from "../validation";
import { distinguishedName } from "./distinguished-name";
import { pkcs12 } from "./pkcs12";
import { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension, X509Certificate } from "./x509";

const MIN_RSA_BITS = 2048;
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];
const HASHES = ["SHA-256", "SHA-384", "SHA-512"];

/**
 * Certificate of one certificate authority, parsed and judged: RFC 5280 sections 4.1 and 4.2.1.
 *
 * APIM compares thumbprints as .NET prints them, SHA-1 in upper-case hexadecimal: they narrow down which
 * certificate is meant, and the signature decides whether it is trusted.
 */
export class CertificateAuthority {
  /** Distinguished name as API Management compares it: `CN=Partner CA, O="Partner, Inc."`. */
  public readonly subject: string;
  /** SHA-1 of the DER form: 40 upper-case hexadecimal digits. */
  public readonly thumbprint: string;
  public readonly notBefore: Date;
  /** Last moment at which the certificate holds. */
  public readonly notAfter: Date;
  /** The certificate is signed by its own key. */
  public readonly isRoot: boolean;

  private readonly publicKey: KeyObject;

  private constructor(
    private readonly node: NodeCertificate,
    private readonly parsed: X509Certificate,
  ) {
    this.publicKey = node.publicKey;
    this.subject = distinguishedName(parsed.subjectName);
    this.thumbprint = node.fingerprint.replaceAll(":", "");
    this.notBefore = parsed.notBefore;
    this.notAfter = parsed.notAfter;
    this.isRoot = node.checkIssued(node) && node.verify(node.publicKey);
  }

  /**
   * @param der the certificate alone, without anything before or after it
   * @param what how messages call it as long as its subject is unknown: `certificate 2`
   * @returns `undefined` if it cannot be parsed, which is then among the problems
   */
  public static parse(der: Uint8Array, what: string, problems: Problems): CertificateAuthority | undefined {
    try {
      const node = new NodeCertificate(Buffer.from(der));
      if (node.raw.length === der.length) {
        return new CertificateAuthority(node, new X509Certificate(Uint8Array.from(der)));
      }
    } catch {
      // Reported below: OpenSSL's and the ASN.1 parser's messages name neither the input nor a remedy.
    }
    problems.add({
      rule: `${what} must be one X.509 certificate in DER form, and nothing else`,
      value: `${der.length} bytes`,
      remedy: "export it again, for example with 'openssl x509 -in ca.crt -outform DER'",
    });
    return undefined;
  }

  /** Adds whatever makes this certificate unfit to be a trust anchor or an intermediate. */
  public check(at: Date, problems: Problems): void {
    this.checkPurpose(problems);
    this.checkValidity(at, problems);
    this.checkKey(problems);
    this.checkSignatureAlgorithm(problems);
  }

  /** @returns whether `issuer` is named as issuer and its key made the signature */
  public isIssuedBy(issuer: CertificateAuthority): boolean {
    return this.node.checkIssued(issuer.node) && this.node.verify(issuer.publicKey);
  }

  /**
   * The certificate in base64, in the form that API Management takes: DER for its `Root` store, PKCS#12 for the store
   * of intermediates ("must be a Base64-encoded .pfx file", azurerm issue 31086).
   */
  public get encoded(): string {
    return Buffer.from(this.isRoot ? this.node.raw : pkcs12(this.node.raw)).toString("base64");
  }

  /** Media type of what {@link encoded} holds. */
  public get contentType(): string {
    return this.isRoot ? "application/pkix-cert" : "application/x-pkcs12";
  }

  /** How many further certificate authorities may stand below this one. `undefined`: any number. */
  public get pathLength(): number | undefined {
    return this.parsed.getExtension(BasicConstraintsExtension)?.pathLength;
  }

  private checkPurpose(problems: Problems): void {
    problems.check(this.parsed.getExtension(BasicConstraintsExtension)?.ca === true, {
      rule: `'${this.subject}' must be a certificate authority (basicConstraints cA)`,
      remedy: "give the certificate of the authority, not of a client or server",
    });
    // Restricts what the key is for only if it is there (RFC 5280 section 6.1.4 (n)).
    const usages = this.parsed.getExtension(KeyUsagesExtension)?.usages;
    problems.check(usages === undefined || (usages & KeyUsageFlags.keyCertSign) !== 0, {
      rule: `'${this.subject}' must be allowed to sign certificates (keyUsage keyCertSign)`,
      remedy: "have the authority's certificate reissued with that usage",
    });
  }

  private checkValidity(at: Date, problems: Problems): void {
    problems.check(this.notBefore <= at, {
      rule: `'${this.subject}' must be valid on ${day(at)}`,
      value: `not before ${this.notBefore.toISOString()}`,
      remedy: "wait until it is valid, or correct the synthesis date",
    });
    problems.check(at <= this.notAfter, {
      rule: `'${this.subject}' must be valid on ${day(at)}`,
      value: `not after ${this.notAfter.toISOString()}`,
      remedy: "replace it by the authority's current certificate",
    });
  }

  private checkKey(problems: Problems): void {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = this.publicKey;
    const bits = details?.modulusLength ?? 0;
    const curve = details?.namedCurve ?? "";
    const strong =
      type === "rsa" || type === "rsa-pss" ? bits >= MIN_RSA_BITS : type === "ec" && CURVES.includes(curve);
    problems.check(strong, {
      rule: `key of '${this.subject}' must be RSA with ${MIN_RSA_BITS} bits or more, or EC on P-256, P-384, P-521`,
      value: [type, bits || curve].filter(Boolean).join(" "),
      remedy: "have the authority issue from a stronger key",
    });
  }

  private checkSignatureAlgorithm(problems: Problems): void {
    const { name, hash } = this.parsed.signatureAlgorithm as { name?: string; hash?: { name?: string } };
    problems.check(HASHES.includes(hash?.name ?? ""), {
      rule: `signature of '${this.subject}' must use ${HASHES.join(", ")}`,
      value: hash?.name ?? name ?? "an unknown algorithm",
      remedy: "have the certificate reissued with a current signature algorithm",
    });
  }
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

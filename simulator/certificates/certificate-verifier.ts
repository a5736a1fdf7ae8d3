import type { Clock } from "../clock";
import { distributionPoints, type OutboundFetch, RevocationLists } from "./revocation-lists";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  parseCertificate,
  SubjectKeyIdentifierExtension,
  tryParseCertificate,
  type X509Certificate,
} from "./x509";

/** Why a chain is not valid; the names follow .NET's `X509ChainStatusFlags`, with the two ends of time apart. */
export type ChainStatus =
  | "NotYetValid"
  | "Expired"
  | "UntrustedRoot"
  | "PartialChain"
  | "NotSignatureValid"
  | "InvalidBasicConstraints"
  | "NotValidForUsage"
  | "InvalidExtension"
  | "Revoked"
  | "RevocationStatusUnknown";

/** One finding about one certificate of a chain. */
export interface ChainFinding {
  readonly status: ChainStatus;
  /** Subject of the certificate at fault. */
  readonly subject: string;
  readonly detail: string;
}

export interface ChainVerification {
  /** Whether nothing was found. */
  readonly valid: boolean;
  readonly findings: readonly ChainFinding[];
  /** From the verified certificate to the last that could be found. */
  readonly chain: readonly X509Certificate[];
}

export interface CertificateVerifierProps {
  /** DER of the trust anchors: the `Root` store, and public CAs if a test wants any. Read for each chain. */
  readonly trustedRoots: readonly Uint8Array[];
  /** DER of further CA certificates to build chains with: the `CertificateAuthority` store. Read for each chain. */
  readonly intermediates: readonly Uint8Array[];
  readonly clock: Clock;
  /** How revocation lists are read. */
  readonly fetch: OutboundFetch;
}

export interface VerificationOptions {
  /** DER of the certificates that the peer sent along. @default - none */
  readonly presentedChain?: readonly Uint8Array[];
  /** Whether every certificate below the root must be on no revocation list. @default true */
  readonly checkRevocation?: boolean;
  /** Purpose that the chain must allow. @default - none */
  readonly purpose?: "clientAuth" | "serverAuth";
}

/** A chain, and why it ends before a trusted root, if it does. */
interface Path {
  readonly chain: readonly X509Certificate[];
  readonly end?: ChainFinding;
}

interface BuiltChain {
  readonly presented: readonly Uint8Array[];
  readonly path: Path;
}

const MAX_CHAIN_LENGTH = 10;

/** CAs that vouch for each other make more paths than anyone can follow. */
const MAX_SIGNATURE_CHECKS = 100;
/** Certificates of a peer that are looked at: twice as many as a chain can have. */
const MAX_PRESENTED = 20;

/** Critical extensions that this verifier judges; any other makes a certificate unusable (RFC 5280, 4.2). */
const UNDERSTOOD = new Set([
  "2.5.29.14", // subjectKeyIdentifier
  "2.5.29.15", // keyUsage
  "2.5.29.17", // subjectAltName
  "2.5.29.19", // basicConstraints
  "2.5.29.31", // cRLDistributionPoints
  "2.5.29.35", // authorityKeyIdentifier
  "2.5.29.37", // extKeyUsage
]);

const ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";

/**
 * Builds and judges certificate chains (RFC 5280, section 6) for `validate-client-certificate` and for
 * `X509Certificate2.Verify()`. It reports everything that is wrong, so that a policy can leave a check out.
 */
export class CertificateVerifier {
  private readonly revocation: RevocationLists;
  /** Chains by their leaf: a connection presents the same certificates for each of its requests. */
  private readonly built = new WeakMap<Uint8Array, BuiltChain>();

  /** @throws Error when a store holds something that is not a certificate */
  public constructor(private readonly props: CertificateVerifierProps) {
    [...props.trustedRoots, ...props.intermediates].forEach(parseCertificate);
    this.revocation = new RevocationLists(props.clock, props.fetch);
  }

  /**
   * Verifies a certificate.
   * @param der the certificate; one that cannot be read is not valid
   */
  public async verify(der: Uint8Array, options: VerificationOptions = {}): Promise<ChainVerification> {
    const { chain, end } = await this.buildOnce(der, options.presentedChain ?? []);
    const findings: ChainFinding[] = [
      ...(end === undefined ? [] : [end]),
      ...chain.flatMap((certificate) => this.judgeTime(certificate)),
      ...chain.flatMap((certificate) => judgeExtensions(certificate)),
      ...chain
        .slice(1)
        .flatMap((certificate, index) => judgeAuthority(certificate, chain.slice(1, index + 1))),
      ...(options.purpose === undefined ? [] : judgePurpose(chain, options.purpose)),
    ];
    if (options.checkRevocation ?? true) {
      findings.push(...(await this.judgeRevocation(chain, end === undefined)));
    }
    return { valid: findings.length === 0, findings, chain };
  }

  private async buildOnce(der: Uint8Array, presented: readonly Uint8Array[]): Promise<Path> {
    const known = this.built.get(der);
    if (known !== undefined && sameItems(known.presented, presented)) {
      return known.path;
    }
    const leaf = tryParseCertificate(der);
    if (leaf === undefined) {
      const detail = "the certificate cannot be read";
      return { chain: [], end: { status: "NotSignatureValid", subject: "", detail } };
    }
    const readable = presented.slice(0, MAX_PRESENTED).flatMap((item) => tryParseCertificate(item) ?? []);
    const path = await this.build(leaf, [...this.props.intermediates.map(parseCertificate), ...readable]);
    this.built.set(der, { presented, path });
    return path;
  }

  /** Depth first, so that a wrong turn (two CAs of one name) does not hide a good chain. */
  private async build(leaf: X509Certificate, candidates: readonly X509Certificate[]): Promise<Path> {
    const roots = this.props.trustedRoots.map(parseCertificate);
    let longest: readonly X509Certificate[] = [leaf];
    let forged = false;
    let checks = 0;
    const extend = async (
      chain: readonly X509Certificate[],
    ): Promise<readonly X509Certificate[] | undefined> => {
      const last = chain.at(-1) ?? leaf;
      longest = chain.length > longest.length ? chain : longest;
      if (roots.some((root) => root.equal(last))) {
        return chain;
      }
      if (chain.length >= MAX_CHAIN_LENGTH) {
        return undefined;
      }
      for (const issuer of [...roots, ...candidates].filter((candidate) => mayIssue(candidate, last))) {
        if (chain.some((member) => member.equal(issuer))) {
          continue;
        }
        checks += 1;
        if (checks > MAX_SIGNATURE_CHECKS) {
          return undefined;
        }
        if (!(await isSignedBy(last, issuer))) {
          forged = true;
          continue;
        }
        const found = await extend([...chain, issuer]);
        if (found !== undefined) {
          return found;
        }
      }
      return undefined;
    };
    const chain = await extend([leaf]);
    if (chain !== undefined) {
      return { chain };
    }
    const last = longest.at(-1) ?? leaf;
    const selfIssued = last.subject === last.issuer;
    const status = selfIssued ? "UntrustedRoot" : forged ? "NotSignatureValid" : "PartialChain";
    const detail = {
      UntrustedRoot: "the chain ends at a root that is not in the Root store",
      NotSignatureValid: `no certificate named '${last.issuer}' verifies the signature`,
      PartialChain: `no certificate of the issuer '${last.issuer}' is known`,
    }[status];
    return { chain: longest, end: { status, subject: last.subject, detail } };
  }

  private judgeTime(certificate: X509Certificate): readonly ChainFinding[] {
    const now = this.props.clock.now();
    const { subject, notBefore, notAfter } = certificate;
    if (now < notBefore.getTime()) {
      return [{ status: "NotYetValid", subject, detail: `valid from ${notBefore.toISOString()}` }];
    }
    return now > notAfter.getTime()
      ? [{ status: "Expired", subject, detail: `valid until ${notAfter.toISOString()}` }]
      : [];
  }

  private async judgeRevocation(
    chain: readonly X509Certificate[],
    anchored: boolean,
  ): Promise<readonly ChainFinding[]> {
    const findings: ChainFinding[] = [];
    const belowRoot = anchored ? chain.slice(0, -1) : chain;
    for (const [index, certificate] of belowRoot.entries()) {
      const issuer = chain[index + 1];
      const { subject } = certificate;
      if (issuer === undefined) {
        findings.push({ status: "RevocationStatusUnknown", subject, detail: "the issuer is not known" });
        continue;
      }
      const urls = distributionPoints(certificate);
      const result = await this.revocation.check(certificate, issuer, urls);
      if (result !== undefined) {
        findings.push({ ...result, subject });
      }
    }
    return findings;
  }
}

function sameItems<T>(left: readonly T[], right: readonly T[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}

function mayIssue(issuer: X509Certificate, certificate: X509Certificate): boolean {
  if (!namesOf(issuer).subject.equals(namesOf(certificate).issuer)) {
    return false;
  }
  const wanted = certificate.getExtension(AuthorityKeyIdentifierExtension)?.keyId;
  const offered = issuer.getExtension(SubjectKeyIdentifierExtension)?.keyId;
  return wanted === undefined || offered === undefined || wanted === offered;
}

/** Names as DER, which is written anew each time that it is asked for. */
const NAMES = new WeakMap<X509Certificate, { readonly subject: Buffer; readonly issuer: Buffer }>();

function namesOf(certificate: X509Certificate): { readonly subject: Buffer; readonly issuer: Buffer } {
  const { subjectName, issuerName } = certificate;
  const names = NAMES.get(certificate) ?? {
    subject: Buffer.from(subjectName.toArrayBuffer()),
    issuer: Buffer.from(issuerName.toArrayBuffer()),
  };
  NAMES.set(certificate, names);
  return names;
}

/** What was found of signatures, by certificate and issuer. */
const SIGNATURES = new WeakMap<X509Certificate, WeakMap<X509Certificate, Promise<boolean>>>();

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): Promise<boolean> {
  const known = SIGNATURES.get(certificate) ?? new WeakMap<X509Certificate, Promise<boolean>>();
  SIGNATURES.set(certificate, known);
  const found = known.get(issuer) ?? verifySignature(certificate, issuer);
  known.set(issuer, found);
  return found;
}

async function verifySignature(certificate: X509Certificate, issuer: X509Certificate): Promise<boolean> {
  try {
    return await certificate.verify({ publicKey: issuer.publicKey, signatureOnly: true });
  } catch {
    // An algorithm that the runtime refuses verifies nothing.
    return false;
  }
}

function judgeExtensions(certificate: X509Certificate): readonly ChainFinding[] {
  return certificate.extensions
    .filter((extension) => extension.critical && !UNDERSTOOD.has(extension.type))
    .map((extension) => ({
      status: "InvalidExtension" as const,
      subject: certificate.subject,
      detail: `critical extension ${extension.type} is not understood`,
    }));
}

/** @param below the CA certificates between this one and the end entity */
function judgeAuthority(
  certificate: X509Certificate,
  below: readonly X509Certificate[],
): readonly ChainFinding[] {
  const { subject } = certificate;
  const constraints = certificate.getExtension(BasicConstraintsExtension);
  if (constraints?.ca !== true) {
    return [
      { status: "InvalidBasicConstraints", subject, detail: "it issued a certificate and is not a CA" },
    ];
  }
  const findings: ChainFinding[] = [];
  const count = below.filter((item) => item.subject !== item.issuer).length;
  if (constraints.pathLength !== undefined && count > constraints.pathLength) {
    findings.push({
      status: "InvalidBasicConstraints",
      subject,
      detail: `${count} CA certificates follow; its path length allows ${constraints.pathLength}`,
    });
  }
  const usage = certificate.getExtension(KeyUsagesExtension)?.usages;
  if (usage !== undefined && (usage & KeyUsageFlags.keyCertSign) === 0) {
    findings.push({
      status: "NotValidForUsage",
      subject,
      detail: "its key usage does not allow signing certificates",
    });
  }
  return findings;
}

/** An extended key usage binds every certificate that carries one, as Windows and .NET apply it. */
function judgePurpose(
  chain: readonly X509Certificate[],
  purpose: "clientAuth" | "serverAuth",
): readonly ChainFinding[] {
  return chain.flatMap((certificate) => {
    const usages = certificate.getExtension(ExtendedKeyUsageExtension)?.usages;
    return usages === undefined ||
      usages.includes(ExtendedKeyUsage[purpose]) ||
      usages.includes(ANY_EXTENDED_KEY_USAGE)
      ? []
      : [
          {
            status: "NotValidForUsage" as const,
            subject: certificate.subject,
            detail: `its extended key usage does not include ${purpose}`,
          },
        ];
  });
}

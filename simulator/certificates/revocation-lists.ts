import type { Clock } from "../clock";
import { type HttpResponse, type OutboundRequest, readBytes } from "../network";
import {
  CRLDistributionPointsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type X509Certificate,
  X509Crl,
} from "./x509";

/** How calls go out: `Network.fetch`. */
export type OutboundFetch = (request: OutboundRequest) => Promise<HttpResponse>;

export interface RevocationFinding {
  readonly status: "Revoked" | "RevocationStatusUnknown";
  readonly detail: string;
}

/** How long a distribution point may take, in milliseconds: Windows' default for one URL. */
const RETRIEVAL_TIMEOUT_MS = 15_000;

/**
 * Certificate revocation lists (RFC 5280, section 6.3), read from distribution points and kept until their
 * `nextUpdate`. Whatever cannot be established is a finding: an unreachable list closes the door.
 */
export class RevocationLists {
  private readonly lists = new Map<string, X509Crl>();
  /** Issuers whose signature on a list was found good. */
  private readonly signers = new WeakMap<X509Crl, X509Certificate>();

  public constructor(
    private readonly clock: Clock,
    private readonly fetch: OutboundFetch,
  ) {}

  /** @returns why the certificate must not be used, or `undefined` when a valid list does not name it */
  public async check(
    certificate: X509Certificate,
    issuer: X509Certificate,
    urls: readonly string[],
  ): Promise<RevocationFinding | undefined> {
    if (urls.length === 0) {
      return unknown("the certificate names no CRL distribution point");
    }
    const failures: string[] = [];
    for (const url of urls) {
      const crl = await this.read(url).catch((error: unknown) => (error as Error).message);
      const problem = typeof crl === "string" ? crl : await this.problemOf(crl, issuer);
      if (typeof crl === "string" || problem !== undefined) {
        this.lists.delete(url);
        failures.push(`${url}: ${problem}`);
        continue;
      }
      const entry = crl.findRevoked(certificate);
      return entry === null
        ? undefined
        : { status: "Revoked", detail: `revoked on ${entry.revocationDate.toISOString()}` };
    }
    return unknown(failures.join("; "));
  }

  private async read(url: string): Promise<X509Crl> {
    const known = this.lists.get(url);
    if (known?.nextUpdate !== undefined && this.clock.now() <= known.nextUpdate.getTime()) {
      return known;
    }
    const response = await this.fetch({ url, method: "GET", headers: {}, timeoutMs: RETRIEVAL_TIMEOUT_MS });
    const bytes = await readBytes(response.body);
    if (response.status !== 200) {
      throw new Error(`status ${response.status}`);
    }
    const crl = new X509Crl(Uint8Array.from(bytes));
    this.lists.set(url, crl);
    return crl;
  }

  private async problemOf(crl: X509Crl, issuer: X509Certificate): Promise<string | undefined> {
    const now = this.clock.now();
    if (crl.issuer !== issuer.subject) {
      return `the list is of '${crl.issuer}'`;
    }
    const usage = issuer.getExtension(KeyUsagesExtension)?.usages;
    if (usage !== undefined && (usage & KeyUsageFlags.cRLSign) === 0) {
      return "the issuer's key usage does not allow signing lists";
    }
    // Critical extensions limit a list to some certificates or make it a delta: neither is read here.
    if (crl.extensions.some((extension) => extension.critical)) {
      return "the list has a critical extension that is not understood";
    }
    if (now < crl.thisUpdate.getTime() || crl.nextUpdate === undefined || now > crl.nextUpdate.getTime()) {
      return "the list is not current";
    }
    if (this.signers.get(crl) !== issuer) {
      if (!(await crl.verify({ publicKey: issuer }))) {
        return "the list's signature is wrong";
      }
      this.signers.set(crl, issuer);
    }
    return undefined;
  }
}

function unknown(detail: string): RevocationFinding {
  return { status: "RevocationStatusUnknown", detail };
}

/** URLs of the CRL distribution points (RFC 5280, section 4.2.1.13). */
export function distributionPoints(certificate: X509Certificate): readonly string[] {
  const points = certificate.getExtension(CRLDistributionPointsExtension)?.distributionPoints ?? [];
  return points.flatMap((point) =>
    (point.distributionPoint?.fullName ?? []).flatMap((name) => name.uniformResourceIdentifier ?? []),
  );
}

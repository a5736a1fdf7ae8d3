import { createHash, X509Certificate as NodeCertificate } from "node:crypto";
import type { Clock } from "../clock";
import type { StackModel } from "../model";
import { bytesResponse, type Network } from "../network";
import { CertificateAuthority, type IssuedCertificate, issueSelfSigned } from "./certificate-authority";
import { MadeOnce } from "./made-once";
import { distributionPoints } from "./revocation-lists";
import { BasicConstraintsExtension, Name, parseCertificate, type X509Certificate } from "./x509";

const DAY_MS = 86_400_000;

/** Where stand-ins publish the revocation lists of what they issue: a name that RFC 6761 keeps from existing. */
const REVOCATION_LIST_HOST = "crl.stand-in.invalid";
const UNREACHABLE_REVOCATION_LIST = "http://crl.unreachable.invalid/list.crl";

/** A client certificate to issue (RFC 5280), good or bad. */
export interface ClientCertificateProps {
  /** Subject (RFC 4514) or common name of a CA that a gateway of the stacks trusts. */
  readonly authority: string;
  /** Common name of the subject; the other attributes are the authority's organization, if it has one. */
  readonly commonName: string;
  /** Whole subject (RFC 4514), for other attributes. @default - made of `commonName` */
  readonly subject?: string;
  /** Begin of its validity. @default - a day before the simulation's time */
  readonly notBefore?: Date;
  /** End of its validity. @default - 30 days after the simulation's time */
  readonly notAfter?: Date;
  /** Object identifiers, or `[]` for no extension. @default ["1.3.6.1.5.5.7.3.2"] - clientAuth */
  readonly extendedKeyUsage?: readonly string[];
  /** Subject alternative names of type DNS. @default - none */
  readonly dnsNames?: readonly string[];
  /** Whether the authority's revocation list names it. @default false */
  readonly revoked?: boolean;
  /** `unreachable`: its distribution point answers nothing; `none`: it names no distribution point. @default "published" */
  readonly revocationList?: "published" | "unreachable" | "none";
  /**
   * Who signs: the authority; another CA that only has its name (`impostor`); another CA below the same issuer
   * (`sibling`); nobody but the certificate's own key (`self`).
   * @default "authority"
   */
  readonly signedBy?: "authority" | "impostor" | "sibling" | "self";
}

/** The stand-in of one CA: it has no key, and nothing can be signed with it, until somebody asks for it. */
class StandIn {
  private readonly made = new MadeOnce(() => this.make());
  private own: Uint8Array | undefined;

  public constructor(
    public readonly original: X509Certificate,
    public readonly issuer: StandIn | undefined,
  ) {}

  /** DER of its certificate, if it has one. */
  public get der(): Uint8Array | undefined {
    return this.own;
  }

  public authority(): Promise<CertificateAuthority> {
    return this.made.get();
  }

  private async make(): Promise<CertificateAuthority> {
    const authority = await CertificateAuthority.createStandIn(
      this.original,
      await this.issuer?.authority(),
      revocationListOf(this.original),
    );
    this.own = authority.der;
    return authority;
  }
}

/**
 * Stand-ins for the CAs that gateways trust: nobody who runs a simulation has their private keys, so each CA gets a
 * double with the same subject, validity and extensions and a key that is made here, when it first signs something.
 * Chains keep their structure. The CAs of the stacks stay trusted: certificates that they really issued work as well.
 */
export class StandInAuthorities {
  private readonly revocationLists = new Map<string, () => Promise<CertificateAuthority>>();

  private readonly standIns: ReadonlyMap<string, StandIn>;

  /** @param model whose gateways' CAs need stand-ins */
  public constructor(
    model: StackModel,
    private readonly clock: Clock,
    private readonly network: Network,
  ) {
    this.standIns = standInsOf(model);
    for (const standIn of this.standIns.values()) {
      const { original, issuer } = standIn;
      this.publish(revocationListOf(original), () => standIn.authority());
      if (issuer !== undefined) {
        distributionPoints(original).forEach((url) => this.publish(url, () => issuer.authority()));
      }
    }
  }

  /** The model with a stand-in at each CA, as soon as there is one. */
  public addTo(model: StackModel): StackModel {
    const withStandIn = <T extends { readonly der: Uint8Array }>(certificate: T): T => {
      const found = this.standIns.get(keyOf(certificate.der));
      return found === undefined
        ? certificate
        : {
            ...certificate,
            get standIn() {
              return found.der;
            },
          };
    };
    return {
      ...model,
      gateways: model.gateways.map((gateway) => ({
        ...gateway,
        trustedCertificates: gateway.trustedCertificates.map(withStandIn),
        certificates: gateway.certificates.map(withStandIn),
      })),
    };
  }

  /**
   * Issues a client certificate, good or bad.
   * @throws Error when no gateway trusts an authority of that name, or several do
   */
  public async issue(props: ClientCertificateProps): Promise<IssuedCertificate> {
    const standIn = this.find(props.authority);
    const { signedBy = "authority", revocationList = "published" } = props;
    const now = this.clock.now();
    const request = {
      subject: props.subject ?? subjectOf(props.commonName, standIn.original),
      notBefore: props.notBefore ?? new Date(now - DAY_MS),
      notAfter: props.notAfter ?? new Date(now + 30 * DAY_MS),
      extendedKeyUsage: props.extendedKeyUsage,
      dnsNames: props.dnsNames,
      crlUrl: { published: undefined, unreachable: UNREACHABLE_REVOCATION_LIST, none: null }[revocationList],
    };
    if (signedBy === "self") {
      return issueSelfSigned(request);
    }
    const signer = signedBy === "authority" ? await standIn.authority() : await this.other(signedBy, standIn);
    if (props.revoked !== true) {
      return signer.issue(request);
    }
    // A list of its own: gateways may hold the usual one until its next update.
    const crlUrl = `http://${REVOCATION_LIST_HOST}/revoked/${this.revocationLists.size}.crl`;
    this.publish(crlUrl, () => Promise.resolve(signer));
    const issued = await signer.issue({ ...request, crlUrl: request.crlUrl ?? crlUrl });
    signer.revoke(issued.certificate, new Date(now - DAY_MS));
    return issued;
  }

  /** A CA that no policy should accept, which publishes a good revocation list all the same. */
  private async other(kind: "impostor" | "sibling", standIn: StandIn): Promise<CertificateAuthority> {
    const url = `http://${REVOCATION_LIST_HOST}/other/${this.revocationLists.size}.crl`;
    const { original, issuer } = standIn;
    if (kind === "sibling" && issuer === undefined) {
      throw new Error(`'${original.subject}' has no issuer among the trusted CAs: it has no siblings`);
    }
    const authority =
      kind === "impostor"
        ? await CertificateAuthority.createStandIn(original, undefined, url)
        : await (
            await (issuer as StandIn).authority()
          ).issueIntermediate({
            subject: subjectOf(`${commonNameOf(original)} sibling`, original),
            notBefore: original.notBefore,
            notAfter: original.notAfter,
            pathLength: 0,
            publishesCrlAt: url,
          });
    this.publish(url, () => Promise.resolve(authority));
    return authority;
  }

  private find(name: string): StandIn {
    const all = [...this.standIns.values()];
    const found = all.filter(
      ({ original }) => sameName(original.subject, name) || commonNameOf(original) === name,
    );
    const [only] = found;
    if (only === undefined || found.length > 1) {
      const known = all.map(({ original }) => `'${original.subject}'`).join(", ") || "none";
      throw new Error(
        `${found.length} trusted authorities are named '${name}'; the gateways of the stacks trust ${known}`,
      );
    }
    return only;
  }

  /** Hosts of another service keep it: a list that cannot be had closes the door. */
  private publish(url: string, authority: () => Promise<CertificateAuthority>): void {
    const { protocol, host } = new URL(url);
    if (protocol !== "http:" && protocol !== "https:") {
      return;
    }
    const known = [...this.revocationLists.keys()].some((other) => new URL(other).host === host);
    if (!known && this.network.has(host)) {
      return;
    }
    this.revocationLists.set(url, authority);
    if (!known) {
      this.network.register(host, async (request) => {
        const publisher = this.revocationLists.get(request.url.href);
        return publisher === undefined
          ? bytesResponse(404, new Uint8Array())
          : bytesResponse(200, await (await publisher()).crl(new Date(this.clock.now() - 60_000)), {
              "content-type": "application/pkix-crl",
            });
      });
    }
  }
}

function standInsOf(model: StackModel): ReadonlyMap<string, StandIn> {
  const ders = model.gateways.flatMap(({ trustedCertificates, certificates }) =>
    [...trustedCertificates, ...certificates].map(({ der }) => der),
  );
  const known = new Map(ders.map((der) => [keyOf(der), parseCertificate(der)]));
  const originals = [...known.values()].filter(
    (certificate) => certificate.getExtension(BasicConstraintsExtension)?.ca === true,
  );
  const standIns = new Map<string, StandIn>();
  originals.forEach((original) => addStandIn(original, originals, standIns));
  return standIns;
}

/** Issuers first: a stand-in is signed by the stand-in of its issuer. */
function addStandIn(
  original: X509Certificate,
  originals: readonly X509Certificate[],
  standIns: Map<string, StandIn>,
): StandIn {
  const key = keyOf(new Uint8Array(original.rawData));
  const known = standIns.get(key);
  if (known !== undefined) {
    return known;
  }
  const issuer = originals.find((candidate) => !candidate.equal(original) && issued(candidate, original));
  const standIn = new StandIn(original, issuer && addStandIn(issuer, originals, standIns));
  standIns.set(key, standIn);
  return standIn;
}

function issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
  const [parent, child] = [nativeOf(issuer), nativeOf(certificate)];
  return child.checkIssued(parent) && child.verify(parent.publicKey);
}

/** Certificates of CAs as Node.js has them: each simulation of a stack reads the same ones. */
const NATIVE = new WeakMap<X509Certificate, NodeCertificate>();

function nativeOf(certificate: X509Certificate): NodeCertificate {
  const native = NATIVE.get(certificate) ?? new NodeCertificate(Buffer.from(certificate.rawData));
  NATIVE.set(certificate, native);
  return native;
}

function revocationListOf(original: X509Certificate): string {
  return `http://${REVOCATION_LIST_HOST}/${keyOf(new Uint8Array(original.rawData))}.crl`;
}

function keyOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex");
}

function commonNameOf({ subjectName }: X509Certificate): string | undefined {
  const [commonName, ...more] = subjectName.getField("CN");
  return more.length === 0 ? commonName : undefined;
}

/** Whether two distinguished names are the same: they are written in either order. */
function sameName(subject: string, name: string): boolean {
  if (subject === name) {
    return true;
  }
  try {
    const parts = (text: string): readonly string[] =>
      new Name(text).toJSON().map((part) => JSON.stringify(part));
    const [own, given] = [parts(subject), parts(name)];
    return [own, [...own].reverse()].some((order) => JSON.stringify(order) === JSON.stringify(given));
  } catch {
    // A common name alone is no distinguished name.
    return false;
  }
}

function subjectOf(commonName: string, { subjectName }: X509Certificate): string {
  const organization = subjectName.getField("O").map((value) => `, O=${escaped(value)}`);
  return `CN=${escaped(commonName)}${organization.join("")}`;
}

/** As RFC 4514 (section 2.4) writes values. */
function escaped(value: string): string {
  return value.replace(/[,+"\\<>;=#]/g, "\\$&");
}

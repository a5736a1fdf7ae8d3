import { randomBytes, webcrypto } from "node:crypto";
import { bytesResponse, type Network } from "../network";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  CRLDistributionPointsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
  type X509CrlEntryParams,
  X509CrlGenerator,
} from "./x509";

const DAY_MS = 86_400_000;
const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNING_ALGORITHM = { name: "ECDSA", hash: "SHA-256" } as const;

/** What a certificate says (RFC 5280), whoever signs it. */
export interface CertificateProps {
  /** Distinguished name (RFC 4514), such as `CN=claims, O=Contoso`. */
  readonly subject: string;
  /** Begin of its validity. @default - yesterday by the machine's clock */
  readonly notBefore?: Date;
  /** End of its validity. @default - one year after `notBefore` */
  readonly notAfter?: Date;
  /** Hexadecimal. @default - random */
  readonly serialNumber?: string;
  /** Where the issuer's CRL is published; `null` for no distribution point. @default - the issuer's `crlUrl` */
  readonly crlUrl?: string | null;
  /** Extensions beside the usual ones, for certificates that are odd on purpose. @default - none */
  readonly extensions?: readonly Extension[];
}

/** A CA certificate (RFC 5280, section 4.2.1.9). */
export interface CertificateAuthorityProps extends CertificateProps {
  /** How many CA certificates may follow. @default - no limit */
  readonly pathLength?: number;
  /** What the key may sign (RFC 5280, section 4.2.1.3). @default ["keyCertSign", "cRLSign"] */
  readonly keyUsage?: readonly (keyof typeof KeyUsageFlags)[];
  /** Whether basic constraints say that this is a CA; false makes a CA that no one may trust. @default true */
  readonly isCa?: boolean;
  /** URL at which this authority publishes its CRL: distribution point of what it issues. @default - none */
  readonly publishesCrlAt?: string;
}

/** A certificate for a client or server (RFC 5280, section 4.2.1.12). */
export interface EndEntityProps extends CertificateProps {
  /** Object identifiers, or `[]` for no extension. @default ["1.3.6.1.5.5.7.3.2"] - clientAuth */
  readonly extendedKeyUsage?: readonly string[];
  /** Subject alternative names of type DNS. @default - none */
  readonly dnsNames?: readonly string[];
}

/** A certificate with its private key. */
export interface IssuedCertificate {
  /** The certificate, to be read. */
  readonly certificate: X509Certificate;
  /** The certificate, as DER. */
  readonly der: Uint8Array;
  /** The certificate, as PEM. */
  readonly pem: string;
  /** PKCS#8. */
  readonly privateKeyPem: string;
  /** The certificate and the CA certificates up to, and without, the root: what a TLS client presents. */
  readonly chainPem: string;
}

/**
 * A certification authority: root or intermediate. Keys are new in every run. Validity defaults follow the
 * machine's clock, because real TLS peers do; pass dates for anything the simulation's clock judges.
 */
export class CertificateAuthority {
  private readonly revoked: X509CrlEntryParams[] = [];

  private constructor(
    public readonly certificate: X509Certificate,
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly issuers: readonly CertificateAuthority[],
    private readonly crlUrl: string | undefined,
  ) {}

  /** Creates a self-signed root. */
  public static async createRoot(props: CertificateAuthorityProps): Promise<CertificateAuthority> {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: props.subject,
      keys: keys,
      ...validity(props),
      serialNumber: props.serialNumber ?? randomSerial(),
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [...authorityExtensions(props), await subjectKey(keys)],
    });
    return new CertificateAuthority(certificate, keys, [], props.publishesCrlAt);
  }

  /**
   * Creates an authority that says all that a given one says (subject, validity, serial number, extensions) with a
   * key of its own.
   * @param issuer who signs; none for a self-signed certificate
   * @param publishesCrlAt distribution point of what it issues
   */
  public static async createStandIn(
    original: X509Certificate,
    issuer: CertificateAuthority | undefined,
    publishesCrlAt: string,
  ): Promise<CertificateAuthority> {
    const keys = await generateKeys();
    const signer = issuer?.keys ?? keys;
    const certificate = await X509CertificateGenerator.create({
      subject: original.subjectName,
      issuer: issuer?.certificate.subjectName ?? original.subjectName,
      publicKey: keys.publicKey,
      signingKey: signer.privateKey,
      notBefore: original.notBefore,
      notAfter: original.notAfter,
      serialNumber: original.serialNumber,
      signingAlgorithm: SIGNING_ALGORITHM,
      extensions: [
        ...original.extensions.filter((extension) => !namesKey(extension)),
        await subjectKey(keys),
        ...(issuer === undefined ? [] : [await AuthorityKeyIdentifierExtension.create(signer.publicKey)]),
      ],
    });
    const issuers = issuer === undefined ? [] : [issuer, ...issuer.issuers];
    return new CertificateAuthority(certificate, keys, issuers, publishesCrlAt);
  }

  /** DER of the authority's own certificate. */
  public get der(): Uint8Array {
    return new Uint8Array(this.certificate.rawData);
  }

  /** PEM of the authority's own certificate. */
  public get pem(): string {
    return this.certificate.toString("pem");
  }

  /** Issues the certificate of an authority below this one. */
  public async issueIntermediate(props: CertificateAuthorityProps): Promise<CertificateAuthority> {
    const keys = await generateKeys();
    const certificate = await this.sign(props, keys, authorityExtensions(props));
    return new CertificateAuthority(certificate, keys, [this, ...this.issuers], props.publishesCrlAt);
  }

  /** Issues a certificate for a client or server. */
  public async issue(props: EndEntityProps): Promise<IssuedCertificate> {
    const keys = await generateKeys();
    const usages = props.extendedKeyUsage ?? [ExtendedKeyUsage.clientAuth];
    const extensions: Extension[] = [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      ...(usages.length === 0 ? [] : [new ExtendedKeyUsageExtension([...usages])]),
      ...(props.dnsNames === undefined
        ? []
        : [
            new SubjectAlternativeNameExtension(
              props.dnsNames.map((value) => ({ type: "dns" as const, value })),
            ),
          ]),
    ];
    return issued(await this.sign(props, keys, extensions), keys, this.intermediates());
  }

  /** Puts a certificate on this authority's list; it takes effect for readers with their next CRL. */
  public revoke(certificate: X509Certificate, at: Date = new Date(Date.now() - DAY_MS)): void {
    this.revoked.push({ serialNumber: certificate.serialNumber, revocationDate: at });
  }

  /**
   * The current CRL as DER.
   * @param thisUpdate from when it counts
   * @param nextUpdate until when it counts @default - one hour after `thisUpdate`
   */
  public async crl(
    thisUpdate: Date,
    nextUpdate: Date = new Date(thisUpdate.getTime() + 3_600_000),
  ): Promise<Uint8Array> {
    const crl = await X509CrlGenerator.create({
      issuer: this.certificate.subjectName,
      thisUpdate,
      nextUpdate,
      entries: this.revoked,
      signingKey: this.keys.privateKey,
      signingAlgorithm: SIGNING_ALGORITHM,
    });
    return new Uint8Array(crl.rawData);
  }

  /**
   * Publishes the CRL at the authority's URL, fresh at each request.
   * @param now the time readers live in
   * @throws Error when the authority has no `publishesCrlAt`
   */
  public serveCrl(network: Network, now: () => number): void {
    if (this.crlUrl === undefined) {
      throw new Error(`${this.certificate.subject}: no 'publishesCrlAt' to serve the CRL at`);
    }
    const { host, pathname } = new URL(this.crlUrl);
    network.register(host, async (request) =>
      request.url.pathname === pathname
        ? bytesResponse(200, await this.crl(new Date(now() - 60_000)), {
            "content-type": "application/pkix-crl",
          })
        : bytesResponse(404, new Uint8Array()),
    );
  }

  private sign(
    props: CertificateProps,
    keys: webcrypto.CryptoKeyPair,
    extensions: readonly Extension[],
  ): Promise<X509Certificate> {
    const crlUrl = props.crlUrl === undefined ? this.crlUrl : props.crlUrl;
    return Promise.all([subjectKey(keys), AuthorityKeyIdentifierExtension.create(this.keys.publicKey)]).then(
      (keyExtensions) =>
        X509CertificateGenerator.create({
          subject: props.subject,
          issuer: this.certificate.subjectName,
          publicKey: keys.publicKey,
          signingKey: this.keys.privateKey,
          ...validity(props),
          serialNumber: props.serialNumber ?? randomSerial(),
          signingAlgorithm: SIGNING_ALGORITHM,
          extensions: [
            ...extensions,
            ...(props.extensions ?? []),
            ...keyExtensions,
            ...(typeof crlUrl === "string" ? [new CRLDistributionPointsExtension([crlUrl])] : []),
          ],
        }),
    );
  }

  private intermediates(): readonly X509Certificate[] {
    return this.issuers.length === 0
      ? []
      : [this.certificate, ...this.issuers.slice(0, -1).map(({ certificate }) => certificate)];
  }
}

/** Makes a certificate that nobody but its own key vouches for. */
export async function issueSelfSigned(props: EndEntityProps): Promise<IssuedCertificate> {
  const keys = await generateKeys();
  const usages = props.extendedKeyUsage ?? [ExtendedKeyUsage.clientAuth];
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: props.subject,
    keys: keys,
    ...validity(props),
    serialNumber: props.serialNumber ?? randomSerial(),
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      ...(usages.length === 0 ? [] : [new ExtendedKeyUsageExtension([...usages])]),
      ...(props.dnsNames === undefined
        ? []
        : [
            new SubjectAlternativeNameExtension(
              props.dnsNames.map((value) => ({ type: "dns" as const, value })),
            ),
          ]),
      await subjectKey(keys),
    ],
  });
  return issued(certificate, keys, []);
}

async function issued(
  certificate: X509Certificate,
  keys: webcrypto.CryptoKeyPair,
  intermediates: readonly X509Certificate[],
): Promise<IssuedCertificate> {
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  const pem = certificate.toString("pem");
  return {
    certificate,
    der: new Uint8Array(certificate.rawData),
    pem,
    privateKeyPem: PemConverter.encode(pkcs8, PemConverter.PrivateKeyTag),
    chainPem: [pem, ...intermediates.map((intermediate) => intermediate.toString("pem"))].join("\n"),
  };
}

/** Whether an extension says which key is certified or has signed. */
function namesKey(extension: Extension): boolean {
  return (
    extension instanceof SubjectKeyIdentifierExtension || extension instanceof AuthorityKeyIdentifierExtension
  );
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
}

function authorityExtensions(props: CertificateAuthorityProps): readonly Extension[] {
  const usages = (props.keyUsage ?? ["keyCertSign", "cRLSign"]).reduce<number>(
    (flags, name) => flags | KeyUsageFlags[name],
    0,
  );
  return [
    new BasicConstraintsExtension(props.isCa ?? true, props.pathLength, true),
    new KeyUsagesExtension(usages, true),
  ];
}

function subjectKey(keys: webcrypto.CryptoKeyPair): Promise<SubjectKeyIdentifierExtension> {
  return SubjectKeyIdentifierExtension.create(keys.publicKey);
}

function validity(props: CertificateProps): { readonly notBefore: Date; readonly notAfter: Date } {
  const notBefore = props.notBefore ?? new Date(Date.now() - DAY_MS);
  return { notBefore, notAfter: props.notAfter ?? new Date(notBefore.getTime() + 365 * DAY_MS) };
}

/** Positive and 127 bits, as RFC 5280 (section 4.1.2.2) wants it. */
function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString("hex");
}

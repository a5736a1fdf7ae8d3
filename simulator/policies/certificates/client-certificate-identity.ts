import { createHash, X509Certificate as NodeCertificate } from "node:crypto";
import { parseCertificate, SubjectAlternativeNameExtension, type X509Certificate } from "../../certificates";
import type { ElementShape, PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import { DistinguishedName } from "./distinguished-name";

/** Attributes of `identity` in `validate-client-certificate`. */
export const IDENTITY_SHAPE: ElementShape = {
  attributes: {
    thumbprint: {},
    "serial-number": {},
    "common-name": {},
    subject: {},
    "dns-name": {},
    "issuer-subject": {},
    "issuer-thumbprint": {},
    "issuer-certificate-id": {},
  },
};

/** A certificate that may be an issuer. */
export interface IssuerCertificate {
  readonly der: Uint8Array;
  /** DER of an authority that counts as this one. @default - none */
  readonly standIn?: Uint8Array;
}

/**
 * The certificate a client presented, and the certificates that may be its issuer. What identities look at is
 * worked out once, when the first of them asks: a gateway may have a thousand.
 */
export class ClientCertificate {
  public readonly certificate: X509Certificate;
  private readonly leaf: NodeCertificate;
  private readonly issuers = new Map<Uint8Array, boolean>();
  private names: { readonly subject: DistinguishedName; readonly issuer: DistinguishedName } | undefined;
  private sha1: string | undefined;
  private issuerSha1: readonly string[] | undefined;

  /**
   * @param der the client's certificate
   * @param authorities what the client sent along and what the gateway knows
   * @throws Error when the certificate cannot be parsed
   */
  public constructor(
    der: Uint8Array,
    private readonly authorities: readonly IssuerCertificate[],
  ) {
    this.certificate = parseCertificate(der);
    this.leaf = new NodeCertificate(der);
  }

  public get thumbprint(): string {
    this.sha1 ??= thumbprintOf(this.leaf.raw);
    return this.sha1;
  }

  /** A number: tools differ in the zeros they print in front. */
  public get serialNumber(): bigint {
    return BigInt(`0x${this.leaf.serialNumber}`);
  }

  public get subject(): DistinguishedName {
    return this.distinguishedNames().subject;
  }

  public get issuer(): DistinguishedName {
    return this.distinguishedNames().issuer;
  }

  /** DNS names among the alternative names; the subject is not a place for them (RFC 9525). */
  public get dnsNames(): readonly string[] {
    const names = this.certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
    return names.filter(({ type }) => type === "dns").map(({ value }) => value.toLowerCase());
  }

  /** Thumbprints of the known certificates that issued this one. */
  public get issuerThumbprints(): readonly string[] {
    this.issuerSha1 ??= this.authorities
      .filter((authority) => this.isIssuedBy(authority))
      .map(({ der }) => thumbprintOf(der));
    return this.issuerSha1;
  }

  /** Whether this certificate was signed with the issuer's key, or with that of its stand-in. */
  public isIssuedBy({ der, standIn }: IssuerCertificate): boolean {
    return this.isSignedBy(der) || (standIn !== undefined && this.isSignedBy(standIn));
  }

  /** By name and by signature. */
  private isSignedBy(issuer: Uint8Array): boolean {
    let known = this.issuers.get(issuer);
    if (known === undefined) {
      const candidate = authorityOf(issuer);
      known = this.leaf.checkIssued(candidate) && this.leaf.verify(candidate.publicKey);
      this.issuers.set(issuer, known);
    }
    return known;
  }

  private distinguishedNames(): NonNullable<ClientCertificate["names"]> {
    this.names ??= {
      subject: DistinguishedName.of(this.certificate.subjectName),
      issuer: DistinguishedName.of(this.certificate.issuerName),
    };
    return this.names;
  }
}

/** Whether a certificate has everything an `identity` asks for. */
export type IdentityTest = (client: ClientCertificate) => boolean;

/** Compiles an `identity`: all its attributes must match. */
export function compileIdentity(node: PolicyElementNode, compilation: PolicyCompilation): IdentityTest {
  const { attributes } = node;
  const refuse = (problem: string): void => compilation.refuse(problem, node);
  const issuerAttributes = [...attributes.keys()].filter((name) => name.startsWith("issuer-"));
  if (attributes.has("issuer-certificate-id") && issuerAttributes.length > 1) {
    refuse("takes 'issuer-certificate-id' or the other issuer attributes, not both");
  }
  if (attributes.size === 0) {
    refuse("asks for nothing: every certificate would match");
  }
  const tests = [...attributes].flatMap(([name, value]) => {
    if (value === "") {
      refuse(`attribute '${name}' is empty`);
      return [];
    }
    return [attributeTest(name, value, compilation, refuse)];
  });
  return (client) => tests.every((test) => test(client));
}

function attributeTest(
  name: string,
  value: string,
  compilation: PolicyCompilation,
  refuse: (problem: string) => void,
): IdentityTest {
  switch (name) {
    case "thumbprint":
      return matchesThumbprint(name, value, refuse, (client) => [client.thumbprint]);
    case "issuer-thumbprint":
      return matchesThumbprint(name, value, refuse, (client) => client.issuerThumbprints);
    case "serial-number":
      return matchesSerialNumber(value, refuse);
    case "common-name":
      return ({ certificate }) => {
        const commonNames = certificate.subjectName.getField("CN");
        return commonNames.length === 1 && commonNames[0] === value;
      };
    case "dns-name":
      return ({ dnsNames }) => dnsNames.includes(value.toLowerCase());
    case "subject":
      return matchesName(name, value, refuse, ({ subject }) => subject);
    case "issuer-subject":
      return matchesName(name, value, refuse, ({ issuer }) => issuer);
    default:
      return issuedByCertificate(value, compilation, refuse);
  }
}

function matchesThumbprint(
  attribute: string,
  value: string,
  refuse: (problem: string) => void,
  actual: (client: ClientCertificate) => readonly string[],
): IdentityTest {
  if (!/^[0-9A-Fa-f]{40}$/.test(value)) {
    refuse(`attribute '${attribute}' is '${value}'; it must be 40 hexadecimal digits without separators`);
  }
  const expected = value.toUpperCase();
  return (client) => actual(client).includes(expected);
}

function matchesSerialNumber(value: string, refuse: (problem: string) => void): IdentityTest {
  if (!/^[0-9A-Fa-f]+$/.test(value)) {
    refuse(`attribute 'serial-number' is '${value}'; it must be hexadecimal digits without separators`);
    return () => false;
  }
  const expected = BigInt(`0x${value}`);
  return ({ serialNumber }) => serialNumber === expected;
}

function matchesName(
  attribute: string,
  value: string,
  refuse: (problem: string) => void,
  actual: (client: ClientCertificate) => DistinguishedName,
): IdentityTest {
  try {
    const expected = DistinguishedName.parse(value);
    return (client) => expected.equals(actual(client));
  } catch {
    refuse(
      `attribute '${attribute}' is '${value}', which cannot be read as a distinguished name such as ` +
        `CN=client, O="Contoso, Inc."`,
    );
    return () => false;
  }
}

function issuedByCertificate(
  id: string,
  compilation: PolicyCompilation,
  refuse: (problem: string) => void,
): IdentityTest {
  const issuer = compilation.model.certificates.find(({ name }) => name === id);
  if (issuer === undefined) {
    refuse(`attribute 'issuer-certificate-id' names certificate '${id}', which does not exist`);
    return () => false;
  }
  return (client) => client.isIssuedBy(issuer);
}

/** Authorities of a model, which each client's certificate is held against. */
const AUTHORITIES = new WeakMap<Uint8Array, NodeCertificate>();

function authorityOf(der: Uint8Array): NodeCertificate {
  const authority = AUTHORITIES.get(der) ?? new NodeCertificate(der);
  AUTHORITIES.set(der, authority);
  return authority;
}

function thumbprintOf(der: Uint8Array): string {
  return createHash("sha1").update(der).digest("hex").toUpperCase();
}

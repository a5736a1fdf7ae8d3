import { createHash, X509Certificate as NodeCertificate } from "node:crypto";
import { SubjectAlternativeNameExtension, X509Certificate } from "../certificates/x509";
import { DistinguishedName } from "./distinguished-name";
import type { ElementShape, PolicyCompilation, PolicyElementNode } from "./policy";

/** Attributes of `identity` in `validate-client-certificate`. */
export const identityShape: ElementShape = {
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

/** The certificate a client presented, and the certificates that may be its issuer. */
export class ClientCertificate {
  public readonly certificate: X509Certificate;
  private readonly leaf: NodeCertificate;

  /**
   * @param der the client's certificate
   * @param authorities DER of what the client sent along and what the gateway knows
   * @throws Error when one cannot be parsed
   */
  public constructor(
    der: Uint8Array,
    private readonly authorities: readonly Uint8Array[],
  ) {
    this.certificate = new X509Certificate(der);
    this.leaf = new NodeCertificate(der);
  }

  public get thumbprint(): string {
    return thumbprintOf(this.leaf.raw);
  }

  public get serialNumber(): string {
    return hex(this.leaf.serialNumber);
  }

  /** DNS names among the alternative names; the subject is no place for them (RFC 9525). */
  public get dnsNames(): readonly string[] {
    const names = this.certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
    return names.filter(({ type }) => type === "dns").map(({ value }) => value.toLowerCase());
  }

  /** Whether this certificate was signed with the issuer's key, by name and by signature. */
  public isIssuedBy(issuer: Uint8Array): boolean {
    const candidate = new NodeCertificate(issuer);
    return this.leaf.checkIssued(candidate) && this.leaf.verify(candidate.publicKey);
  }

  /** Thumbprints of the known certificates that issued this one. */
  public issuerThumbprints(): readonly string[] {
    return this.authorities.filter((der) => this.isIssuedBy(der)).map(thumbprintOf);
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
      return matchesHex(name, value, 40, refuse, (client) => [client.thumbprint]);
    case "issuer-thumbprint":
      return matchesHex(name, value, 40, refuse, (client) => client.issuerThumbprints());
    case "serial-number":
      return matchesHex(name, value, undefined, refuse, (client) => [client.serialNumber]);
    case "common-name":
      return ({ certificate }) => {
        const commonNames = certificate.subjectName.getField("CN");
        return commonNames.length === 1 && commonNames[0] === value;
      };
    case "dns-name":
      return ({ dnsNames }) => dnsNames.includes(value.toLowerCase());
    case "subject":
      return matchesName(name, value, refuse, ({ certificate }) =>
        DistinguishedName.of(certificate.subjectName),
      );
    case "issuer-subject":
      return matchesName(name, value, refuse, ({ certificate }) =>
        DistinguishedName.of(certificate.issuerName),
      );
    default:
      return issuedByCertificate(value, compilation, refuse);
  }
}

function matchesHex(
  attribute: string,
  value: string,
  length: number | undefined,
  refuse: (problem: string) => void,
  actual: (client: ClientCertificate) => readonly string[],
): IdentityTest {
  if (!/^[0-9A-Fa-f]+$/.test(value) || (length !== undefined && value.length !== length)) {
    const digits = length === undefined ? "hexadecimal digits" : `${length} hexadecimal digits`;
    refuse(`attribute '${attribute}' is '${value}'; it must be ${digits} without separators`);
  }
  const expected = hex(value);
  return (client) => actual(client).includes(expected);
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
  return (client) => client.isIssuedBy(issuer.der);
}

function thumbprintOf(der: Uint8Array): string {
  return createHash("sha1").update(der).digest("hex").toUpperCase();
}

/** Upper case, without the zeros in front that one tool prints and another leaves out. */
function hex(text: string): string {
  return text.toUpperCase().replace(/^(00)+(?=.)/, "");
}

import type { ContentInfo } from "@peculiar/asn1-cms";
import {
  AuthenticatedSafe,
  CertBag,
  id_certBag,
  id_x509Certificate,
  PFX,
  SafeContents,
} from "@peculiar/asn1-pfx";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import type * as Forge from "node-forge";
import { tryParseCertificate } from "./x509";

/** What plain containers hold, by their bytes: each simulation of a stack reads the same ones. */
const PLAIN = new Map<string, readonly Uint8Array[]>();
const MAX_PLAIN = 1_000;

/** What a container holds is not encrypted: `id-data` of RFC 5652, section 4. */
const ID_DATA = "1.2.840.113549.1.7.1";

/** What node-forge gives of a bag; `asn1` holds what it has no class for, such as certificates with an EC key. */
interface Bag {
  readonly type: string;
  readonly attributes: Readonly<Record<string, readonly string[] | undefined>>;
  readonly cert?: Forge.pki.Certificate | null;
  readonly asn1?: Forge.asn1.Asn1;
}

/**
 * Reads the certificates of a PKCS#12 container (RFC 7292), as Windows does: an empty password and none are the same,
 * and a container without a MAC opens with any.
 *
 * @returns DER of the certificates: those of the private keys, or all if there is no key
 * @throws Error when it is not a container, or the password does not open it
 */
export function readPkcs12(bytes: Uint8Array, password: string | undefined): readonly Uint8Array[] {
  const key = Buffer.from(bytes).toString("latin1");
  const known = PLAIN.get(key) ?? plainCertificates(bytes);
  if (known === undefined) {
    return openedCertificates(bytes, password);
  }
  if (PLAIN.size >= MAX_PLAIN) {
    PLAIN.clear();
  }
  PLAIN.set(key, known);
  return known;
}

/**
 * Reads certificates that are neither encrypted nor under a MAC: any password opens them.
 *
 * @returns `undefined` for a container that is encrypted, has a MAC or a key, or is not in DER: node-forge reads it
 */
function plainCertificates(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  try {
    const { version, authSafe } = AsnConvert.parse(bytes, PFX);
    // What is read of a container that has no MAC has an empty one.
    const plain = AsnConvert.serialize(new PFX({ version, authSafe, macData: undefined }));
    if (version !== 3 || !Buffer.from(plain).equals(bytes)) {
      return undefined;
    }
    const bags = AsnConvert.parse(dataOf(authSafe), AuthenticatedSafe).flatMap((content) => [
      ...AsnConvert.parse(dataOf(content), SafeContents),
    ]);
    return bags.map(({ bagId, bagValue }) => {
      const { certId, certValue } = AsnConvert.parse(bagValue, CertBag);
      const der = new Uint8Array(AsnConvert.parse(certValue, OctetString).buffer);
      if (bagId !== id_certBag || certId !== id_x509Certificate || tryParseCertificate(der) === undefined) {
        throw new Error("not an X.509 certificate");
      }
      return der;
    });
  } catch {
    return undefined;
  }
}

/** @throws Error if it is encrypted */
function dataOf({ contentType, content }: ContentInfo): ArrayBuffer {
  if (contentType !== ID_DATA) {
    throw new Error(`content of type ${contentType}`);
  }
  return AsnConvert.parse(content, OctetString).buffer;
}

function openedCertificates(bytes: Uint8Array, password: string | undefined): readonly Uint8Array[] {
  const { asn1 } = forge();
  const container = asn1.fromDer(Buffer.from(bytes).toString("binary"));
  const bags = bagsOf(container, password === undefined || password === "" ? ["", undefined] : [password]);
  const keyIds = bags.filter(({ type }) => isKey(type)).map(idOf);
  const certificates = bags.filter(({ type }) => type === forge().pki.oids["certBag"]);
  const withKey = certificates.filter((bag) => idOf(bag) !== undefined && keyIds.includes(idOf(bag)));
  return (withKey.length > 0 ? withKey : certificates).map(derOf);
}

function bagsOf(container: Forge.asn1.Asn1, passwords: readonly (string | undefined)[]): readonly Bag[] {
  const [password, ...others] = passwords;
  try {
    const { safeContents } = forge().pkcs12.pkcs12FromAsn1(container, false, password);
    return safeContents.flatMap(({ safeBags }) => safeBags as readonly Bag[]);
  } catch (error) {
    if (others.length === 0) {
      throw error;
    }
    return bagsOf(container, others);
  }
}

function isKey(type: string): boolean {
  const { pki } = forge();
  return type === pki.oids["keyBag"] || type === pki.oids["pkcs8ShroudedKeyBag"];
}

/** What ties a certificate to its key. */
function idOf({ attributes }: Bag): string | undefined {
  return attributes["localKeyId"]?.[0];
}

function derOf({ cert, asn1: unknown }: Bag): Uint8Array {
  const { asn1, pki } = forge();
  const parsed = cert ? pki.certificateToAsn1(cert) : unknown;
  if (parsed === undefined) {
    throw new Error("a certificate bag is empty");
  }
  return Buffer.from(asn1.toDer(parsed).getBytes(), "binary");
}

/** The library takes a tenth of a second to load, and most stacks have no container that needs it. */
function forge(): typeof Forge {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest runs no import() of a CommonJS package
  return require("node-forge") as typeof Forge;
}

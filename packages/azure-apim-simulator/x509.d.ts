/*
 * What signatures of this package show of @peculiar/x509. Its own declarations lead to packages of ES modules only, which
 * a CommonJS project cannot compile under `module: node16`. The build puts this file in the place of the one that leads
 * there, `simulator/certificates/x509.d.ts`; `test/package/shown-certificates.test.ts` holds it to the real ones.
 */

/** An extension (RFC 5280, section 4.2). */
export declare class Extension {
  protected constructor();
  /** Object identifier. */
  type: string;
  critical: boolean;
  /** DER. */
  value: ArrayBuffer;
  /** DER of all of it. */
  get rawData(): ArrayBuffer;
}

/** A distinguished name (RFC 4514). */
export declare class Name {
  protected constructor();
  /** Values of an attribute, by its short name or object identifier. */
  getField(idOrName: string): string[];
  toString(): string;
}

/** A certificate (RFC 5280, section 4). `node:crypto` reads it from `rawData`. */
export declare class X509Certificate {
  protected constructor();
  /** DER. */
  get rawData(): ArrayBuffer;
  /** Hexadecimal. */
  get serialNumber(): string;
  get subject(): string;
  get subjectName(): Name;
  get issuer(): string;
  get issuerName(): Name;
  get notBefore(): Date;
  get notAfter(): Date;
  get extensions(): Extension[];
  toString(format?: "pem"): string;
}

/** Alternative names of the subject (RFC 5280, section 4.2.1.6). */
export declare class SubjectAlternativeNameExtension extends Extension {
  protected constructor();
}

/** What a key may be used for (RFC 5280, section 4.2.1.3). */
export declare enum KeyUsageFlags {
  digitalSignature = 1,
  nonRepudiation = 2,
  keyEncipherment = 4,
  dataEncipherment = 8,
  keyAgreement = 16,
  keyCertSign = 32,
  cRLSign = 64,
  encipherOnly = 128,
  decipherOnly = 256,
}

/** Parses a certificate. @param der any view */
export declare function parseCertificate(der: Uint8Array): X509Certificate;

/** Parses what a peer sent, to the last extension. @returns none for bytes that are not a certificate */
export declare function tryParseCertificate(der: Uint8Array): X509Certificate | undefined;

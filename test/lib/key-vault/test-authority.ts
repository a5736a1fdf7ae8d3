import "reflect-metadata";
import { webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { sharedRsaKeyPair } from "../../support/shared-rsa-key-pairs";

export { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension };

/** Length of the keys that are shared: others are quickly made. */
const SHARED_BITS = 2048;

type KeyAlgorithm = (webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams) & { readonly hash: string };

export const EC_P256: KeyAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

export function rsa(modulusLength: number, hash = "SHA-256"): KeyAlgorithm {
  return { name: "RSASSA-PKCS1-v1_5", modulusLength, publicExponent: new Uint8Array([1, 0, 1]), hash };
}

export interface TestAuthorityOptions {
  readonly subject: string;
  /** @default - signs itself */
  readonly issuer?: TestAuthority;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly algorithm?: KeyAlgorithm;
  readonly extensions?: readonly Extension[];
  readonly pathLength?: number;
}

/** An authority made for one test, with every property of a good one unless told otherwise. */
export class TestAuthority {
  public static async create(options: TestAuthorityOptions): Promise<TestAuthority> {
    const algorithm = options.algorithm ?? EC_P256;
    const keys = await keysFor(algorithm);
    const certificate = await X509CertificateGenerator.create(
      {
        subject: options.subject,
        issuer: options.issuer?.certificate.subject ?? options.subject,
        publicKey: keys.publicKey,
        signingKey: options.issuer?.keys.privateKey ?? keys.privateKey,
        signingAlgorithm: { hash: algorithm.hash, name: algorithm.name },
        notBefore: new Date(options.notBefore ?? "2026-01-01"),
        notAfter: new Date(options.notAfter ?? "2036-01-01"),
        extensions: [
          ...(options.extensions ?? [
            new BasicConstraintsExtension(true, options.pathLength, true),
            new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
          ]),
        ],
      },
      webcrypto,
    );
    return new TestAuthority(certificate, keys);
  }

  private constructor(
    public readonly certificate: X509Certificate,
    private readonly keys: webcrypto.CryptoKeyPair,
  ) {}

  public get pem(): string {
    return this.certificate.toString("pem");
  }

  public get der(): Uint8Array {
    return new Uint8Array(this.certificate.rawData);
  }
}

function keysFor(algorithm: KeyAlgorithm): Promise<webcrypto.CryptoKeyPair> {
  return "modulusLength" in algorithm && algorithm.modulusLength === SHARED_BITS
    ? sharedKeys(algorithm)
    : webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function sharedKeys(algorithm: webcrypto.RsaHashedImportParams): Promise<webcrypto.CryptoKeyPair> {
  const { privateKey, publicKey } = sharedRsaKeyPair();
  const [pkcs8, spki] = [
    privateKey.export({ type: "pkcs8", format: "der" }),
    publicKey.export({ type: "spki", format: "der" }),
  ];
  return {
    privateKey: await webcrypto.subtle.importKey("pkcs8", pkcs8, algorithm, true, ["sign"]),
    publicKey: await webcrypto.subtle.importKey("spki", spki, algorithm, true, ["verify"]),
  };
}

export function pem(...chain: readonly TestAuthority[]): string {
  return chain.map((authority) => authority.pem).join("\n");
}

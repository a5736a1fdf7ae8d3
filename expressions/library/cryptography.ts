import { createHash, createHmac, randomBytes } from "node:crypto";
import type { TypeDeclaration } from "../types/type-declaration";
import { CsObject, type CsValue } from "../values/cs-value";
import { argumentOutOfRange } from "../values/exception";
import { notNull } from "./object";

const NAMESPACE = "System.Security.Cryptography";

/** A hash algorithm, keyed or not. */
class CsHash extends CsObject {
  private last: Uint8Array | null = null;

  public constructor(
    public readonly typeName: string,
    private readonly algorithm: string,
    public key?: Uint8Array,
  ) {
    super();
  }

  public compute(bytes: Uint8Array): Uint8Array {
    const hash = this.key === undefined ? createHash(this.algorithm) : createHmac(this.algorithm, this.key);
    this.last = Uint8Array.from(hash.update(bytes).digest());
    return this.last;
  }

  public get hash(): Uint8Array | null {
    return this.last;
  }
}

const ALGORITHMS = ["MD5", "SHA1", "SHA256", "SHA384", "SHA512"] as const;

function plain(name: (typeof ALGORITHMS)[number]): readonly TypeDeclaration[] {
  const make = (): CsHash => new CsHash(`${NAMESPACE}.${name}`, name.toLowerCase());
  const declarations: TypeDeclaration[] = [
    {
      namespace: NAMESPACE,
      header: `class ${name} : HashAlgorithm`,
      members: { [`static ${name} Create()`]: make },
    },
  ];
  if (name !== "MD5") {
    declarations.push({
      namespace: NAMESPACE,
      header: `class ${name}Managed : ${name}`,
      members: { [`${name}Managed()`]: () => new CsHash(`${NAMESPACE}.${name}Managed`, name.toLowerCase()) },
    });
  }
  return declarations;
}

function keyed(name: (typeof ALGORITHMS)[number]): TypeDeclaration {
  return {
    namespace: NAMESPACE,
    header: `class HMAC${name} : HMAC`,
    members: {
      [`HMAC${name}(byte[] key)`]: (key: Uint8Array | null) =>
        new CsHash(`${NAMESPACE}.HMAC${name}`, name.toLowerCase(), notNull(key, "key")),
      [`HMAC${name}()`]: () =>
        new CsHash(`${NAMESPACE}.HMAC${name}`, name.toLowerCase(), Uint8Array.from(randomBytes(64))),
    },
  };
}

class CsRandomBytes extends CsObject {
  public readonly typeName = `${NAMESPACE}.RNGCryptoServiceProvider`;
}

/** Hashes and message authentication codes. */
export const cryptographyTypes: readonly TypeDeclaration[] = [
  {
    namespace: NAMESPACE,
    header: "class HashAlgorithm",
    members: {
      "byte[] ComputeHash(byte[] buffer)": (self: CsHash, bytes: Uint8Array | null) =>
        self.compute(notNull(bytes, "buffer")),
      "byte[] ComputeHash(byte[] buffer, int offset, int count)": (
        self: CsHash,
        bytes: Uint8Array | null,
        offset: number,
        count: number,
      ): CsValue => {
        const all = notNull(bytes, "buffer");
        if (offset < 0 || count < 0 || offset + count > all.length) {
          throw argumentOutOfRange("offset");
        }
        return self.compute(all.subarray(offset, offset + count));
      },
      "byte[] Hash { get; }": (self: CsHash) => self.hash,
      "void Dispose()": () => undefined,
    },
  },
  {
    namespace: NAMESPACE,
    header: "class KeyedHashAlgorithm : HashAlgorithm",
    members: {
      "byte[] Key { get; set; }": {
        get: (self: CsHash) => self.key ?? null,
        set: (self: CsHash, key: Uint8Array | null): void => {
          self.key = notNull(key, "value");
        },
      },
    },
  },
  { namespace: NAMESPACE, header: "class HMAC : KeyedHashAlgorithm" },
  ...ALGORITHMS.flatMap(plain),
  ...ALGORITHMS.map(keyed),
  {
    namespace: NAMESPACE,
    header: "class RNGCryptoServiceProvider",
    members: {
      "RNGCryptoServiceProvider()": () => new CsRandomBytes(),
      "void GetBytes(byte[] data)": (_: CsRandomBytes, data: Uint8Array | null): void => {
        notNull(data, "data").set(randomBytes(data?.length ?? 0));
      },
    },
  },
];

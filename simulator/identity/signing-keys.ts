import { createHash, type KeyObject } from "node:crypto";
import { createLocalJWKSet, exportJWK, type JSONWebKeySet } from "jose";
import { RSA_KEY_PAIRS } from "./rsa-key-pair";

/** An RSA key as key sets publish it (RFC 7517, section 4; RFC 7518, section 6.3.1). */
export interface PublishedKey {
  readonly kid: string;
  readonly kty?: string;
  readonly use: string;
  readonly alg: string;
  /** Modulus. */
  readonly n?: string;
  /** Exponent. */
  readonly e?: string;
}

/** A key pair that signs tokens. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** What a key set (RFC 7517) says about it. */
  readonly jwk: PublishedKey;
}

/** What an issuer publishes of its keys (RFC 7517, section 5). */
export interface KeySet {
  readonly keys: readonly PublishedKey[];
}

/** Keys of this process by issuer and generation: making one takes tenths of a second. */
const made = new Map<string, Promise<SigningKey>>();

/**
 * The RSA keys of an issuer: one that signs, those that are published, and one that never is. They are made when
 * first needed, anew in each process; simulations in one process share those of an issuer's name.
 */
export class SigningKeys {
  private generation = 0;
  private readonly earlier: SigningKey[] = [];
  private lookup: Promise<ReturnType<typeof createLocalJWKSet>> | undefined;

  /** @param issuer tells this issuer's keys from those of others */
  public constructor(private readonly issuer: string) {}

  /** The key that signs. */
  public current(): Promise<SigningKey> {
    return this.key(String(this.generation));
  }

  /** A key that this issuer has never published. */
  public unpublished(): Promise<SigningKey> {
    return this.key("unpublished");
  }

  /** Lets a new key sign. The old one stays published until it is retired. */
  public async rotate(): Promise<SigningKey> {
    this.earlier.push(await this.current());
    this.generation += 1;
    this.lookup = undefined;
    return this.current();
  }

  /** Takes the keys that no longer sign out of the published set. */
  public retireEarlier(): void {
    this.earlier.length = 0;
    this.lookup = undefined;
  }

  /** The published key set. */
  public async published(): Promise<KeySet> {
    return { keys: [await this.current(), ...this.earlier].map(({ jwk }) => jwk) };
  }

  /** Finds published keys for `jwtVerify`. @internal */
  public resolver(): Promise<ReturnType<typeof createLocalJWKSet>> {
    if (this.lookup === undefined) {
      const lookup = this.published().then((keys) => createLocalJWKSet(keys as JSONWebKeySet));
      this.lookup = lookup;
      // Whoever asks next tries again.
      lookup.catch(() => (this.lookup = this.lookup === lookup ? undefined : this.lookup));
    }
    return this.lookup;
  }

  private key(generation: string): Promise<SigningKey> {
    const name = `${this.issuer}\n${generation}`;
    let key = made.get(name);
    if (key === undefined) {
      key = createKey();
      made.set(name, key);
      key.catch(() => made.delete(name));
    }
    return key;
  }
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await RSA_KEY_PAIRS.generate();
  const jwk = await exportJWK(publicKey);
  const kid = createHash("sha256")
    .update(jwk.n ?? "")
    .digest("base64url")
    .slice(0, 27);
  return { kid, privateKey, publicKey, jwk: { ...jwk, kid, use: "sig", alg: "RS256" } };
}

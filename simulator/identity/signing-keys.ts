import { createHash, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { createLocalJWKSet, exportJWK, type JSONWebKeySet, type JWK } from "jose";

const generate = promisify(generateKeyPair);

/** A key pair that signs tokens. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** What a key set (RFC 7517) says about it. */
  readonly jwk: JWK;
}

/** The RSA keys of an issuer: one that signs, those that are published, and one that never is. */
export class SigningKeys {
  private active: Promise<SigningKey> | undefined;
  private stranger: Promise<SigningKey> | undefined;
  private readonly earlier: SigningKey[] = [];
  private lookup: Promise<ReturnType<typeof createLocalJWKSet>> | undefined;

  /** The key that signs; made when first needed, because making one takes tens of milliseconds. */
  public current(): Promise<SigningKey> {
    this.active ??= createKey();
    return this.active;
  }

  /** A key that this issuer has never published. */
  public unpublished(): Promise<SigningKey> {
    this.stranger ??= createKey();
    return this.stranger;
  }

  /** Lets a new key sign. The old one stays published until it is retired. */
  public async rotate(): Promise<SigningKey> {
    this.earlier.push(await this.current());
    this.active = createKey();
    this.lookup = undefined;
    return this.active;
  }

  /** Takes the keys that no longer sign out of the published set. */
  public retireEarlier(): void {
    this.earlier.length = 0;
    this.lookup = undefined;
  }

  /** The published key set. */
  public async published(): Promise<JSONWebKeySet> {
    return { keys: [await this.current(), ...this.earlier].map(({ jwk }) => jwk) };
  }

  /** Finds published keys for `jwtVerify`. */
  public resolver(): Promise<ReturnType<typeof createLocalJWKSet>> {
    this.lookup ??= this.published().then(createLocalJWKSet);
    return this.lookup;
  }
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generate("rsa", { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = createHash("sha256")
    .update(jwk.n ?? "")
    .digest("base64url")
    .slice(0, 27);
  return { kid, privateKey, publicKey, jwk: { ...jwk, kid, use: "sig", alg: "RS256" } };
}

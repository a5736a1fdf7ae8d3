import { constants, KeyObject, verify, type VerifyKeyObjectInput } from "node:crypto";
import type { CryptoKey, ProtectedHeaderParameters } from "jose";

/** How a signature is verified (RFC 7518, section 3.1). */
interface SignatureAlgorithm {
  readonly hash: string;
  readonly options: Omit<VerifyKeyObjectInput, "key">;
  fits(key: KeyObject): boolean;
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const ALGORITHMS: ReadonlyMap<string | undefined, SignatureAlgorithm> = new Map([
  ["RS256", { hash: "sha256", options: {}, fits: isRsa }],
  ["RS512", { hash: "sha512", options: {}, fits: isRsa }],
  ["PS256", { hash: "sha256", options: PSS, fits: isRsa }],
  ["ES256", { hash: "sha256", options: { dsaEncoding: "ieee-p1363" }, fits: isP256 }],
]);
const MIN_RSA_BITS = 2048;

/** Three parts in base64url, the last of them as long as some bytes are. */
const COMPACT = /^[\w-]+\.[\w-]*\.(?:[\w-]{4})*(?:[\w-]{2,3})?$/;

/**
 * Verifies the signature of a token at once. The library for tokens can only do it in a thread of its own, and for a
 * public key the way there and back takes several times as long as the work.
 * @returns none for what is not a plain case: that is the library's to judge
 */
export function verifiesAtOnce(
  token: string,
  { alg, crit }: ProtectedHeaderParameters,
  key: CryptoKey | KeyObject | Uint8Array,
): boolean | undefined {
  const algorithm = ALGORITHMS.get(alg);
  if (algorithm === undefined || crit !== undefined || key instanceof Uint8Array || !COMPACT.test(token)) {
    return undefined;
  }
  const publicKey = keyObjectOf(key);
  if (publicKey.type !== "public" || !algorithm.fits(publicKey)) {
    return undefined;
  }
  const known = verifiedTokens.get(publicKey) ?? new Set();
  if (known.has(token)) {
    return true;
  }
  const end = token.lastIndexOf(".");
  const signed = Buffer.from(token.slice(0, end), "latin1");
  const signature = Buffer.from(token.slice(end + 1), "base64url");
  const isGood = verify(algorithm.hash, signed, { key: publicKey, ...algorithm.options }, signature);
  if (isGood) {
    remember(token, known);
    verifiedTokens.set(publicKey, known);
  }
  return isGood;
}

/**
 * Tokens whose signature a key has verified, and nothing else of them: callers send the same token for an hour, and one
 * text and one key have one answer. They go with their key, and the oldest ones before.
 */
const verifiedTokens = new WeakMap<KeyObject, Set<string>>();
const MAX_VERIFIED_TOKENS = 1_000;
/** Longer tokens are verified each time. */
const MAX_REMEMBERED_LENGTH = 8_192;

function remember(token: string, known: Set<string>): void {
  if (token.length > MAX_REMEMBERED_LENGTH) {
    return;
  }
  const [oldest] = known;
  if (known.size >= MAX_VERIFIED_TOKENS && oldest !== undefined) {
    known.delete(oldest);
  }
  known.add(token);
}

const keyObjects = new WeakMap<CryptoKey, KeyObject>();

function keyObjectOf(key: CryptoKey | KeyObject): KeyObject {
  if (key instanceof KeyObject) {
    return key;
  }
  let keyObject = keyObjects.get(key);
  if (keyObject === undefined) {
    keyObject = KeyObject.from(key);
    keyObjects.set(key, keyObject);
  }
  return keyObject;
}

function isRsa({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
}

function isP256({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1";
}

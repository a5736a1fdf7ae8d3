import type { KeyObject } from "node:crypto";
import type { CryptoKey, JWTClaimVerificationOptions, JWTPayload } from "jose";
import type { Jwt } from "../../../expressions";

/** Of one key. */
const MAX_TOKENS = 1_000;
/** Longer tokens are verified each time. */
const MAX_LENGTH = 8_192;

/** A secret can be written over, a key object cannot. */
type LastingKey = CryptoKey | KeyObject;

/** What a token says whose signature was verified, and by which rules its claims were found good last. */
export interface VerifiedToken {
  readonly jwt: Jwt;
  readonly payload: JWTPayload;
  rules: JWTClaimVerificationOptions;
}

/**
 * Tokens whose signature a key has verified: callers send the same token for an hour, and one text and one key have one
 * answer. They go with their key, and the oldest ones before.
 */
export class VerifiedTokens {
  private readonly tokens = new WeakMap<LastingKey, Map<string, VerifiedToken>>();

  public get(token: string, key: LastingKey | Uint8Array): VerifiedToken | undefined {
    return key instanceof Uint8Array ? undefined : this.tokens.get(key)?.get(token);
  }

  public add(token: string, key: LastingKey | Uint8Array, verified: VerifiedToken): void {
    if (key instanceof Uint8Array || token.length > MAX_LENGTH) {
      return;
    }
    const known = this.tokens.get(key) ?? new Map<string, VerifiedToken>();
    const [oldest] = known.keys();
    if (known.size >= MAX_TOKENS && oldest !== undefined) {
      known.delete(oldest);
    }
    this.tokens.set(key, known.set(token, verified));
  }
}

/** Whether rules find the claims good that other ones did: they are the same, and it is neither too early nor too late. */
export function isStillGood(
  { payload, rules: before }: VerifiedToken,
  rules: JWTClaimVerificationOptions,
): boolean {
  const { currentDate = new Date(), clockTolerance } = rules;
  if (
    typeof clockTolerance !== "number" ||
    clockTolerance !== before.clockTolerance ||
    !isSameList(rules.issuer, before.issuer) ||
    !isSameList(rules.audience, before.audience) ||
    !isSameList(rules.requiredClaims, before.requiredClaims)
  ) {
    return false;
  }
  const seconds = Math.floor(currentDate.getTime() / 1000);
  const { nbf = -Infinity, exp = Infinity } = payload;
  return nbf <= seconds + clockTolerance && exp > seconds - clockTolerance;
}

type Texts = string | readonly string[] | undefined;

function isSameList(one: Texts, other: Texts): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) {
    return one === other;
  }
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

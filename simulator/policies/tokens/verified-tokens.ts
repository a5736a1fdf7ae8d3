import type { KeyObject } from "node:crypto";
import type { CryptoKey } from "jose";

/** Of one key. */
const MAX_TOKENS = 1_000;
/** Longer tokens are verified each time. */
const MAX_LENGTH = 8_192;

/** A secret can be written over, a key object cannot. */
type LastingKey = CryptoKey | KeyObject;

/**
 * Tokens whose signature a key has verified, and nothing else of them: callers send the same token for an hour, and one
 * text and one key have one answer. They go with their key, and the oldest ones before.
 */
export class VerifiedTokens {
  private readonly tokens = new WeakMap<LastingKey, Set<string>>();

  public has(token: string, key: LastingKey | Uint8Array): boolean {
    return !(key instanceof Uint8Array) && this.tokens.get(key)?.has(token) === true;
  }

  public add(token: string, key: LastingKey | Uint8Array): void {
    if (key instanceof Uint8Array || token.length > MAX_LENGTH) {
      return;
    }
    const known = this.tokens.get(key) ?? new Set();
    const [oldest] = known;
    if (known.size >= MAX_TOKENS && oldest !== undefined) {
      known.delete(oldest);
    }
    this.tokens.set(key, known.add(token));
  }
}

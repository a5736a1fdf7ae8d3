/** Characters that are looked at together. */
const WINDOW = 16;
const FACTOR = 0x01000193;
const FACTOR_OF_FIRST = power(WINDOW - 1);
const SIEVE_BITS = 16;

/**
 * Finds which of thousands of texts a long one has, in one pass over it: asked for each of them, tens of millions of
 * characters take minutes.
 */
export class TextSearch {
  /** By a hash of how they begin. */
  private readonly beginnings = new Map<number, Set<string>>();
  /** Says of most hashes at once that none begins so. */
  private readonly sieve = new Uint8Array(1 << SIEVE_BITS);

  /** @throws Error if one has fewer than 16 characters */
  public constructor(texts: Iterable<string>) {
    for (const text of texts) {
      if (text.length < WINDOW) {
        throw new Error(`a text of ${text.length} characters is shorter than ${WINDOW}`);
      }
      const hash = hashOf(text);
      this.sieve[hash >>> (32 - SIEVE_BITS)] = 1;
      this.beginnings.set(hash, (this.beginnings.get(hash) ?? new Set()).add(text));
    }
  }

  /** Those of the texts that are in a longer one. */
  public foundIn(long: string): ReadonlySet<string> {
    const found = new Set<string>();
    let hash = hashOf(long);
    for (let at = 0; at + WINDOW <= long.length; at++) {
      if (this.sieve[hash >>> (32 - SIEVE_BITS)] === 1) {
        for (const text of this.beginnings.get(hash) ?? []) {
          if (long.startsWith(text, at)) {
            found.add(text);
          }
        }
      }
      const rest = hash - Math.imul(long.charCodeAt(at), FACTOR_OF_FIRST);
      hash = (Math.imul(rest, FACTOR) + long.charCodeAt(at + WINDOW)) >>> 0;
    }
    return found;
  }
}

/** Of the first characters. */
function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < WINDOW; at++) {
    hash = (Math.imul(hash, FACTOR) + text.charCodeAt(at)) >>> 0;
  }
  return hash;
}

function power(exponent: number): number {
  return exponent === 0 ? 1 : Math.imul(power(exponent - 1), FACTOR);
}

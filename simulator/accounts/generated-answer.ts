import { createHash } from "node:crypto";
import type { Encoding } from "../encodings";

/** What a model says, token by token. */
export interface GeneratedAnswer {
  readonly text: string;
  /** The text in the pieces in which a model makes it. */
  readonly pieces: readonly string[];
  readonly tokens: number;
  /** Whether the answer was cut at the largest number of tokens. */
  readonly cut: boolean;
}

/** Characters of the prompt that an answer repeats. */
const MAX_ECHO_LENGTH = 200;

/**
 * The answer to a prompt: always the same for the same prompt, and different for another, so that tests can tell
 * a cached answer from a new one and one caller's from another's.
 * @param maxTokens where the answer is cut
 */
export function generateAnswer(
  prompt: string,
  lastText: string,
  encoding: Encoding,
  maxTokens: number,
): GeneratedAnswer {
  const mark = createHash("sha256").update(prompt).digest("hex").slice(0, 8);
  const all = encoding.encode(`Simulated answer ${mark} to: ${lastText.slice(0, MAX_ECHO_LENGTH)}`);
  const kept = all.slice(0, maxTokens);
  const pieces: string[] = [];
  let pending: number[] = [];
  for (const [index, token] of kept.entries()) {
    pending.push(token);
    const text = encoding.decode(pending);
    // A token may end inside a character; its piece waits for the rest.
    if (!text.endsWith("\ufffd") || index === kept.length - 1) {
      pieces.push(text);
      pending = [];
    }
  }
  return { text: pieces.join(""), pieces, tokens: kept.length, cut: kept.length < all.length };
}

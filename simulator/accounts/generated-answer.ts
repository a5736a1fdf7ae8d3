import { createHash } from "node:crypto";
import type { Encoding } from "../encodings";
import { valueOfSchema } from "./schema-value";

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
 * a cached answer from a new one and one caller's from another's. Where the answer must be JSON, it is JSON.
 * @param maxTokens where the answer is cut
 * @param format `response_format` of chat completions, `text.format` of responses. @default - text
 */
export function generateAnswer(
  prompt: string,
  lastText: string,
  encoding: Encoding,
  maxTokens: number,
  format?: unknown,
): GeneratedAnswer {
  const mark = createHash("sha256").update(prompt).digest("hex").slice(0, 8);
  const text = `Simulated answer ${mark} to: ${lastText.slice(0, MAX_ECHO_LENGTH)}`;
  return spoken(jsonOf(format, text) ?? text, encoding, maxTokens);
}

/** The JSON that a format demands; nothing for text. */
function jsonOf(format: unknown, answer: string): string | undefined {
  const { type, schema, json_schema: nested } = (format ?? {}) as Readonly<Record<string, unknown>>;
  if (type === "json_object") {
    return JSON.stringify({ answer });
  }
  const inside = (nested as { readonly schema?: unknown } | undefined)?.schema;
  return type === "json_schema" ? JSON.stringify(valueOfSchema(schema ?? inside)) : undefined;
}

/** A text in the pieces in which a model makes it. @param maxTokens where it is cut */
export function spoken(whole: string, encoding: Encoding, maxTokens: number): GeneratedAnswer {
  const all = encoding.encode(whole);
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

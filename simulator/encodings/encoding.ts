import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as library from "gpt-tokenizer/encoding/o200k_base";

/** Encodings of OpenAI's models. */
export type EncodingName = "cl100k_base" | "o200k_base";

/** Turns text into the tokens of a model, and back. */
export interface Encoding {
  encode(text: string): number[];
  decode(tokens: Iterable<number>): string;
  /** @param options spellings of special tokens that are refused: all, unless it says otherwise */
  countTokens(text: string, options?: { readonly disallowedSpecial?: Set<string> }): number;
}

/** The published package has copies of these encodings; the library has all that there are, in three forms. */
const COPIES = join(__dirname, "../../third-party/gpt-tokenizer/encoding");
const FOLDER = existsSync(COPIES) ? COPIES : "gpt-tokenizer/encoding";

/**
 * Within a word, a blank or a line of signs that is longer than any text has: tokens of a word are merged pair by pair,
 * which takes quadratic time, so that one letter a million times would hold everything up for minutes.
 */
const LONG_RUN = /\p{L}{512}(?=\p{L})|\s{512}(?=\s)|[^\s\p{L}\p{N}]{512}(?=[^\s\p{L}\p{N}])/gu;

/** No run in it is long. */
const SHORT = 512;

/** Loads an encoding, which is megabytes: not before there is text to count. Runs above 512 characters are cut there. */
export function loadEncoding(name: EncodingName): Encoding {
  const encoding = loaded.get(name) ?? load(name);
  loaded.set(name, encoding);
  return encoding;
}

const loaded = new Map<EncodingName, Encoding>();

function load(name: EncodingName): Encoding {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest runs no import() of a CommonJS package
  const { encode, decode, countTokens } = require(`${FOLDER}/${name}`) as typeof library;
  return {
    encode: (text) => pieces(text).flatMap((piece) => encode(piece)),
    decode: (tokens) => decode(tokens),
    countTokens: (text, options) => pieces(text).reduce((sum, piece) => sum + countTokens(piece, options), 0),
  };
}

function pieces(text: string): readonly string[] {
  if (text.length <= SHORT) {
    return [text];
  }
  const ends = [...text.matchAll(LONG_RUN)].map(({ index, 0: run }) => index + run.length);
  return [...ends, text.length].map((end, number) => text.slice(ends[number - 1] ?? 0, end));
}

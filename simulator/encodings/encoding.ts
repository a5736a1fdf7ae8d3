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

/** Loads an encoding, which is megabytes: not before there is text to count. */
export function loadEncoding(name: EncodingName): Encoding {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest runs no import() of a CommonJS package
  return require(`${FOLDER}/${name}`) as typeof library;
}

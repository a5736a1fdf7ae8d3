import type * as cl100kBase from "gpt-tokenizer/encoding/cl100k_base";
import type * as o200kBase from "gpt-tokenizer/encoding/o200k_base";

/** The part of an encoding that the accounts use. */
export interface Encoding {
  encode(text: string): number[];
  decode(tokens: Iterable<number>): string;
}

/** Models whose tokens are `o200k_base`; all others here use `cl100k_base`. */
const o200k = /^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|chatgpt-4o|o\d)/;

/**
 * The tokenizer of a model. Its table is megabytes, so each encoding loads when a model first needs it.
 * @param modelName as in the deployment, such as `gpt-4o`
 */
export function encodingOf(modelName: string): Encoding {
  /* eslint-disable @typescript-eslint/no-require-imports -- Jest runs no import() of a CommonJS package */
  return o200k.test(modelName)
    ? (require("gpt-tokenizer/encoding/o200k_base") as typeof o200kBase)
    : (require("gpt-tokenizer/encoding/cl100k_base") as typeof cl100kBase);
  /* eslint-enable @typescript-eslint/no-require-imports */
}

/** Counts the tokens of chat messages as the service does: three for each message and for the answer's start. */
export function countMessageTokens(
  encoding: Encoding,
  messages: readonly { readonly text: string; readonly role: string }[],
): number {
  return messages.reduce(
    (sum, { text, role }) => sum + 3 + encoding.encode(role).length + encoding.encode(text).length,
    3,
  );
}

import type * as o200k from "gpt-tokenizer/encoding/o200k_base";

/** Longest run without a change between text and white space that is tokenized in one piece. */
const longestRun = 256;
const longRuns = new RegExp(`(\\S{${longestRun}}|\\s{${longestRun}})`);

/** Counts the tokens of a text. */
export type TokenCounter = (text: string) => number;

let counting: TokenCounter | undefined;

/**
 * Loads the o200k encoding, that of the current OpenAI chat models: the gateway does not know which model a
 * deployment holds.
 * The tokenizer's time grows with the square of a word's length, so very long runs are counted in pieces: hostile
 * input costs no more than ordinary text.
 */
export function tokenCounter(): TokenCounter {
  counting ??= load();
  return counting;
}

function load(): TokenCounter {
  // Loaded when first needed: its vocabulary is large.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest runs no import() of a CommonJS package
  const { countTokens } = require("gpt-tokenizer/encoding/o200k_base") as typeof o200k;
  // Text that spells a special token is text.
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => text.split(longRuns).reduce((sum, piece) => sum + countTokens(piece, options), 0);
}

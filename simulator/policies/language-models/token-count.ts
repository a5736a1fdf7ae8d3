import { loadEncoding } from "../../encodings";

/** Longest run without a change between text and white space that is tokenized in one piece. */
const MAX_RUN_LENGTH = 256;
const LONG_RUNS = new RegExp(`(\\S{${MAX_RUN_LENGTH}}|\\s{${MAX_RUN_LENGTH}})`);

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
  const encoding = loadEncoding("o200k_base");
  // Text that spells a special token is text.
  const options = { disallowedSpecial: new Set<string>() };
  return (text) =>
    text.split(LONG_RUNS).reduce((sum, piece) => sum + encoding.countTokens(piece, options), 0);
}

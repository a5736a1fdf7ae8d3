import { type Encoding, loadEncoding } from "../encodings";

/** Models whose tokens are `o200k_base`; all others here use `cl100k_base`. */
const O200K = /^(gpt-4o|gpt-4\.1|gpt-4\.5|gpt-5|chatgpt-4o|o\d)/;

/**
 * The tokenizer of a model.
 * @param modelName as in the deployment, such as `gpt-4o`
 */
export function encodingOf(modelName: string): Encoding {
  return loadEncoding(O200K.test(modelName) ? "o200k_base" : "cl100k_base");
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

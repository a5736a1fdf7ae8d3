import { createHash } from "node:crypto";
import type { Encoding } from "../encodings";
import { invalidRequest } from "./account-error";
import {
  DATA_ACTIONS,
  type InferenceContext,
  type InferenceOperation,
  isEmbeddingModel,
  type PreparedInference,
  servedModel,
} from "./inference-operation";

/** Embeddings: `POST .../embeddings`. */
export const embeddings: InferenceOperation = {
  operationId: "Embeddings_Create",
  name: "embeddings",
  path: "embeddings",
  dataAction: DATA_ACTIONS.embeddings,
  supports: isEmbeddingModel,
  prepare,
};

function prepare({ body, encoding, deployment }: InferenceContext): PreparedInference {
  const texts = readInput(body.get("input"), encoding);
  const size = body.count("dimensions") ?? (deployment.modelName.includes("large") ? 3072 : 1536);
  const format = body.text("encoding_format") ?? "float";
  if (format !== "float" && format !== "base64") {
    throw invalidRequest(
      `Invalid value for 'encoding_format': '${format}'.`,
      "encoding_format",
      "invalid_value",
    );
  }
  const promptTokens = texts.reduce((sum, text) => sum + encoding.encode(text).length, 0);
  return {
    promptTokens,
    estimate: promptTokens,
    stream: false,
    answer: () => ({
      completionTokens: 0,
      events: [],
      json: {
        object: "list",
        data: texts.map((text, index) => {
          const vector = embed(text, size);
          return {
            object: "embedding",
            index,
            embedding: format === "float" ? [...vector] : Buffer.from(vector.buffer).toString("base64"),
          };
        }),
        model: servedModel(deployment),
        usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
      },
    }),
  };
}

/** A text, a list of texts, a list of tokens, or a list of such lists. */
function readInput(input: unknown, encoding: Encoding): readonly string[] {
  const isTokens = (value: unknown): value is number[] =>
    Array.isArray(value) && value.length > 0 && value.every((token) => Number.isInteger(token));
  const items: readonly unknown[] = Array.isArray(input) && !isTokens(input) ? input : [input];
  const texts = items.map((item) => (isTokens(item) ? encoding.decode(item) : item));
  if (texts.length === 0 || !texts.every((text) => typeof text === "string" && text !== "")) {
    throw invalidRequest("'input' must be a text, a list of texts, or tokens, and not empty.", "input");
  }
  return texts as readonly string[];
}

/**
 * A unit vector from the words of a text: texts with common words point in similar directions, so that a
 * similarity threshold has something to measure.
 */
function embed(text: string, size: number): Float32Array {
  const vector = new Float32Array(size);
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  for (const [word, count] of counts) {
    const digest = createHash("sha256").update(word).digest();
    for (let offset = 0; offset < 32; offset += 4) {
      const value = digest.readUInt32BE(offset);
      const index = value % size;
      vector[index] = (vector[index] ?? 0) + ((value & 0x8000_0000) === 0 ? count : -count);
    }
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

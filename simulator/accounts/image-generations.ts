import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import { invalidRequest } from "./account-error";
import {
  DATA_ACTIONS,
  type InferenceContext,
  type InferenceOperation,
  isImageModel,
  type PreparedInference,
} from "./inference-operation";

/** Generated images: `POST .../images/generations`. */
export const imageGenerations: InferenceOperation = {
  operationId: "ImageGenerations_Create",
  name: "imageGenerations",
  path: "images/generations",
  dataAction: DATA_ACTIONS.images,
  supports: isImageModel,
  prepare,
};

/**
 * Changed images: `POST .../images/edits`. That the right to generate them is enough is not documented; the role that
 * Azure names for both has no other.
 *
 * Source: https://learn.microsoft.com/azure/foundry/openai/how-to/dall-e
 */
export const imageEdits: InferenceOperation = {
  ...imageGenerations,
  operationId: "ImageEdits_Create",
  name: "imageEdits",
  path: "images/edits",
  datedSince: "2025-04-01-preview",
  takesForm: true,
  prepare: (context) => {
    if (context.form?.files.image === undefined) {
      throw invalidRequest("'image' is a required property", "image");
    }
    return prepare(context);
  },
};

/** Tokens that one image costs: of the order of a small one of `gpt-image-1`. */
const TOKENS_PER_IMAGE = 272;

function prepare({ body, encoding, created }: InferenceContext): PreparedInference {
  const prompt = body.text("prompt");
  if (prompt === undefined || prompt === "") {
    throw invalidRequest("'prompt' is a required property", "prompt");
  }
  const count = body.count("n") ?? 1;
  const promptTokens = encoding.encode(prompt).length;
  const completionTokens = count * TOKENS_PER_IMAGE;
  return {
    promptTokens,
    estimate: promptTokens + completionTokens,
    stream: false,
    answer: () => ({
      completionTokens,
      events: [],
      json: {
        created,
        data: Array.from({ length: count }, (_item, index) => ({
          b64_json: png(`${prompt}\n${index}`).toString("base64"),
        })),
        usage: {
          input_tokens: promptTokens,
          input_tokens_details: { text_tokens: promptTokens, image_tokens: 0 },
          output_tokens: completionTokens,
          total_tokens: promptTokens + completionTokens,
        },
      },
    }),
  };
}

/** A picture of one pixel whose colour is the prompt's own (PNG, ISO/IEC 15948). */
function png(seed: string): Buffer {
  const [red = 0, green = 0, blue = 0] = createHash("sha256").update(seed).digest();
  const header = Buffer.alloc(13);
  header.writeUInt32BE(1, 0);
  header.writeUInt32BE(1, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from([0, red, green, blue]))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.byteLength);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

import { isJsonObject, type JsonObject, parseJsonObject } from "../messages/json-object";
import type { MutableRequest } from "../policy-execution";
import type { TokenCounter } from "./token-count";

/** What an image costs at most, streaming or estimating. */
const IMAGE_TOKENS = 1200;
/** What the chat format adds to a message, and to a conversation. */
const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_REPLY = 3;

const IMAGE_TYPES = new Set(["image_url", "input_image"]);

/** A message of a conversation, reduced to what policies look at. */
export interface ConversationMessage {
  readonly role: string;
  /** Text parts, joined by line breaks. */
  readonly text: string;
  readonly images: number;
}

/**
 * A request to a language model: chat completions, completions, embeddings or responses, told apart by its
 * members.
 * Source: https://learn.microsoft.com/azure/ai-services/openai/reference
 */
export class LanguageModelRequest {
  private constructor(private readonly body: JsonObject) {}

  /** @returns none when the request has no JSON object for a body; at once when the body is in memory */
  public static read(
    request: Pick<MutableRequest, "hasBody" | "readBody">,
  ): Promise<LanguageModelRequest | undefined> | LanguageModelRequest | undefined {
    const body = request.hasBody ? request.readBody() : undefined;
    return body instanceof Promise
      ? body.then((bytes) => LanguageModelRequest.of(bytes))
      : body && LanguageModelRequest.of(body);
  }

  /** @returns none when the bytes are not a JSON object */
  public static of(bytes: Uint8Array): LanguageModelRequest | undefined {
    const body = parseJsonObject(bytes);
    return body === undefined ? undefined : new LanguageModelRequest(body);
  }

  public get streams(): boolean {
    return this.body["stream"] === true;
  }

  /** Messages of a chat completion or a response; empty for other requests. */
  public get messages(): readonly ConversationMessage[] {
    const { messages, input, instructions } = this.body;
    if (Array.isArray(messages)) {
      return messages.filter(isJsonObject).map(readMessage);
    }
    const system =
      typeof instructions === "string" ? [{ role: "system", text: instructions, images: 0 }] : [];
    if (Array.isArray(input) && input.some(isJsonObject)) {
      return [...system, ...input.filter(isJsonObject).map(readMessage)];
    }
    return system;
  }

  /** Texts of a prompt, in order. */
  public get texts(): readonly string[] {
    const { prompt, input, tools } = this.body;
    return [
      ...this.messages.map(({ text }) => text),
      ...plainTexts(prompt),
      ...plainTexts(input),
      ...(Array.isArray(tools) ? [JSON.stringify(tools)] : []),
    ];
  }

  /** An estimate of the prompt's tokens, from the text alone. */
  public estimatePromptTokens(count: TokenCounter): number {
    const { messages } = this;
    const tokens = this.texts.reduce((sum, text) => sum + count(text), 0);
    const images = messages.reduce((sum, message) => sum + message.images, 0);
    const format = messages.length === 0 ? 0 : messages.length * TOKENS_PER_MESSAGE + TOKENS_PER_REPLY;
    return tokens + format + images * IMAGE_TOKENS + this.tokenIds();
  }

  /** Embeddings and completions also take tokens instead of text. */
  private tokenIds(): number {
    let count = 0;
    for (const value of [this.body["prompt"], this.body["input"]]) {
      if (Array.isArray(value)) {
        count += (value as readonly unknown[]).flat().filter((item) => typeof item === "number").length;
      }
    }
    return count;
  }
}

function readMessage(message: JsonObject): ConversationMessage {
  const { content } = message;
  const parts = Array.isArray(content) ? content.filter(isJsonObject) : [];
  const texts = parts.map(({ text }) => text).filter((text) => typeof text === "string");
  return {
    role: typeof message["role"] === "string" ? message["role"] : "",
    text: typeof content === "string" ? content : texts.join("\n"),
    images: parts.filter(({ type }) => typeof type === "string" && IMAGE_TYPES.has(type)).length,
  };
}

function plainTexts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
}

import { isJsonObject, type JsonObject, parseJsonObject } from "../messages/json-object";
import type { MutableHeaders } from "../policy-execution";
import type { TokenCounter } from "./token-count";

/** Tokens a call has used. */
export interface LanguageModelUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
}

/** Media type of a message, lower case, without parameters. */
export function mediaType(headers: Pick<MutableHeaders, "get">): string {
  return (headers.get("Content-Type")?.[0] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** Whether a message is a stream of server-sent events. */
export function isEventStream(headers: Pick<MutableHeaders, "get">): boolean {
  return mediaType(headers) === "text/event-stream";
}

/** Whether a message is JSON. */
export function isJson(headers: Pick<MutableHeaders, "get">): boolean {
  return /^application\/(.+\+)?json$/.test(mediaType(headers));
}

/** The `usage` of a complete answer; none if it has none. */
export function usageOf(body: Uint8Array): LanguageModelUsage | undefined {
  return readUsage(parseJsonObject(body));
}

/**
 * Usage of a stream, which may have ended early: its usage event if it came, else an estimate from the text.
 * @param estimatedPromptTokens stands in for what the stream does not say
 */
export function streamUsageOf(
  body: Uint8Array,
  estimatedPromptTokens: number,
  countTokens: TokenCounter,
): LanguageModelUsage {
  const events = readEvents(Buffer.from(body).toString("utf8"));
  // A response's last event carries the whole response.
  const reported = events
    .map((event) => readUsage(event) ?? readUsage(asObject(event["response"])))
    .findLast((usage) => usage !== undefined);
  if (reported !== undefined) {
    return reported;
  }
  const completionTokens = countTokens(events.map(deltaText).join(""));
  return {
    promptTokens: estimatedPromptTokens,
    completionTokens,
    totalTokens: estimatedPromptTokens + completionTokens,
  };
}

/** The text that the model wrote, of a complete answer or a stream. */
export function completionTextOf(headers: Pick<MutableHeaders, "get">, body: Uint8Array): string {
  if (isEventStream(headers)) {
    return readEvents(Buffer.from(body).toString("utf8")).map(deltaText).join("");
  }
  const answer = parseJsonObject(body) ?? {};
  const choices = objectsIn(answer["choices"]).map(choiceText);
  const outputs = objectsIn(answer["output"])
    .flatMap((item) => objectsIn(item["content"]))
    .map(({ text }) => (typeof text === "string" ? text : ""));
  return [...choices, ...outputs].join("\n");
}

/** Chat completions and responses name the members differently; embeddings have no completion. */
function readUsage(body: JsonObject | undefined): LanguageModelUsage | undefined {
  const usage = asObject(body?.["usage"]);
  if (usage === undefined) {
    return undefined;
  }
  const promptTokens = count(usage["prompt_tokens"] ?? usage["input_tokens"]);
  const completionTokens = count(usage["completion_tokens"] ?? usage["output_tokens"]);
  const totalTokens = count(usage["total_tokens"] ?? promptTokens + completionTokens);
  return { promptTokens, completionTokens, totalTokens };
}

/** Data of the server-sent events that are JSON objects: not the closing `[DONE]`. */
function readEvents(stream: string): readonly JsonObject[] {
  return stream
    .split(/\r\n|\r|\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => parseJsonObject(line.slice("data:".length)))
    .filter((event) => event !== undefined);
}

function deltaText(event: JsonObject): string {
  // `response.output_text.delta` and its siblings.
  if (typeof event["delta"] === "string") {
    return event["delta"];
  }
  return objectsIn(event["choices"]).map(choiceText).join("");
}

function choiceText(choice: JsonObject): string {
  if (typeof choice["text"] === "string") {
    return choice["text"];
  }
  const delta = asObject(choice["delta"] ?? choice["message"]);
  const content = typeof delta?.["content"] === "string" ? delta["content"] : "";
  const calls = Array.isArray(delta?.["tool_calls"]) ? JSON.stringify(delta["tool_calls"]) : "";
  return content + calls;
}

function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function asObject(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : 0;
}

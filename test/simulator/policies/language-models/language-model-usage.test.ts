import {
  completionTextOf,
  streamUsageOf,
  usageOf,
} from "../../../../simulator/policies/language-models/language-model-usage";
import { HeaderMap } from "../../../../simulator/policies/messages/header-map";

const bytes = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const stream = (...events: readonly (object | string)[]): Uint8Array =>
  bytes(
    events.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`).join(""),
  );
const perWord = (text: string): number => text.split(" ").filter((word) => word !== "").length;
const chunk = (content: string): object => ({ choices: [{ index: 0, delta: { content } }], usage: null });

describe("usageOf", () => {
  it("reads the usage of a chat completion", () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    expect(usageOf(bytes({ usage }))).toEqual({ promptTokens: 3, completionTokens: 4, totalTokens: 7 });
  });

  it("reads the usage of a response, whose members have other names", () => {
    const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7 };
    expect(usageOf(bytes({ usage }))).toEqual({ promptTokens: 3, completionTokens: 4, totalTokens: 7 });
  });

  it("reads the usage of embeddings, which complete nothing", () => {
    const usage = { prompt_tokens: 3, total_tokens: 3 };
    expect(usageOf(bytes({ usage }))).toEqual({ promptTokens: 3, completionTokens: 0, totalTokens: 3 });
  });

  it.each([
    ["no JSON", "text"],
    ["an answer without usage", {}],
    ["a list", []],
  ])("finds none in %s", (_, body) => {
    expect(usageOf(bytes(body))).toBeUndefined();
  });
});

describe("streamUsageOf", () => {
  it("takes the usage event", () => {
    const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
    const body = stream(chunk("one two"), { choices: [], usage }, "[DONE]");
    expect(streamUsageOf(body, 100, perWord).totalTokens).toBe(7);
  });

  it("takes the usage of a completed response", () => {
    const response = { usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 } };
    const body = stream({ type: "response.output_text.delta", delta: "one" }, { response });
    expect(streamUsageOf(body, 100, perWord).totalTokens).toBe(7);
  });

  it("estimates the completion of a stream without usage, and of one that broke off", () => {
    const whole = stream({ choices: [] }, chunk("one "), chunk("two three"), "[DONE]");
    const broken = whole.subarray(0, whole.byteLength - 60);
    const totals = [whole, broken].map((body) => streamUsageOf(body, 100, perWord).totalTokens);
    expect(totals).toEqual([103, 101]);
  });

  it("counts every choice", () => {
    const body = stream({ choices: [{ delta: { content: "one " } }, { delta: { content: "two " } }] });
    expect(streamUsageOf(body, 0, perWord).completionTokens).toBe(2);
  });
});

describe("completionTextOf", () => {
  it.each<[string, string, unknown]>([
    ["a chat completion", "application/json", { choices: [{ message: { content: "hello" } }] }],
    ["a completion", "application/json", { choices: [{ text: "hello" }] }],
    ["a response", "application/json", { output: [{ content: [{ type: "output_text", text: "hello" }] }] }],
    ["a stream", "text/event-stream; charset=utf-8", `data: ${JSON.stringify(chunk("hello"))}\n\n`],
  ])("reads the text of %s", (_, mediaType, body) => {
    const headers = new HeaderMap([["Content-Type", [mediaType]]]);
    expect(completionTextOf(headers, bytes(body))).toBe("hello");
  });
});

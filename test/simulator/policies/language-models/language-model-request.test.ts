import { LanguageModelRequest } from "../../../../simulator/policies/language-models/language-model-request";

const perWord = (text: string): number => text.split(/\s+/).filter((word) => word !== "").length;

async function read(body: unknown): Promise<LanguageModelRequest | undefined> {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return LanguageModelRequest.read({ hasBody: true, readBody: () => Promise.resolve(bytes) });
}

async function estimate(body: object): Promise<number | undefined> {
  return (await read(body))?.estimatePromptTokens(perWord);
}

describe("LanguageModelRequest", () => {
  it.each(["", "text", "[1]", "null"])("does not read '%s'", async (body) => {
    expect(await read(body)).toBeUndefined();
  });

  it("reads at once what is in memory", () => {
    const request = { hasBody: true, readBody: () => Buffer.from(JSON.stringify({ stream: true })) };
    expect(LanguageModelRequest.read(request)).toMatchObject({ streams: true });
  });

  it("does not read a request without a body", async () => {
    const request = { hasBody: false, readBody: () => Promise.reject(new Error("no body")) };
    expect(await LanguageModelRequest.read(request)).toBeUndefined();
  });

  it.each([
    [{ stream: true }, true],
    [{ stream: false }, false],
    [{ stream: "true" }, false],
    [{}, false],
  ])("knows from %j whether it streams: %s", async (body, streams) => {
    expect((await read(body))?.streams).toBe(streams);
  });

  it("reads the text of messages in parts, and counts their images", async () => {
    const content = [
      { type: "text", text: "one" },
      { type: "image_url", image_url: { url: "https://image.example" } },
      { type: "text", text: "two" },
    ];
    expect((await read({ messages: [{ role: "user", content }] }))?.messages).toEqual([
      { role: "user", text: "one\ntwo", images: 1 },
    ]);
  });

  it("takes the instructions of a response for its system message", async () => {
    const input = [{ role: "user", content: [{ type: "input_text", text: "hello" }] }];
    expect((await read({ instructions: "be short", input }))?.messages).toEqual([
      { role: "system", text: "be short", images: 0 },
      { role: "user", text: "hello", images: 0 },
    ]);
  });

  it.each<[string, object, number]>([
    [
      "a chat, with three tokens for each message and three for the reply",
      {
        messages: [
          { role: "user", content: "a b" },
          { role: "user", content: "c" },
        ],
      },
      12,
    ],
    ["a completion", { prompt: "a b c" }, 3],
    ["several prompts", { prompt: ["a b", "c"] }, 3],
    ["the text of an embedding", { input: ["a b", "c d"] }, 4],
    ["tokens instead of text", { input: [[1, 2, 3], [4]] }, 4],
    ["a response to a plain input", { input: "a b" }, 2],
    ["an image, at its dearest", { messages: [{ role: "user", content: [{ type: "image_url" }] }] }, 1206],
    ["tools, as they are sent", { prompt: "a", tools: [{ name: "b" }] }, 2],
    ["nothing", {}, 0],
  ])("estimates the tokens of %s", async (_, body, tokens) => {
    expect(await estimate(body)).toBe(tokens);
  });
});

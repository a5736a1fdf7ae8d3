import { AccountFixture, type Answer, deployment, eventData } from "./account-fixture";

const MODELS = {
  usual: "gpt-5.4",
  thinking: "gpt-5.5",
  plain: "gpt-4.1",
  old: "o4-mini",
  chatting: "gpt-5-chat",
};

const fixture = new AccountFixture({
  deployments: Object.entries(MODELS).map(([name, model]) => deployment(name, model)),
});

const chat = (name: keyof typeof MODELS, body: object): Promise<Answer> =>
  fixture.chat(body, { deployment: name });

const respond = (name: keyof typeof MODELS, body: object): Promise<Answer> =>
  fixture.call("/openai/v1/responses", { body: { model: name, input: "hello", ...body } });

function error({ status, json }: Answer): unknown {
  const { error: said } = json as { error: { param: unknown; code: unknown; message: string } };
  return [status, said.param, said.code, said.message];
}

test.each(["usual", "thinking", "old"] as const)("%s: max_tokens is not taken", async (name) => {
  expect(error(await chat(name, { max_tokens: 100 }))).toEqual([
    400,
    "max_tokens",
    "unsupported_parameter",
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  ]);
  expect((await chat(name, { max_completion_tokens: 100 })).status).toBe(200);
});

test.each(["plain", "chatting"] as const)("%s does not reason, and takes both", async (name) => {
  expect((await chat(name, { max_tokens: 100, temperature: 0.2 })).status).toBe(200);
  expect((await chat(name, { reasoning_effort: "low" })).status).toBe(400);
});

test.each([
  [{ temperature: 0 }, "Unsupported value: 'temperature' does not support 0 with this model."],
  [{ top_p: 0.5 }, "Unsupported value: 'top_p' does not support 0.5 with this model."],
  [{ presence_penalty: 1 }, "Unsupported value: 'presence_penalty' does not support 1 with this model."],
  [{ logprobs: true }, "Unsupported parameter: 'logprobs' is not supported with this model."],
  [{ logit_bias: { 50: 1 } }, "Unsupported parameter: 'logit_bias' is not supported with this model."],
])("%j is not taken while a model reasons", async (sampling, message) => {
  for (const [name, body] of [
    ["thinking", sampling],
    ["old", sampling],
    ["usual", { ...sampling, reasoning_effort: "low" }],
  ] as const) {
    const answer = await chat(name, body);
    expect(error(answer)).toEqual([
      400,
      Object.keys(sampling)[0],
      expect.any(String),
      expect.stringContaining(message),
    ]);
  }
  expect((await chat("usual", sampling)).status).toBe(200);
});

test("defaults are taken as if they were left out", async () => {
  const body = { temperature: 1, top_p: 1, presence_penalty: 0, logprobs: false };
  expect((await chat("thinking", body)).status).toBe(200);
});

test.each(["often", 3])("an effort of %j does not exist", async (reasoning_effort) => {
  expect(error(await chat("usual", { reasoning_effort }))).toEqual([
    400,
    "reasoning_effort",
    "invalid_value",
    "Invalid value for 'reasoning_effort'.",
  ]);
});

test("hidden tokens count as tokens of the completion, and are told apart", async () => {
  const usage = async (body: object) =>
    (
      (await chat("usual", body)).json as {
        usage: { completion_tokens: number; completion_tokens_details: object };
      }
    ).usage;
  const without = await usage({});
  const low = await usage({ reasoning_effort: "low" });
  expect(without.completion_tokens_details).toMatchObject({ reasoning_tokens: 0 });
  expect(low.completion_tokens_details).toMatchObject({ reasoning_tokens: 32 });
  expect(low.completion_tokens).toBe(without.completion_tokens + 32);
});

test("a limit may be used up before anything is said", async () => {
  expect((await chat("thinking", { max_completion_tokens: 16 })).json).toMatchObject({
    choices: [{ finish_reason: "length", message: { content: "" } }],
    usage: { completion_tokens: 16, completion_tokens_details: { reasoning_tokens: 16 } },
  });
});

test("a response has an item for the reasoning, in its events, too", async () => {
  const { json } = await respond("thinking", { max_output_tokens: 200 });
  expect(json).toMatchObject({
    output: [{ type: "reasoning", summary: [] }, { type: "message" }],
    usage: { output_tokens_details: { reasoning_tokens: 64 } },
  });
  const events = eventData((await respond("usual", { stream: true, reasoning: { effort: "low" } })).text);
  expect(events).toContainEqual(
    expect.objectContaining({
      type: "response.output_item.done",
      output_index: 0,
      item: expect.objectContaining({ type: "reasoning" }) as unknown,
    }),
  );
  expect(events).toContainEqual(
    expect.objectContaining({ type: "response.output_text.done", output_index: 1 }),
  );
  expect((await respond("thinking", { temperature: 0 })).status).toBe(400);
});

import { AccountFixture, type Answer, deployment, eventData } from "./account-fixture";

const PARAMETERS = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const ARGUMENTS = '{"city":"text"}';
const CHAT_TOOLS = [{ type: "function", function: { name: "get_weather", parameters: PARAMETERS } }];
const TOOLS = [{ type: "function", name: "get_weather", parameters: PARAMETERS }];

const fixture = new AccountFixture({ deployments: [deployment("chat", "gpt-5.4")] });

const chat = (body: object): Promise<Answer> => fixture.chat(body, { deployment: "chat" });
const respond = (body: object): Promise<Answer> =>
  fixture.call("/openai/v1/responses", { body: { model: "chat", ...body } });

function asking(content: string): object {
  return { messages: [{ role: "user", content }], tools: CHAT_TOOLS };
}

describe("a function of the client", () => {
  it("is called in a chat that names it, and not in others", async () => {
    const { json } = await chat(asking("Ask get_weather about Paris"));
    expect(json).toMatchObject({
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            content: null,
            tool_calls: [{ type: "function", function: { name: "get_weather", arguments: ARGUMENTS } }],
          },
        },
      ],
    });
    const silent = {
      choices: [{ finish_reason: "stop", message: { content: expect.any(String) as unknown } }],
    };
    expect((await chat(asking("hello"))).json).toMatchObject(silent);
    expect((await chat({ ...asking("get_weather"), tool_choice: "none" })).json).toMatchObject(silent);
  });

  it("is called when the request demands it, until it has answered", async () => {
    const demanded = { ...asking("hello"), tool_choice: "required" };
    expect((await chat(demanded)).json).toMatchObject({ choices: [{ finish_reason: "tool_calls" }] });
    const messages = [
      { role: "user", content: "get_weather" },
      { role: "tool", tool_call_id: "c", content: "rain" },
    ];
    expect((await chat({ messages, tools: CHAT_TOOLS })).json).toMatchObject({
      choices: [{ finish_reason: "stop" }],
    });
  });

  it("is called bit by bit in a stream", async () => {
    const { text } = await chat({ ...asking("get_weather"), stream: true });
    const deltas = eventData(text)
      .map(
        (event) => event as { choices: { delta: { tool_calls?: { function: { arguments: string } }[] } }[] },
      )
      .flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
    expect(deltas[0]).toMatchObject({ index: 0, type: "function", function: { name: "get_weather" } });
    expect(deltas.map((delta) => delta.function.arguments).join("")).toBe(ARGUMENTS);
  });

  it("is called in a response, as an item", async () => {
    const item = { type: "function_call", name: "get_weather", arguments: ARGUMENTS, status: "completed" };
    const asked = { input: "get_weather", tools: TOOLS };
    expect((await respond(asked)).json).toMatchObject({ output: [item] });
    const { text } = await respond({ ...asked, stream: true });
    const events = eventData(text) as { type: string }[];
    expect(events.map(({ type }) => type)).toContain("response.function_call_arguments.done");
    expect(events.at(-1)).toMatchObject({ type: "response.completed", response: { output: [item] } });
  });
});

describe("an answer in a form", () => {
  const schema = {
    type: "object",
    properties: {
      name: { type: "string" },
      count: { type: "integer", ["minimum"]: 3 },
      kind: { enum: ["a", "b"] },
      list: { type: "array", items: { $ref: "#/$defs/entry" } },
      either: { anyOf: [{ type: "null" }, { type: "string" }] },
    },
    $defs: { entry: { type: "object", properties: { done: { type: "boolean" } } } },
  };
  const value = { name: "text", count: 3, kind: "a", list: [{ done: true }], either: null };

  it("is JSON of the schema", async () => {
    const format = { type: "json_schema", json_schema: { name: "x", schema } };
    const { json } = await chat({ messages: [{ role: "user", content: "hello" }], response_format: format });
    const [choice] = (json as { choices: { message: { content: string } }[] }).choices;
    expect(JSON.parse(choice?.message.content ?? "")).toEqual(value);
    const answer = await respond({
      input: "hello",
      text: { format: { type: "json_schema", name: "x", schema } },
    });
    const [item] = (answer.json as { output: { content: { text: string }[] }[] }).output;
    expect(JSON.parse(item?.content[0]?.text ?? "")).toEqual(value);
  });

  it("is some object where the form is JSON", async () => {
    const messages = [{ role: "user", content: "hello" }];
    const { json } = await chat({ messages, response_format: { type: "json_object" } });
    const [choice] = (json as { choices: { message: { content: string } }[] }).choices;
    expect(JSON.parse(choice?.message.content ?? "")).toHaveProperty("answer");
  });
});

test("what a model thought comes encrypted where the request asks for that", async () => {
  const thinking = { input: "hello", reasoning: { effort: "low" } };
  const [thought] = ((await respond(thinking)).json as { output: object[] }).output;
  expect(thought).not.toHaveProperty("encrypted_content");
  const include = ["reasoning.encrypted_content"];
  const [kept] = ((await respond({ ...thinking, include })).json as { output: object[] }).output;
  expect(kept).toHaveProperty("encrypted_content", expect.any(String));
});

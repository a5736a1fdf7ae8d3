import {
  Agent,
  OpenAIChatCompletionsModel,
  OpenAIResponsesModel,
  run,
  setTracingDisabled,
  shellTool,
  tool,
} from "@openai/agents";
import OpenAI from "openai";
import { z } from "zod";
import { ASK_WEATHER, HELLO, joined, runCases, SUNNY, WEATHER } from "./cases.mjs";

setTracingDisabled(true);

const weather = tool({
  name: WEATHER.name,
  description: WEATHER.description,
  parameters: z.object({ city: z.string() }),
  execute: () => SUNNY,
});
const shell = shellTool({
  environment: { type: "local" },
  shell: { run: () => Promise.resolve({ output: [] }) },
});

function client({ kind, v1: baseURL, key, token }) {
  const common = { baseURL, maxRetries: 0 };
  switch (kind) {
    case "key":
      return new OpenAI({
        ...common,
        apiKey: "unused",
        defaultHeaders: { "api-key": key, Authorization: null },
      });
    case "token":
      return new OpenAI({ ...common, apiKey: token });
    default:
      return new OpenAI({ ...common, apiKey: "unused", defaultHeaders: { Authorization: null } });
  }
}

const responses = (credential) => new OpenAIResponsesModel(client(credential), "chat");
const chat = (credential) => new OpenAIChatCompletionsModel(client(credential), "chat");

const asks =
  (model, question = HELLO, more = {}) =>
  async (credential) =>
    (await run(new Agent({ name: "Assistant", model: model(credential), ...more }), question)).finalOutput;

const streams = (model) => async (credential) => {
  const result = await run(new Agent({ name: "Assistant", model: model(credential) }), HELLO, {
    stream: true,
  });
  const all = await joined(result.toTextStream({ compatibleWithNodeStreams: false }));
  await result.completed;
  return all;
};

const FORM = { outputType: z.object({ name: z.string(), age: z.number() }) };

await runCases({
  "Agent: response": asks(responses),
  "Agent: response, streamed": streams(responses),
  "Agent: response with tools": asks(responses, ASK_WEATHER, { tools: [weather] }),
  "Agent: response with a local shell": asks(responses, HELLO, { tools: [shell] }),
  "Agent: response, structured": asks(responses, HELLO, FORM),
  "Agent: two turns": async (credential) => {
    const agent = new Agent({ name: "Assistant", model: responses(credential), tools: [weather] });
    const first = await run(agent, ASK_WEATHER);
    return (await run(agent, [...first.history, { role: "user", content: HELLO }])).finalOutput;
  },
  "Agent: response with tools of a model that reasons": asks(responses, ASK_WEATHER, {
    tools: [weather],
    modelSettings: { reasoning: { effort: "low" } },
  }),
  "Agent: response with tools of a model that reasons, store: false": asks(responses, ASK_WEATHER, {
    tools: [weather],
    modelSettings: {
      store: false,
      reasoning: { effort: "low" },
      providerData: { include: ["reasoning.encrypted_content"] },
    },
  }),
  "Agent: chat": asks(chat),
  "Agent: chat with tools": asks(chat, ASK_WEATHER, { tools: [weather] }),
});

import { readFileSync } from "node:fs";
import process from "node:process";
import { createAzure } from "@ai-sdk/azure";
import {
  embedMany,
  experimental_transcribe as transcribe,
  generateImage,
  generateText,
  jsonSchema,
  Output,
  stepCountIs,
  streamText,
  tool,
} from "ai";
import { ASK_WEATHER, HELLO, joined, PERSON, runCases, SUNNY, WEATHER } from "./cases.mjs";

const { AUDIO = "" } = process.env;
/** The name of a deployment does not say that its model reasons. */
const THINKING = { reasoningEffort: "low", forceReasoning: true };
const weather = tool({
  description: WEATHER.description,
  inputSchema: jsonSchema(WEATHER.parameters),
  execute: () => SUNNY,
});

function provider({ kind, endpoint, key, token }, options) {
  const common = { baseURL: `${endpoint}/openai/v1`, ...options };
  switch (kind) {
    case "key":
      return createAzure({ ...common, apiKey: key });
    case "token":
      return createAzure({ ...common, tokenProvider: () => Promise.resolve(token) });
    default:
      return createAzure({ ...common, apiKey: "unused" });
  }
}

const response = (credential) => provider(credential)("chat");
const chat = (credential) => provider(credential).chat("chat");
const dated = (credential) =>
  provider(credential, {
    baseURL: `${credential.endpoint}/openai`,
    useDeploymentBasedUrls: true,
    apiVersion: "2024-10-21",
  }).chat("chat");

const generate = (model) => async (credential) =>
  (await generateText({ model: model(credential), prompt: HELLO, maxRetries: 0 })).text;
const stream = (model) => async (credential) =>
  joined(
    streamText({ model: model(credential), prompt: HELLO, maxRetries: 0, onError: rethrown }).textStream,
  );
const tools = (model, more) => async (credential) => {
  const { text } = await generateText({
    model: model(credential),
    prompt: ASK_WEATHER,
    tools: { get_weather: weather },
    stopWhen: stepCountIs(3),
    maxRetries: 0,
    ...more,
  });
  return text;
};
const form = (model) => async (credential) =>
  (
    await generateText({
      model: model(credential),
      prompt: HELLO,
      maxRetries: 0,
      output: Output.object({ schema: jsonSchema(PERSON) }),
    })
  ).output;

/** Streams report errors beside the text. */
function rethrown({ error }) {
  throw error;
}

await runCases({
  "azure(): response": generate(response),
  "azure(): response, streamed": stream(response),
  "azure(): response with tools": tools(response),
  "azure(): response with tools, store: false": tools(response, {
    providerOptions: { azure: { store: false }, openai: { store: false } },
  }),
  "azure(): response with tools of a model that reasons": tools(response, {
    providerOptions: { azure: THINKING, openai: THINKING },
  }),
  "azure(): response with tools of a model that reasons, store: false": tools(response, {
    providerOptions: { azure: { ...THINKING, store: false }, openai: { ...THINKING, store: false } },
  }),
  "azure(): response, structured": form(response),
  "azure.chat(): chat": generate(chat),
  "azure.chat(): chat, streamed": stream(chat),
  "azure.chat(): chat with tools": tools(chat),
  "azure.chat(): chat, structured": form(chat),
  "azure.chat(), dated: chat": generate(dated),
  "azure.embedding(): embeddings": async (credential) => {
    const { embeddings } = await embedMany({
      model: provider(credential).embedding("embeddings"),
      values: ["one", "two"],
      maxRetries: 0,
    });
    return `${embeddings.length} vectors`;
  },
  "azure.image(): image": async (credential) => {
    const { images } = await generateImage({
      model: provider(credential).image("images"),
      prompt: "a red dot",
      maxRetries: 0,
    });
    return `${images.length} image`;
  },
  "azure.transcription(): transcription": async (credential) =>
    (
      await transcribe({
        model: provider(credential).transcription("audio"),
        audio: readFileSync(AUDIO),
        maxRetries: 0,
      })
    ).text,
});

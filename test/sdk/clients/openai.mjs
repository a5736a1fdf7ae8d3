import { createReadStream } from "node:fs";
import process from "node:process";
import OpenAI, { AzureOpenAI } from "openai";
import { ASK_WEATHER, HELLO, joined, PERSON, runCases, SUNNY, WEATHER } from "./cases.mjs";

const { AUDIO } = process.env;
const MESSAGES = [{ role: "user", content: HELLO }];
const FORM = { name: "person", strict: true, schema: PERSON };

/** Dated URLs: the path names the deployment. */
function azure({ kind, endpoint, key, token }, apiVersion = "2024-10-21") {
  const common = { endpoint, apiVersion, maxRetries: 0 };
  switch (kind) {
    case "key":
      return new AzureOpenAI({ ...common, apiKey: key });
    case "token":
      return new AzureOpenAI({ ...common, azureADTokenProvider: () => Promise.resolve(token) });
    default:
      return new AzureOpenAI({ ...common, apiKey: "unused", defaultHeaders: { "api-key": null } });
  }
}

/** Responses came after 2024-10-21. */
const preview = (credential) => azure(credential, "2025-04-01-preview");

/** The v1 URL: the body names the deployment. */
function v1({ kind, v1: baseURL, key, token }) {
  const common = { baseURL, maxRetries: 0 };
  switch (kind) {
    case "key":
      return new OpenAI({
        ...common,
        apiKey: "unused",
        defaultHeaders: { "api-key": key, Authorization: null },
      });
    case "token":
      return new OpenAI({ ...common, apiKey: () => Promise.resolve(token) });
    default:
      return new OpenAI({ ...common, apiKey: "unused", defaultHeaders: { Authorization: null } });
  }
}

const chat = (client) => async (credential) =>
  (await client(credential).chat.completions.create({ model: "chat", messages: MESSAGES })).choices[0].message
    .content;

const chatStream = (client) => async (credential) =>
  joined(
    await client(credential).chat.completions.create({
      model: "chat",
      messages: MESSAGES,
      stream: true,
      stream_options: { include_usage: true },
    }),
    ({ choices }) => choices[0]?.delta?.content,
  );

const chatTools = (client) => async (credential) =>
  client(credential)
    .chat.completions.runTools({
      model: "chat",
      messages: [{ role: "user", content: ASK_WEATHER }],
      tools: [{ type: "function", function: { ...WEATHER, function: () => SUNNY, parse: JSON.parse } }],
    })
    .finalContent();

const chatForm = (client) => async (credential) =>
  (
    await client(credential).chat.completions.parse({
      model: "chat",
      messages: MESSAGES,
      response_format: { type: "json_schema", json_schema: FORM },
    })
  ).choices[0].message.content;

const embeddings = (client) => async (credential) =>
  `${(await client(credential).embeddings.create({ model: "embeddings", input: ["one", "two"] })).data.length} vectors`;

const response = (client) => async (credential) =>
  (await client(credential).responses.create({ model: "chat", input: HELLO })).output_text;

const responseStream = (client) => async (credential) =>
  joined(
    await client(credential).responses.create({ model: "chat", input: HELLO, stream: true }),
    ({ type, delta }) => (type === "response.output_text.delta" ? delta : ""),
  );

const responseTools = (client) => async (credential) => {
  const input = [{ role: "user", content: ASK_WEATHER }];
  const tools = [{ type: "function", strict: true, ...WEATHER }];
  const first = await client(credential).responses.create({ model: "chat", input, tools });
  const call = first.output.find(({ type }) => type === "function_call");
  const answer = { type: "function_call_output", call_id: call.call_id, output: SUNNY };
  const next = [...input, ...first.output, answer];
  return (await client(credential).responses.create({ model: "chat", input: next, tools })).output_text;
};

const responseForm = (client) => async (credential) =>
  (
    await client(credential).responses.parse({
      model: "chat",
      input: HELLO,
      text: { format: { type: "json_schema", ...FORM } },
    })
  ).output_text;

const image = (client) => async (credential) =>
  `${(await client(credential).images.generate({ model: "images", prompt: "a red dot" })).data.length} image`;

const audio = (client) => async (credential) =>
  (await client(credential).audio.transcriptions.create({ model: "audio", file: createReadStream(AUDIO) }))
    .text;

const models = (client) => async (credential) => {
  const ids = [];
  for await (const { id } of client(credential).models.list()) {
    ids.push(id);
  }
  return ids.sort().join(", ");
};

await runCases({
  "AzureOpenAI: chat": chat(azure),
  "AzureOpenAI: chat, streamed": chatStream(azure),
  "AzureOpenAI: chat with tools": chatTools(azure),
  "AzureOpenAI: chat, structured": chatForm(azure),
  "AzureOpenAI: embeddings": embeddings(azure),
  "AzureOpenAI: response": response(preview),
  "AzureOpenAI: image": image(azure),
  "AzureOpenAI: transcription": audio(azure),
  "AzureOpenAI: models": models(azure),
  "OpenAI: chat": chat(v1),
  "OpenAI: chat, streamed": chatStream(v1),
  "OpenAI: chat with tools": chatTools(v1),
  "OpenAI: chat, structured": chatForm(v1),
  "OpenAI: embeddings": embeddings(v1),
  "OpenAI: response": response(v1),
  "OpenAI: response, streamed": responseStream(v1),
  "OpenAI: response with tools": responseTools(v1),
  "OpenAI: response, structured": responseForm(v1),
  "OpenAI: image": image(v1),
  "OpenAI: transcription": audio(v1),
  "OpenAI: models": models(v1),
});

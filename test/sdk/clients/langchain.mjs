import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { AzureChatOpenAI, AzureOpenAIEmbeddings, ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { ASK_WEATHER, HELLO, joined, runCases, SUNNY, WEATHER } from "./cases.mjs";

const weather = tool(() => SUNNY, { ...WEATHER, schema: z.object({ city: z.string() }) });
const person = z.object({ name: z.string(), age: z.number() });

function settings({ kind, endpoint, key, token }) {
  const common = {
    azureOpenAIEndpoint: endpoint,
    azureOpenAIApiVersion: "2024-10-21",
    maxRetries: 0,
  };
  switch (kind) {
    case "key":
      return { ...common, azureOpenAIApiKey: key };
    case "token":
      return { ...common, azureADTokenProvider: () => Promise.resolve(token) };
    default:
      return { ...common, azureOpenAIApiKey: "unused" };
  }
}

const azure = (credential) =>
  new AzureChatOpenAI({ ...settings(credential), azureOpenAIApiDeploymentName: "chat" });

function v1({ kind, v1: baseURL, key, token }) {
  const headers = {
    key: { "api-key": key, Authorization: null },
    token: {},
    certificate: { Authorization: null },
  }[kind];
  return new ChatOpenAI({
    model: "chat",
    useResponsesApi: true,
    maxRetries: 0,
    apiKey: kind === "token" ? token : "unused",
    configuration: { baseURL, defaultHeaders: headers },
  });
}

const invoke = (model) => async (credential) => (await model(credential).invoke(HELLO)).text;
const stream = (model) => async (credential) =>
  joined(await model(credential).stream(HELLO), ({ text }) => text);
const form = (model) => async (credential) =>
  model(credential).withStructuredOutput(person, { name: "person" }).invoke(HELLO);
const tools = (model) => async (credential) => {
  const bound = model(credential).bindTools([weather]);
  const question = new HumanMessage(ASK_WEATHER);
  const first = await bound.invoke([question]);
  const results = first.tool_calls.map(({ id }) => new ToolMessage({ tool_call_id: id, content: SUNNY }));
  return (await bound.invoke([question, first, ...results])).text;
};

await runCases({
  "AzureChatOpenAI: chat": invoke(azure),
  "AzureChatOpenAI: chat, streamed": stream(azure),
  "AzureChatOpenAI: chat with tools": tools(azure),
  "AzureChatOpenAI: chat, structured": form(azure),
  "AzureOpenAIEmbeddings: embeddings": async (credential) => {
    const embeddings = new AzureOpenAIEmbeddings({
      ...settings(credential),
      // What it makes of azureOpenAIEndpoint alone asks for the name of an Azure resource.
      azureOpenAIBasePath: `${credential.endpoint}/openai/deployments`,
      azureOpenAIApiEmbeddingsDeploymentName: "embeddings",
    });
    return `${(await embeddings.embedDocuments(["one", "two"])).length} vectors`;
  },
  "ChatOpenAI: response": invoke(v1),
  "ChatOpenAI: response, streamed": stream(v1),
  "ChatOpenAI: response with tools": tools(v1),
  "ChatOpenAI: response, structured": form(v1),
});

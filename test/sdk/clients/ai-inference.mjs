import { Buffer } from "node:buffer";
import dns from "node:dns";
import process from "node:process";
import { URL } from "node:url";
import { AzureKeyCredential } from "@azure/core-auth";
import createClient from "@azure-rest/ai-inference";
import { ASK_WEATHER, HELLO, PERSON, record, runCases, SUNNY, WEATHER } from "./cases.mjs";

// A proxy takes the place of its TLS settings, client certificates included: it calls the gateway itself.
delete process.env.HTTPS_PROXY;
const { PORT } = process.env;
dns.lookup = (_name, options, done) =>
  options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);

const HELLOS = [{ role: "user", content: HELLO }];

/** Its pipeline is Node's HTTP, not fetch: what it sends is kept by a policy, as applications add them. */
const RECORDER = {
  position: "perRetry",
  policy: {
    name: "recorder",
    sendRequest(request, next) {
      record(request.method, request.url, [...request.headers], Buffer.from(request.body ?? ""));
      return next(request);
    },
  },
};

function model({ kind, endpoint, key, token, tls }, deployment = "chat") {
  const url = new URL(`${endpoint}/openai/deployments/${deployment}`);
  url.port = PORT ?? "";
  const credential = {
    key: new AzureKeyCredential(key),
    token: { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_000_000 }) },
    certificate: new AzureKeyCredential("unused"),
  }[kind];
  return createClient(url.href, credential, {
    apiVersion: "2024-10-21",
    credentials: { scopes: ["api://gateway/.default"] },
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [RECORDER],
    ...(kind === "certificate" ? { tlsOptions: tls } : {}),
  });
}

async function ask(client, body) {
  const response = await client.path("/chat/completions").post({ body });
  if (response.status !== "200") {
    throw new Error(`${response.status} ${response.body.error?.message}`);
  }
  return response.body.choices[0].message;
}

await runCases({
  "ModelClient: chat": async (credential) => (await ask(model(credential), { messages: HELLOS })).content,
  "ModelClient: chat, streamed": async (credential) => {
    const response = await model(credential)
      .path("/chat/completions")
      .post({ body: { messages: HELLOS, stream: true } })
      .asNodeStream();
    let all = "";
    for await (const chunk of response.body) {
      all += chunk;
    }
    return all.includes("[DONE]")
      ? all
          .match(/"content":"([^"]+)"/g)
          .map((each) => each.slice(11, -1))
          .join("")
      : "";
  },
  "ModelClient: chat with tools": async (credential) => {
    const tools = [{ type: "function", function: WEATHER }];
    const question = { role: "user", content: ASK_WEATHER };
    const first = await ask(model(credential), { messages: [question], tools });
    const results = first.tool_calls.map(({ id }) => ({ role: "tool", tool_call_id: id, content: SUNNY }));
    return (await ask(model(credential), { messages: [question, first, ...results], tools })).content;
  },
  "ModelClient: chat, structured": async (credential) => {
    const response_format = {
      type: "json_schema",
      json_schema: { name: "person", strict: true, schema: PERSON },
    };
    return (await ask(model(credential), { messages: HELLOS, response_format })).content;
  },
  "ModelClient: embeddings": async (credential) => {
    const response = await model(credential, "embeddings")
      .path("/embeddings")
      .post({ body: { input: ["one"] } });
    return response.status === "200" ? `${response.body.data.length} vector` : undefined;
  },
});

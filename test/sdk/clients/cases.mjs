import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import process from "node:process";
import { URL } from "node:url";
import { EnvHttpProxyAgent, install, Request, setGlobalDispatcher } from "undici";

/** What every client asks a model to call, and what it gets back. */
export const WEATHER = {
  name: "get_weather",
  description: "Weather of a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};
export const HELLO = "hello";
export const ASK_WEATHER = "Call get_weather for Paris";
export const SUNNY = "sunny";
export const PERSON = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};

const { GATEWAY, CREDENTIALS, ONLY = "" } = process.env;
const credentials = JSON.parse(CREDENTIALS ?? "{}");
const requests = new Set();
let current = "";

// Node's fetch knows no proxy; undici's is the same one, with a proxy and client certificates.
install();
const send = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  if (current !== "") {
    record(request.method, request.url, request.headers, Buffer.from(await request.clone().arrayBuffer()));
  }
  return send(request);
};

/** Keeps a request as the client made it. Each case is kept once: credentials change one header only. */
export function record(method, url, headers, body) {
  if (current !== "") {
    requests.add({
      case: current,
      method,
      path: new URL(url).pathname.replace(/^\/[^/]+/, "") + new URL(url).search,
      headers: Object.fromEntries(headers),
      body: body.toString("latin1"),
    });
  }
}

/** The credential whose cases run, with what a client needs of it. */
export function credentialOf(kind) {
  const { certificate, privateKey, ...secrets } = credentials;
  return {
    kind,
    endpoint: `${GATEWAY}/${kind}`,
    v1: `${GATEWAY}/${kind}/openai/v1`,
    key: secrets.key,
    token: secrets.token,
    // Node's own TLS, for clients that do not use fetch.
    tls: kind === "certificate" ? { cert: readFileSync(certificate), key: readFileSync(privateKey) } : {},
  };
}

/**
 * Runs the cases of a client with each of its credentials, one after the other, and prints what came of them.
 *
 * @param cases by name, each a function of a credential that returns what the client understood of the answer
 */
export async function runCases(cases, kinds = ["key", "token", "certificate"]) {
  const results = [];
  for (const kind of kinds) {
    const credential = credentialOf(kind);
    setGlobalDispatcher(new EnvHttpProxyAgent({ requestTls: credential.tls }));
    for (const [name, run] of Object.entries(cases)) {
      if (ONLY !== "" && ONLY !== name) {
        continue;
      }
      current = kind === kinds[0] ? name : "";
      try {
        results.push({ case: name, credential: kind, answer: text(await run(credential)) });
      } catch (error) {
        results.push({ case: name, credential: kind, error: message(error) });
      }
    }
  }
  // Clients keep connections open, which would keep the process.
  process.stdout.write(`${JSON.stringify({ results, requests: [...requests] })}\n`, () => process.exit(0));
}

function text(answer) {
  if (answer === undefined || answer === null || answer === "") {
    throw new Error("the client got nothing out of the answer");
  }
  return typeof answer === "string" ? answer : JSON.stringify(answer);
}

function message(error) {
  const cause = error?.cause?.message;
  return `${error?.message ?? error}${cause ? ` (${cause})` : ""}`;
}

/** Texts of a stream, put together. */
export async function joined(stream, textOf = (part) => part) {
  let all = "";
  for await (const part of stream) {
    all += textOf(part) ?? "";
  }
  return all;
}

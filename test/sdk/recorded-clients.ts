import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CaseResult, RecordedRequest } from "./client-run";

/** Programs of the clients, with the versions that they run and what came of it. */
export const CLIENTS_FOLDER = resolve(__dirname, "clients");

/** A client as npm has it, and what came of its cases the last time that all of them ran. */
export interface ClientResults {
  /** Package whose version counts. */
  readonly client: string;
  readonly version: string;
  /** Its program, or `codex`. */
  readonly program: string;
  readonly results: readonly CaseResult[];
}

/** A client's requests, without what differs from run to run. */
export interface ClientRequests {
  readonly client: string;
  readonly requests: readonly RecordedRequest[];
}

/** Programs and the packages that they are about. */
export const PROGRAMS = {
  openai: "openai",
  langchain: "@langchain/openai",
  "ai-sdk": "@ai-sdk/azure",
  agents: "@openai/agents",
  "ai-inference": "@azure-rest/ai-inference",
  codex: "@openai/codex",
} as const;

/** Cases that a client cannot run through a gateway that keeps nothing, each with what to do instead. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  "azure(): response with tools of a model that reasons":
    "the SDK takes it that the service keeps its items, and refers to them by id: set the provider option `store: false`",
  "Agent: response with tools of a model that reasons":
    "what the model thought comes back by id only: set `store: false` and include `reasoning.encrypted_content`",
};

const CREDENTIALS = ["key", "token", "certificate"] as const;
const LONG = 200;

export function recordedResults(): readonly ClientResults[] {
  return read<readonly ClientResults[]>("results.json");
}

export function recordedRequests(): readonly ClientRequests[] {
  return read<readonly ClientRequests[]>("requests.json");
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(CLIENTS_FOLDER, name), "utf8")) as T;
}

/** A result without the mark that tells prompts apart: ids of calls are part of those. */
export function steadyResult(result: CaseResult): CaseResult {
  return result.answer === undefined
    ? result
    : { ...result, answer: result.answer.replaceAll(/(Simulated answer) [0-9a-f]{8}/g, "$1") };
}

/** A request without secrets, ids, times and long texts. */
export function steadyRequest({ headers, body, ...request }: RecordedRequest): RecordedRequest {
  const boundary = /boundary=([^;]+)/.exec(headers["content-type"] ?? "")?.[1];
  const steady = (text: string): string =>
    (boundary === undefined ? text : text.replaceAll(boundary, "form-boundary"))
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "00000000-0000-4000-8000-000000000000")
      .replaceAll(/\b(call|fc|msg|rs|resp|chatcmpl)_[0-9a-zA-Z-]+/g, "$1_1")
      .replaceAll(/("encrypted_content":")[0-9a-f]+/g, "$1encrypted")
      .replaceAll(/\b1[0-9]{12}\b/g, "0");
  const lines = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), steady(value)] as const)
    .filter(([name]) => !["content-length", "accept-encoding"].includes(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const named = lines.map(([name, value]) => [name, secretFree(name, value)] as const);
  return { ...request, headers: Object.fromEntries(named), body: steady(shortened(body)) };
}

function secretFree(name: string, value: string): string {
  return name === "api-key" ? "<key>" : name === "authorization" ? "Bearer <key>" : value;
}

/** The same JSON with the beginnings of long texts; what is not JSON stays. Codex's own notes have no order. */
function shortened(body: string): string {
  const cut = (name: string, value: unknown): unknown => {
    if (typeof value === "string" && value.length > LONG) {
      return `${value.slice(0, 20)}...`;
    }
    return name === "client_metadata" ? Object.fromEntries(Object.entries(value as object).sort()) : value;
  };
  try {
    return JSON.stringify(JSON.parse(Buffer.from(body, "latin1").toString(), cut));
  } catch {
    return body;
  }
}

/** The table of docs/client-compatibility.md. */
export function compatibilityTable(clients: readonly ClientResults[]): string {
  const notes: string[] = [];
  const cell = (results: readonly CaseResult[]): string => {
    const [result] = results;
    if (result === undefined) {
      return "—";
    }
    if (result.error === undefined) {
      return "works";
    }
    const reason = UNSUPPORTED[result.case] ?? result.error;
    const number = notes.indexOf(reason) + 1 || notes.push(reason);
    return `refused (${number})`;
  };
  const rows = clients.flatMap(({ client, version, results }) =>
    [...new Set(results.map((result) => result.case))].map((name) => {
      const cells = CREDENTIALS.map((credential) =>
        cell(results.filter((result) => result.case === name && result.credential === credential)),
      );
      return `| ${[`\`${client}\` ${version}`, name, ...cells].join(" | ")} |`;
    }),
  );
  return [
    `| client | what was run | ${CREDENTIALS.join(" | ")} |`,
    `| --- | --- | ${CREDENTIALS.map(() => "---").join(" | ")} |`,
    ...rows,
    "",
    ...notes.map((reason, index) => `${index + 1}. ${reason}`),
  ].join("\n");
}

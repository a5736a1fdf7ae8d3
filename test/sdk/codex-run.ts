import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Simulation } from "../../simulator";
import { GATEWAY_HOST_NAME } from "../support/every-credential";
import {
  type CaseResult,
  clientEnvironment,
  type ClientRun,
  outputOf,
  type RecordedRequest,
} from "./client-run";

/** Lines of Codex's config.toml that say who calls. A certificate is none of its settings. */
const CREDENTIAL_LINES = {
  key: `env_http_headers = { "api-key" = "GATEWAY_KEY" }`,
  token: `env_key = "GATEWAY_TOKEN"`,
} as const;

/** What Codex is asked; the second one makes the simulated model call a tool of Codex. */
const PROMPTS = {
  "a turn": "hello",
  "a turn with a tool": "Call get_goal, please",
} as const;

/**
 * Codex's settings for a gateway, as docs/clients.md has them. Only `web_search` differs from its defaults: the gateway
 * takes no tools that the service runs.
 */
export function codexConfig(baseUrl: string, credential: keyof typeof CREDENTIAL_LINES): string {
  return [
    'model = "chat"',
    'model_provider = "gateway"',
    'web_search = "disabled"',
    "",
    "[model_providers.gateway]",
    'name = "AI gateway"',
    `base_url = "${baseUrl}"`,
    CREDENTIAL_LINES[credential],
    'wire_api = "responses"',
    "",
  ].join("\n");
}

/** Runs Codex without anybody at the terminal. @param codex its program, for Node */
export async function runCodex(codex: string, simulation: Simulation): Promise<ClientRun> {
  const results: CaseResult[] = [];
  for (const credential of ["key", "token"] as const) {
    const at = (host: string) => `https://${host}/${credential}/openai/v1`;
    for (const [name, prompt] of Object.entries(PROMPTS)) {
      results.push({
        case: `codex exec: ${name}`,
        credential,
        ...(await turn(codex, simulation, codexConfig(at(GATEWAY_HOST_NAME), credential), prompt)),
      });
    }
  }
  const atAzure = codexConfig(`https://${AZURE_HOST_NAME}/key/openai/v1`, "key");
  results.push({
    case: "codex exec at azure-api.net: a turn",
    credential: "key",
    ...(await turn(codex, simulation, atAzure, PROMPTS["a turn"])),
  });
  return { results, requests: await recorded(codex, simulation) };
}

/** Host name of the gateway that Azure gives. Codex 0.146.0 asks to store what it sends to such hosts. */
const AZURE_HOST_NAME = "apim-test-every.azure-api.net";

async function turn(
  codex: string,
  simulation: Simulation,
  config: string,
  prompt: string,
): Promise<Pick<CaseResult, "answer" | "error">> {
  try {
    return { answer: await answerTo(codex, await clientEnvironment(simulation), config, prompt) };
  } catch (error) {
    const [, said = String(error)] = /"message":"([^"]*)"/.exec(String(error)) ?? [];
    return { error: said };
  }
}

async function answerTo(
  codex: string,
  environment: Readonly<Record<string, string>>,
  config: string,
  prompt: string,
): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "codex-"));
  writeFileSync(join(home, "config.toml"), config);
  const { key, token } = JSON.parse(environment.CREDENTIALS ?? "{}") as Readonly<Record<string, string>>;
  const own = { HOME: home, CODEX_HOME: home, GATEWAY_KEY: key ?? "", GATEWAY_TOKEN: token ?? "" };
  const text = await outputOf(
    process.execPath,
    [codex, "exec", "--skip-git-repo-check", "--cd", home, prompt],
    { ...environment, ...own },
  );
  return text.trim();
}

/** What Codex sends, seen by a server without TLS that hands it to the gateway. */
async function recorded(codex: string, simulation: Simulation): Promise<readonly RecordedRequest[]> {
  const requests: RecordedRequest[] = [];
  const current = "a turn with a tool";
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) => !["host", "connection"].includes(name)),
      ) as Readonly<Record<string, string>>;
      const { method = "GET", url = "" } = request;
      requests.push({
        case: `codex exec: ${current}`,
        method,
        path: url.replace(/^\/key/, ""),
        headers,
        body: body.toString("latin1"),
      });
      void simulation.call(url, { method, headers, body }).then(async (answer) => {
        response.writeHead(answer.status, { "content-type": answer.headers["content-type"] });
        response.end(await answer.text());
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const environment = { ...(await clientEnvironment(simulation)), HTTPS_PROXY: "" };
    const config = codexConfig(`http://127.0.0.1:${port}/key/openai/v1`, "key");
    await answerTo(codex, environment, config, PROMPTS[current]);
  } finally {
    server.close();
  }
  return requests;
}

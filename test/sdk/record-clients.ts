/**
 * Runs official clients as npm has them against the simulator, and writes what came of it: `clients/results.json`,
 * `clients/requests.json` and the table of `docs/client-compatibility.md`. They are installed below `node_modules/.cache`,
 * half a gigabyte with the binary of Codex.
 *
 *     npm run test:clients
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "prettier";
import { npm } from "../../scripts/npm";
import { clientGateway, type ClientRun, runClient } from "./client-run";
import { runCodex } from "./codex-run";
import {
  type ClientRequests,
  type ClientResults,
  CLIENTS_FOLDER,
  compatibilityTable,
  PROGRAMS,
  steadyRequest,
  steadyResult,
  UNSUPPORTED,
} from "./recorded-clients";

const INSTALLED = resolve("node_modules/.cache/sdk-clients");
const PAGE = resolve("docs/client-compatibility.md");
const TABLE = /(<!-- table -->)[^]*?(<!-- end of the table -->)/;

async function main(): Promise<void> {
  mkdirSync(INSTALLED, { recursive: true });
  cpSync(CLIENTS_FOLDER, INSTALLED, { recursive: true });
  npm(["ci", "--no-audit", "--no-fund"], { cwd: INSTALLED });
  const { dependencies } = JSON.parse(readFileSync(join(CLIENTS_FOLDER, "package.json"), "utf8")) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const simulation = await clientGateway();
  const results: ClientResults[] = [];
  const requests: ClientRequests[] = [];
  const run = (program: string): Promise<ClientRun> =>
    program === "codex"
      ? runCodex(join(INSTALLED, "node_modules/@openai/codex/bin/codex.js"), simulation)
      : runClient(simulation, join(INSTALLED, `${program}.mjs`));
  for (const [program, client] of Object.entries(PROGRAMS)) {
    const done = await run(program);
    const version = dependencies[client] ?? "";
    results.push({ client, version, program, results: done.results.map(steadyResult) });
    requests.push({ client, requests: done.requests.map(steadyRequest) });
    console.log(`${client} ${version}: ${done.results.length} cases, ${done.requests.length} requests`);
    for (const { case: name, credential, error } of done.results) {
      if (error !== undefined) {
        console.log(`  ${name} with ${credential}: ${error}`);
        process.exitCode = UNSUPPORTED[name] === undefined ? 1 : process.exitCode;
      }
    }
  }
  await simulation.close();
  await write(join(CLIENTS_FOLDER, "results.json"), JSON.stringify(results), "json");
  await write(join(CLIENTS_FOLDER, "requests.json"), JSON.stringify(requests), "json");
  const page = readFileSync(PAGE, "utf8").replace(TABLE, `$1\n\n${compatibilityTable(results)}\n\n$2`);
  await write(PAGE, page, "markdown");
}

async function write(path: string, text: string, parser: "json" | "markdown"): Promise<void> {
  writeFileSync(path, await format(text, { parser, printWidth: 110, proseWrap: "preserve" }));
}

void main();

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { allCallers, settingsSheet, sheetText } from "../demo/client-settings";
import { deployedEnvironment } from "../demo/deployed-environment";
import * as published from "../environments";
import { CONTRACTS_FOLDER } from "../environments/contracts";
import {
  CONTRACT_SCHEMA,
  CONTRACT_SCHEMA_FILE,
  contractChanges,
  ContractError,
  type ContractProblem,
  type Contracts,
  readContracts,
} from "../lib/contracts";
import { command, runIfMain } from "./command-line";
import { changesForOthers, unreadContracts } from "./contract-effects";

const USAGE = `Usage: npm run contracts -- check [--against <revision or folder>] [--folder contracts] [--markdown]
       npm run contracts -- schema [--folder contracts]

check   checks every contract, and says in words what changes for whom: against a revision of git, such as origin/main,
        or a folder. --markdown is for a comment of a pull request, with the command that prints each client's settings
schema  writes ${CONTRACT_SCHEMA_FILE} beside the contracts, for editors

  --against <…>    what was before (default HEAD)
  --folder <path>  where the contracts are (default contracts)
  --markdown       Markdown instead of text
  --help           this text

Exit codes: 0 contracts are right, 1 one is not: each problem with file, member and remedy.`;

export const run = command({
  usage: USAGE,
  config: {
    allowPositionals: true,
    options: {
      against: { type: "string", default: "HEAD" },
      folder: { type: "string", default: "contracts" },
      markdown: { type: "boolean" },
    },
  },
  failureCode: 1,
  main: async ({ values, positionals: [verb] }) => {
    const { folder, against } = values;
    if (verb === "schema") {
      await writeSchema(folder);
      return 0;
    }
    if (verb !== "check") {
      throw new Error(`first argument must be check or schema, got ${verb ?? "nothing"}`);
    }
    const settings = Object.values(published);
    const after = readContracts(folder, { environments: settings.map(({ name }) => name) });
    if (resolve(folder) === CONTRACTS_FOLDER) {
      throwIfAny(unreadContracts(after, settings));
    }
    const before = existsSync(against) ? readContracts(against) : contractsAt(against, folder);
    const lines = [
      ...changeLines(before, after, values.markdown ?? false),
      ...changesForOthers(before, after, settings).map((line) => (values.markdown ? `**${line}**` : line)),
    ];
    console.log(lines.length === 0 ? `Nothing changes against ${against}.` : lines.join("\n"));
    return 0;
  },
});

/** @throws ContractError if there are any */
function throwIfAny(problems: readonly ContractProblem[]): void {
  if (problems.length > 0) {
    throw new ContractError(problems);
  }
}

async function writeSchema(folder: string): Promise<void> {
  const { format } = await import("prettier");
  const file = join(folder, CONTRACT_SCHEMA_FILE);
  const text = await format(JSON.stringify(CONTRACT_SCHEMA), { parser: "json", printWidth: 110 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote  ${file}`);
}

/** Contracts as a revision has them. @throws Error where git knows no such revision */
function contractsAt(revision: string, folder: string): Contracts {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const copy = mkdtempSync(join(tmpdir(), "contracts-"));
  try {
    const paths = git("ls-tree", "--name-only", "-z", revision, `${folder}/`).split("\0");
    for (const path of paths.filter((each) => each.endsWith(".json"))) {
      writeFileSync(join(copy, basename(path)), git("show", `${revision}:./${path}`));
    }
    return readContracts(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function changeLines(
  { all: before }: Contracts,
  { all: after }: Contracts,
  isMarkdown: boolean,
): readonly string[] {
  const changes = contractChanges(before, after);
  const clients = [...new Set(changes.map(({ client }) => client))];
  return clients.flatMap((name) => {
    const contract = [...after, ...before].find(({ client }) => client === name);
    const { team = "", email = "" } = contract?.owner ?? {};
    const head = `${name} (${team} <${email}>, cost centre ${contract?.costCentre})`;
    const own = changes.filter(({ client }) => client === name);
    const lines = own.map(
      ({ environment, text }) => `${environment === undefined ? "" : `${environment}: `}${text}`,
    );
    const environments = Object.keys(after.find(({ client }) => client === name)?.environments ?? {});
    return isMarkdown
      ? [
          `### ${head}`,
          "",
          ...lines.map((line) => `- ${line}`),
          "",
          ...environments.flatMap((each) => settingsOf(name, each)),
        ]
      : [head, ...lines.map((line) => `  ${line}`)];
  });
}

/** What the client's developer sets, where the environment is one of this repository's; nothing of it is secret. */
function settingsOf(client: string, name: string): readonly string[] {
  const settings = Object.values(published).find((each) => each.name === name);
  if (settings === undefined) {
    return [];
  }
  const { hostName } = settings.gateway;
  const environment = deployedEnvironment(settings, {
    gatewayUrl: hostName === undefined ? "https://<output gateway_url>" : `https://${hostName}`,
    scope: "<output scope>",
    publicClientId: "<output public_client_id>",
  });
  return allCallers(environment)
    .filter((caller) => caller.name === client)
    .flatMap((caller) => ["```text", sheetText(settingsSheet(environment, caller)), "```", ""]);
}

runIfMain(module, run);

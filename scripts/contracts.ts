import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { allCallers, settingsSheet, sheetText } from "../demo/client-settings";
import { deployedEnvironment } from "../demo/deployed-environment";
import * as published from "../environments";
import { contractedClient, CONTRACTS_FOLDER } from "../environments/contracts";
import {
  CONTRACT_SCHEMA,
  CONTRACT_SCHEMA_FILE,
  contractChanges,
  ContractError,
  type ContractProblem,
  Contracts,
  describeContractProblem,
  readContracts,
} from "../lib/contracts";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { command, runIfMain } from "./command-line";
import { changesForOthers, unknownNames, unreadContracts } from "./contract-effects";
import { markdownText } from "./markdown-text";

const USAGE = `Usage: npm run contracts -- check [--against <revision>] [--folder contracts] [--markdown]
       npm run contracts -- schema [--folder contracts]

check   checks every contract, and says in words what changes for whom against a revision of git, such as origin/main.
        --markdown is for a comment of a pull request, with what each client's developer sets
schema  writes ${CONTRACT_SCHEMA_FILE} beside the contracts, for editors

  --against <revision>     what was before, in git (default HEAD)
  --against-folder <path>  what was before, in another folder
  --folder <path>          where the contracts are (default contracts)
  --markdown               Markdown instead of text
  --help                   this text

Exit codes: 0 contracts are right, 1 one is not: each problem with file, member and remedy.`;

export const run = command({
  usage: USAGE,
  config: {
    allowPositionals: true,
    options: {
      against: { type: "string" },
      "against-folder": { type: "string" },
      folder: { type: "string", default: "contracts" },
      markdown: { type: "boolean" },
    },
  },
  failureCode: 1,
  main: async ({ values, positionals: [verb] }) => {
    const { folder, against = "HEAD", "against-folder": againstFolder, markdown = false } = values;
    if (verb === "schema") {
      await writeSchema(folder);
      return 0;
    }
    if (verb !== "check") {
      throw new Error(`first argument must be check or schema, got ${verb ?? "nothing"}`);
    }
    if (values.against !== undefined && againstFolder !== undefined) {
      throw new Error("--against and --against-folder are two answers to one question: give one of them");
    }
    const settings = Object.values(published);
    const after = readContracts(folder, { environments: settings.map(({ name }) => name) });
    throwIfAny([
      ...unknownNames(after, settings),
      ...(resolve(folder) === CONTRACTS_FOLDER ? unreadContracts(after, settings) : []),
    ]);
    const { before, unread } = contractsBefore(() =>
      againstFolder === undefined ? contractsAt(against, folder) : readContracts(againstFolder),
    );
    const lines = [...unread, ...changesForOthers(before, after, settings)].map((line) =>
      markdown ? `**${markdownText(line)}**\n` : line,
    );
    lines.push(...changeLines(before, after, markdown));
    console.log(
      lines.length === 0 ? `Nothing changes against ${againstFolder ?? against}.` : lines.join("\n"),
    );
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

/** What was before. Contracts that were wrong say nothing: then everything is told as new. */
function contractsBefore(read: () => Contracts): {
  readonly before: Contracts;
  readonly unread: readonly string[];
} {
  try {
    return { before: read(), unread: [] };
  } catch (error) {
    if (!(error instanceof ContractError)) {
      throw error;
    }
    const [first] = error.problems;
    const what = first === undefined ? "" : describeContractProblem(first);
    return {
      before: new Contracts([]),
      unread: [`What was before is wrong, so that all of it is told as new: ${what}`],
    };
  }
}

/** Contracts as a revision has them. @throws Error where git knows no such revision */
function contractsAt(revision: string, folder: string): Contracts {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const copy = mkdtempSync(join(tmpdir(), "contracts-"));
  try {
    const commit = commitOf(revision, git);
    const names = git("ls-tree", "--name-only", "-z", commit, "./").split("\0");
    for (const name of names.filter((each) => each.endsWith(".json"))) {
      writeFileSync(join(copy, name), git("show", `${commit}:./${name}`));
    }
    return readContracts(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function commitOf(revision: string, git: (...args: readonly string[]) => string): string {
  try {
    return git("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`).trim();
  } catch {
    throw new Error(
      `--against must be a revision that git knows, got ${revision}: fetch it, or name a folder by --against-folder`,
    );
  }
}

function changeLines(before: Contracts, after: Contracts, isMarkdown: boolean): readonly string[] {
  const changes = contractChanges(before.all, after.all);
  const clients = [...new Set(changes.map(({ client }) => client))];
  return clients.flatMap((name) => {
    const contract = [...after.all, ...before.all].find(({ client }) => client === name);
    const { team = "", email = "" } = contract?.owner ?? {};
    const head = `${name} (${team} <${email}>, cost centre ${contract?.costCentre})`;
    const own = changes.filter(({ client }) => client === name);
    const lines = own.map(
      ({ environment, text }) => `${environment === undefined ? "" : `${environment}: `}${text}`,
    );
    return isMarkdown
      ? [
          `### ${markdownText(head)}`,
          "",
          ...lines.map((line) => `- ${markdownText(line)}`),
          "",
          ...Object.values(published).flatMap((settings) => sheetsOf(name, settings, after)),
        ]
      : [head, ...lines.map((line) => `  ${line}`)];
  });
}

/** What the client's developer sets in an environment; nothing of it is secret. */
function sheetsOf(client: string, settings: EnvironmentSettings, contracts: Contracts): readonly string[] {
  const { name, clients = [], gateway, registration } = settings;
  const [scope] = Object.keys(registration?.scopes ?? {});
  const environment = deployedEnvironment(
    {
      ...settings,
      clients: [
        ...clients.filter(({ contract }) => contract === undefined),
        ...contracts.of(name).map(contractedClient),
      ],
    },
    {
      gatewayUrl:
        gateway.hostName === undefined ? "https://<output gateway_url>" : `https://${gateway.hostName}`,
      scope: scope === undefined ? undefined : `api://<client id in output scope>/${scope}`,
      publicClientId: "<output public_client_id>",
    },
  );
  const callers = allCallers(environment).filter(
    (caller) => caller.client?.contract !== undefined && caller.name === client,
  );
  const terms = contracts.of(name).find((each) => each.client === client);
  if (terms !== undefined && callers.length === 0) {
    return [`**${name}: none of its credentials is one that API ${terms.api} takes**`, ""];
  }
  return callers.flatMap((caller) => fenced(sheetText(settingsSheet(environment, caller))));
}

/** A block of code, whatever runs of grave accents are in it. */
function fenced(text: string): readonly string[] {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
  return [`${fence}text`, text, fence, ""];
}

runIfMain(module, run);

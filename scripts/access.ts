import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as published from "../environments";
import type * as Access from "../simulator/access";
import type { AccessChange, AccessReport } from "../simulator/access";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { type Command, command, runIfMain } from "./command-line";
import type * as Synthesis from "./environment-synthesis";

type Environments = Readonly<Record<string, EnvironmentSettings>>;

const usageFor = (
  environments: Environments,
): string => `Usage: npm run access [-- --check] [--env <name>]... [--json]

Finds out who may call what in each environment, by calling the synthesized stacks in the simulator, and writes it to
access/<environment>.md: one fact a line, so that its diff is what a reviewer reads.

  --check       write nothing; name what is different from the files, and end with 1 if anything is
  --env <name>  only this environment: ${Object.keys(environments).join(", ")}; once for each
  --json        print the reports as JSON, one line for each environment, and write nothing
  --help        this text`;

const FOLDER = join(__dirname, "../access");
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

const INTRODUCTION = [
  "Who may call what, under which limits, and who stays out: seen by calling the synthesized stack in the simulator.",
  "Written by `npm run access`; `npm run access -- --check` names what changed. [How to read it](../docs/access.md)",
];

/**
 * The command, with the environments that it knows by name.
 *
 * @param folder of the files
 */
export const accessCommandOf = (environments: Environments, folder: string): Command =>
  command({
    usage: usageFor(environments),
    config: {
      options: {
        check: { type: "boolean" },
        env: { type: "string", multiple: true },
        json: { type: "boolean" },
      },
    },
    failureCode: 1,
    main: async ({ values }) => {
      const names = values.env ?? Object.keys(environments);
      const unknown = names.filter((name) => !Object.keys(environments).includes(name));
      if (unknown.length > 0) {
        console.error(`--env ${unknown.join(", ")}: there are ${Object.keys(environments).join(", ")}`);
        return 2;
      }
      if (!values.json) {
        console.error(`Trying who gets in to ${names.join(", ")} …`);
      }
      // Another process knows the published ones only.
      const isShared =
        environments === published && values.json !== true && names.length > 1 && availableParallelism() > 1;
      const reports = await (isShared ? sideBySide(names) : reportsOf(environments, names));
      if (values.json) {
        reports.forEach(([environment, report]) => console.log(JSON.stringify({ environment, ...report })));
        return 0;
      }
      const outdated = reports.filter(
        ([name, report]) => !update(join(folder, `${name}.md`), name, report, values.check ?? false),
      );
      if (values.check && outdated.length > 0) {
        console.error("\nAccess changed. If that is meant: npm run access, and commit the files.");
        return 1;
      }
      if (outdated.length === 0) {
        console.log(`Nothing changed: ${names.map((name) => `access/${name}.md`).join(", ")}.`);
      }
      return 0;
    },
  });

export const run = accessCommandOf(published, FOLDER);

/** Half of the environments in a process each: trying one takes a core for seconds. */
async function sideBySide(names: readonly string[]): Promise<readonly (readonly [string, AccessReport])[]> {
  // The largest alone: what has more lines has more to try.
  const [largest = "", ...others] = [...names].sort(
    (left, right) => textOf(join(FOLDER, `${right}.md`)).length - textOf(join(FOLDER, `${left}.md`)).length,
  );
  const printed = await Promise.all(
    [[largest], others].map((group) =>
      promisify(execFile)(
        process.execPath,
        [
          "--require",
          "./scripts/typescript.cjs",
          __filename,
          "--json",
          ...group.flatMap((name) => ["--env", name]),
        ],
        { cwd: join(__dirname, ".."), maxBuffer: MAX_OUTPUT_BYTES },
      ),
    ),
  );
  const reports = new Map(
    printed
      .flatMap(({ stdout }) => stdout.trim().split("\n"))
      .map((line) => {
        const { environment, ...report } = JSON.parse(line) as AccessReport & {
          readonly environment: string;
        };
        return [environment, report] as const;
      }),
  );
  return names.map((name) => [name, reports.get(name) as AccessReport] as const);
}

/** Synthesizes in a folder of its own: what lies in `cdktf.out` may be older, or edited. */
async function reportsOf(
  environments: Environments,
  names: readonly string[],
): Promise<readonly (readonly [string, AccessReport])[]> {
  const folder = mkdtempSync(join(tmpdir(), "access-"));
  try {
    const { synthesizeEnvironments } = require("./environment-synthesis") as typeof Synthesis;
    const wanted = Object.entries(environments).filter(([name]) => names.includes(name));
    synthesizeEnvironments(
      wanted.map(([, settings]) => settings),
      folder,
    );
    const { accessOf } = access();
    const reports: (readonly [string, AccessReport])[] = [];
    for (const name of names) {
      reports.push([name, await accessOf(join(folder, "stacks", name))]);
    }
    return reports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the file of an environment, or says what is different from it. @returns whether it was up to date */
function update(path: string, name: string, report: AccessReport, check: boolean): boolean {
  const { accessChanges, accessMarkdown, readAccessMarkdown } = access();
  const text = accessMarkdown(report, `Access: ${name}`, INTRODUCTION);
  const committed = textOf(path);
  if (committed === text) {
    return true;
  }
  print(name, committed === "" ? undefined : accessChanges(readAccessMarkdown(committed), report));
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return false;
}

function print(name: string, changes: readonly AccessChange[] | undefined): void {
  console.log(name);
  if (changes === undefined) {
    console.log("  there was no file");
  } else if (changes.length === 0) {
    console.log("  the same facts, written in another way");
  }
  const { describeChange } = access();
  changes?.forEach((change) => console.log(`  ${describeChange(change)}`));
}

/** Loaded when something is tried: `--help` needs none of it. */
function access(): typeof Access {
  return require("../simulator/access") as typeof Access;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

runIfMain(module, run);

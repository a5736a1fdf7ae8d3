import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Table, tableJson, tableText } from "./table";

const USAGE = `Usage: npm run bench [-- [synth] [simulator] [--json]]

Measures, over growing input and with growth ratios side by side. Nothing here fails: numbers are for people.

  synth      time and memory of synthesis, alone and through the CDKTF CLI
  simulator  start-up, requests per second and added latency of the simulator, by credential, with and
             without limits, over clients and operations
  --json     tables as JSON, one object a line
  --help     this text

Runs both benchmarks unless one is named. Progress goes to stderr.
BENCH_PROFILE=<folder> keeps a CPU profile of every simulator that is measured.`;

type Bench = (progress: (text: string) => void) => Iterable<Table> | AsyncIterable<Table>;

/** Loaded when they run: the text of `--help` needs neither. */
const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  synth: async () => (await import("./synth.js")).benchSynth,
  simulator: async () => (await import("./simulator.js")).benchSimulator,
};

/** @returns the exit code: 0 measured, 2 wrong arguments */
async function main(): Promise<number> {
  const { help, json, names, problem } = commandLine();
  if (problem !== undefined) {
    console.error(`${problem}\n\n${USAGE}`);
    return 2;
  }
  if (help) {
    console.log(USAGE);
    return 0;
  }
  inFolderOfItsOwn();
  const progress = (text: string): void => console.error(`... ${text}`);
  for (const name of names) {
    const bench = await BENCHES[name]!();
    for await (const table of bench(progress)) {
      console.log(json ? JSON.stringify(tableJson(table)) : `\n${tableText(table)}`);
    }
  }
  return 0;
}

function commandLine(): {
  readonly help: boolean;
  readonly json: boolean;
  readonly names: readonly string[];
  readonly problem?: string;
} {
  const names = Object.keys(BENCHES);
  try {
    const { values, positionals } = parseArgs({
      options: { help: { type: "boolean", short: "h" }, json: { type: "boolean" } },
      allowPositionals: true,
    });
    const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
    return {
      help: values.help === true,
      json: values.json === true,
      names: positionals.length > 0 ? positionals : names,
      ...(unknown.length > 0
        ? { problem: `There is no benchmark '${unknown.join("', '")}'; there are: ${names.join(", ")}.` }
        : {}),
    };
  } catch (error) {
    return { help: false, json: false, names: [], problem: (error as Error).message };
  }
}

/** Temporary files of this process, and of all that it starts, go when it does: however it ends. */
function inFolderOfItsOwn(): void {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  process.env.TMPDIR = folder;
  process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  process.on("SIGINT", () => process.exit(130));
  process.on("SIGTERM", () => process.exit(143));
}

void main().then((code) => (process.exitCode = code));

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, runIfMain } from "../scripts/command-line";
import type * as Access from "./access";
import type * as Cache from "./cache";
import type * as Queue from "./queue";
import type * as Records from "./records";
import type * as Simulator from "./simulator";
import type * as Start from "./start";
import type * as Synth from "./synth";
import { type Table, tableJson, tableText } from "./table";

const USAGE = `Usage: npm run bench [-- [synth] [start] [simulator] [cache] [records] [access] [queue] [--json]]

Measures, over growing input and with growth ratios side by side. Nothing here fails: numbers are for people.

  synth      time and memory of synthesis, alone and through the CDKTF CLI
  start      commands, and the simulator until it answers
  simulator  requests per second and added latency of the simulator, by credential, with and
             without limits, over clients and operations
  cache      answers that are given again, and answers that are kept
  records    what the audit record of a request costs
  access     access files of the environments, and over clients, operations and models
  queue      queued requests that one worker gets done
  --json     tables as JSON, one object per line
  --help     this text

Runs all benchmarks unless one is named. Progress goes to stderr.
BENCH_PROFILE=<folder> keeps a CPU profile of every simulator that is measured.`;

type Bench = (progress: (text: string) => void) => Iterable<Table> | AsyncIterable<Table>;

/** Loaded when they run: the text of `--help` needs neither. */
const BENCHES: Readonly<Record<string, () => Bench>> = {
  synth: () => (require("./synth") as typeof Synth).benchSynth,
  start: () => (require("./start") as typeof Start).benchStart,
  simulator: () => (require("./simulator") as typeof Simulator).benchSimulator,
  cache: () => (require("./cache") as typeof Cache).benchCache,
  records: () => (require("./records") as typeof Records).benchRecords,
  access: () => (require("./access") as typeof Access).benchAccess,
  queue: () => (require("./queue") as typeof Queue).benchQueue,
};

/** Ends with 0 when measured, with 2 for wrong arguments. */
export const run = command({
  usage: USAGE,
  config: { options: { json: { type: "boolean" } }, allowPositionals: true },
  failureCode: 1,
  main: async ({ values, positionals }) => {
    const known = Object.keys(BENCHES);
    const unknown = positionals.filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      console.error(
        `There is no benchmark '${unknown.join("', '")}'; there are: ${known.join(", ")}.\n\n${USAGE}`,
      );
      return 2;
    }
    inFolderOfItsOwn();
    const progress = (text: string): void => console.error(`... ${text}`);
    for (const name of positionals.length > 0 ? positionals : known) {
      const bench = BENCHES[name]!();
      for await (const table of bench(progress)) {
        console.log(values.json ? JSON.stringify(tableJson(table)) : `\n${tableText(table)}`);
      }
    }
    return 0;
  },
});

/** Temporary files of this process, and of all that it starts, go when it does: however it ends. */
function inFolderOfItsOwn(): void {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  // By the names of Unix and of Windows.
  Object.assign(process.env, { TMPDIR: folder, TEMP: folder, TMP: folder });
  process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  process.on("SIGINT", () => process.exit(130));
  process.on("SIGTERM", () => process.exit(143));
}

runIfMain(module, run);

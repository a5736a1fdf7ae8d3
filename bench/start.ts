import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { npmProgram } from "../scripts/npm";
import { compiledProgram, compilePrograms } from "./compiled-program";
import { MeasuredSimulator } from "./measured-simulator";
import { withStack } from "./measured-stack";
import { type StartUp, startUp } from "./start-up";
import type { Table } from "./table";

type Progress = (text: string) => void;

const STARTS = 3;

/** What starting costs: of commands, of the simulator in a program, and of the simulator's commands. */
export async function* benchStart(progress: Progress): AsyncGenerator<Table> {
  progress("compiling the simulator");
  compilePrograms();
  yield await commands(progress);
  yield await inProgram(progress);
  yield await untilAnswer(progress);
}

/** What several starts came to. */
async function repeated<T>(
  name: string,
  progress: Progress,
  measure: () => Promise<T> | T,
): Promise<readonly T[]> {
  const results: T[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    progress(`start of ${name}, ${start + 1} of ${STARTS}`);
    results.push(await measure());
  }
  return results;
}

function best(values: readonly number[]): number {
  return Math.min(...values);
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? NaN;
}

async function commands(progress: Progress): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const args of [
    ["run", "demo", "--", "--help"],
    ["run", "synth", "--", "--help"],
    ["run", "synth"],
  ]) {
    const name = `npm ${args.join(" ")}`;
    const times = await repeated(name, progress, () => {
      const start = performance.now();
      const environment = { ...process.env, CDKTF_OUTDIR: outputFolder() };
      const { status } = spawnSync(process.execPath, [npmProgram(), ...args], { env: environment });
      if (status !== 0) {
        throw new Error(`${name} ended with ${status}`);
      }
      return performance.now() - start;
    });
    rows.push([name, best(times), median(times)]);
  }
  return {
    title: "Commands from start to end, in milliseconds",
    columns: [{ name: "command" }, { name: "best", digits: 0 }, { name: "median", digits: 0 }],
    rows,
  };
}

async function inProgram(progress: Progress): Promise<Table> {
  const started = await withStack({}, (directory) =>
    repeated("simulate()", progress, async () => {
      const simulator = await MeasuredSimulator.start(directory);
      await simulator.stop();
      return simulator.started;
    }),
  );
  const row = (
    what: string,
    ms: (of: MeasuredSimulator["started"]) => number,
    cpuMs: (of: MeasuredSimulator["started"]) => number,
  ): (string | number)[] => [what, best(started.map(ms)), best(started.map(cpuMs))];
  return {
    title: "The simulator in a cold process, best of three, in milliseconds",
    columns: [{ name: "what" }, { name: "time", digits: 0 }, { name: "CPU", digits: 0 }],
    rows: [
      row(
        "Node.js and loading",
        ({ loadMs }) => loadMs,
        ({ loadCpuMs }) => loadCpuMs,
      ),
      row(
        "simulate()",
        ({ readyMs, loadMs }) => readyMs - loadMs,
        ({ readyCpuMs, loadCpuMs }) => readyCpuMs - loadCpuMs,
      ),
    ],
  };
}

async function untilAnswer(progress: Progress): Promise<Table> {
  const row = async (name: string, measure: () => Promise<StartUp>): Promise<(string | number)[]> => {
    const times = await repeated(name, progress, measure);
    const answers = times.map(({ answeredMs }) => answeredMs);
    const reports = times.map(({ reportedMs }) => reportedMs);
    return [name, best(answers), median(answers), best(reports), median(reports)];
  };
  const npmStart = {
    args: [npmProgram(), "start", "--silent", "--"],
    environment: { CDKTF_OUTDIR: outputFolder() },
  };
  return {
    title:
      "A cold simulator until it has answered a request, and until it has said what to call, in milliseconds",
    columns: [
      { name: "command" },
      { name: "answer best", digits: 0 },
      { name: "answer median", digits: 0 },
      { name: "report best", digits: 0 },
      { name: "report median", digits: 0 },
    ],
    rows: [
      await withStack({}, (directory) =>
        row("azure-apim-simulator", () =>
          startUp({ args: [compiledProgram("simulator/main.ts"), "--stack", directory] }),
        ),
      ),
      await row("npm start", () => startUp(npmStart)),
      await row("npm start, with synthesis", () => {
        rmSync(outputFolder(), { recursive: true, force: true });
        return startUp(npmStart);
      }),
    ],
  };
}

function outputFolder(): string {
  return join(process.env.TMPDIR ?? "", "bench-start");
}

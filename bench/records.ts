import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { everyCredentialStack } from "../test/support/every-credential-stack";
import { compilePrograms } from "./compiled-program";
import { CREDENTIALS, type Load, MeasuredSimulator } from "./measured-simulator";
import type { Table } from "./table";

/** Rounds, of which the cheapest counts for each. */
const ROUNDS = 3;
const LOAD: Load = { client: 0, connections: 16, warmUp: 600, requests: 200, windows: 4 };

/** One request at a time: how long its record takes of what the gateway adds. */
const ALONE: Load = { ...LOAD, connections: 1, warmUp: 20, windows: 1 };

/**
 * What the audit record of a request costs: the same API with and without it, in two processes that take turns, so that
 * what else the machine does hits both.
 */
export async function* benchRecords(progress: (text: string) => void): AsyncGenerator<Table> {
  progress("compiling the simulator");
  compilePrograms();
  const directory = everyCredentialStack({ limits: true });
  const simulators: MeasuredSimulator[] = [];
  try {
    const recording = await MeasuredSimulator.start(directory);
    simulators.push(recording);
    const silent = await MeasuredSimulator.start(withoutRecords(directory));
    simulators.push(silent);
    const rows: (string | number)[][] = [];
    for (const credential of CREDENTIALS) {
      const costs = { recording: Infinity, silent: Infinity };
      for (let round = 0; round < ROUNDS; round += 1) {
        progress(`requests with ${credential}, with and without records, ${round + 1} of ${ROUNDS}`);
        const load = round === 0 ? LOAD : { ...LOAD, warmUp: 0 };
        costs.recording = Math.min(costs.recording, await cpuMs(recording, credential, load));
        costs.silent = Math.min(costs.silent, await cpuMs(silent, credential, load));
      }
      const { addedP50, recordP50 } = await recording.measure(credential, ALONE);
      rows.push([
        credential,
        costs.recording,
        costs.silent,
        addedP50,
        recordP50,
        (100 * recordP50) / addedP50,
      ]);
    }
    yield {
      title:
        "Audit records: CPU ms of a request with its record and without, and what the record takes of the added time",
      columns: [
        { name: "credential" },
        { name: "with", digits: 2 },
        { name: "without", digits: 2 },
        { name: "added p50 ms", digits: 2 },
        { name: "record p50 ms", digits: 3 },
        { name: "of p50 %", digits: 1 },
      ],
      rows,
    };
  } finally {
    await Promise.all(simulators.map((simulator) => simulator.stop()));
    rmSync(dirname(dirname(directory)), { recursive: true, force: true });
  }
}

async function cpuMs(
  simulator: MeasuredSimulator,
  credential: (typeof CREDENTIALS)[number],
  load: Load,
): Promise<number> {
  return 1000 / (await simulator.measure(credential, load)).requestsPerCpuSecond;
}

/** A copy of a stack whose fragments write no record. @throws Error if they write none anyway */
function withoutRecords(directory: string): string {
  const stack = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")) as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, { value?: string }>>>>;
  };
  let records = 0;
  for (const fragment of Object.values(stack.resource.azurerm_api_management_policy_fragment ?? {})) {
    fragment.value = fragment.value?.replace(/<trace [^]*?<\/trace>/g, () => {
      records += 1;
      return "";
    });
  }
  if (records === 0) {
    throw new Error("the stack writes no audit records");
  }
  const copy = join(directory, "without-records");
  mkdirSync(copy);
  writeFileSync(join(copy, "cdk.tf.json"), JSON.stringify(stack));
  return copy;
}

import { QueueSimulation } from "../test/worker/queue-simulation";
import { ACCOUNT } from "../test/worker/queue-stack";
import { WorkerProcess } from "../test/worker/worker-process";
import { compiledProgram, compilePrograms } from "./compiled-program";
import type { Table } from "./table";

const REQUESTS = 200;
const MAX_WAIT_MS = 600_000;
const CONCURRENCIES = [1, 4, 16];
const LATENCIES_MS = [0, 500];

/** What one worker gets done, the simulator on the same machine included. */
export async function* benchQueue(progress: (text: string) => void): AsyncGenerator<Table> {
  progress("compiling the worker");
  compilePrograms();
  const requests = await QueueSimulation.start();
  try {
    const account = requests.simulation.account(ACCOUNT);
    const rows: number[][] = [];
    for (const latencyMs of LATENCIES_MS) {
      account.recover();
      account.slow(latencyMs);
      for (const concurrency of CONCURRENCIES) {
        progress(`${REQUESTS} queued requests, ${concurrency} at once, a model of ${latencyMs} ms`);
        const accepted = await fillQueue(requests);
        rows.push([latencyMs, concurrency, accepted, await drainQueue(requests, concurrency)]);
        requests.simulation.forgetTraffic();
      }
    }
    yield {
      title: "Queued requests per second: accepted by the gateway, and taken to their results by one worker",
      columns: [
        { name: "modelMs", heading: "model takes", suffix: " ms" },
        { name: "concurrency", heading: "at once" },
        { name: "acceptedPerSecond", heading: "accepted/s", digits: 0 },
        { name: "resultsPerSecond", heading: "results/s", digits: 1 },
      ],
      rows,
    };
  } finally {
    await requests.close();
  }
}

/** @returns accepted requests per second */
async function fillQueue(requests: QueueSimulation): Promise<number> {
  const caller = await requests.bearer("web");
  const begin = performance.now();
  for (let index = 0; index < REQUESTS; index += 1) {
    await requests.accepted(caller, `question ${index}`);
  }
  return (1000 * REQUESTS) / (performance.now() - begin);
}

/** @returns results per second, from the first to the last */
async function drainQueue(requests: QueueSimulation, concurrency: number): Promise<number> {
  const environment = requests.workerEnvironment({ CONCURRENCY: String(concurrency) });
  const worker = new WorkerProcess(environment, [], [compiledProgram("worker/main.ts")]);
  const done = (): readonly number[] =>
    worker.log.filter(({ event }) => event === "succeeded").map(({ time }) => Date.parse(String(time)));
  await worker.until(() => done().length === REQUESTS, MAX_WAIT_MS);
  await worker.terminate();
  const times = done();
  return (1000 * (REQUESTS - 1)) / ((times.at(-1) ?? NaN) - (times[0] ?? NaN));
}

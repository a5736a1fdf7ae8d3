import type { EveryCredentialStackProps } from "../test/support/every-credential-stack";
import { compilePrograms } from "./compiled-program";
import { ALONE, BUSY } from "./load";
import { type Credential, CREDENTIALS, type Load, type Series } from "./measured-simulator";
import { withSimulator } from "./measured-stack";
import type { Column, Table } from "./table";

type Progress = (text: string) => void;

/** For series, where each step is measured against the first. */
const BRIEF: Omit<Load, "client"> = { ...BUSY, warmUp: 600, requests: 200 };

/** Throughput and latency of the simulator: one process, one thread, its accounts included. */
export async function* benchSimulator(progress: Progress): AsyncGenerator<Table> {
  progress("compiling the simulator");
  compilePrograms();
  yield await byCredential(progress);
  yield await besideProxy(progress);
  yield await byClients(progress);
  yield await byOperations(progress);
}

async function byCredential(progress: Progress): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const limits of [false, true]) {
    await withSimulator({ limits }, async (simulator) => {
      for (const credential of CREDENTIALS) {
        progress(`requests with ${credential}, ${limits ? "with" : "without"} limits`);
        const full = await simulator.measure(credential, { ...BUSY, client: 0 });
        const single = await simulator.measure(credential, { ...ALONE, client: 0 });
        rows.push([
          credential,
          limits ? "yes" : "no",
          full.requestsPerSecond,
          full.requestsPerCpuSecond,
          1000 / full.requestsPerCpuSecond,
          single.addedP50,
          single.addedP99,
        ]);
      }
    });
  }
  return {
    title: "Chat completions by credential",
    columns: [
      { name: "credential" },
      { name: "limits" },
      { name: "requests/s", digits: 0 },
      { name: "requests/CPU s", digits: 0 },
      { name: "CPU ms", digits: 2 },
      { name: "added p50 ms", digits: 2 },
      { name: "p99 ms", digits: 2 },
    ],
    rows,
  };
}

/** V8 is done with compiling the whole policy then, as it is with the few lines of the proxy. */
const WARM = 6_000;
const ROUNDS = 9;

/** One process in which both take turns: the machine is the same for both. */
async function besideProxy(progress: Progress): Promise<Table> {
  const rows: (string | number)[][] = [];
  await withSimulator({ limits: true }, async (simulator) => {
    const load: Load = { ...BUSY, client: 0, warmUp: 50, windows: 1 };
    const measured: Readonly<Record<string, (load: Load) => Promise<Series>>> = {
      "bare proxy": (each) => simulator.measurePlainProxy(each),
      simulator: (each) => simulator.measure("token", each),
      // What has verified a signature remembers it, which the proxy does not.
      "simulator, each token once": (each) => simulator.measure("token", { ...each, freshTokens: true }),
    };
    const costs = new Map<string, number[]>();
    for (let round = 0; round <= ROUNDS; round += 1) {
      progress(`requests with token, beside a bare proxy, ${round} of ${ROUNDS}`);
      for (const [name, measure] of Object.entries(measured)) {
        const { requestsPerCpuSecond } = await measure(round === 0 ? { ...load, warmUp: WARM } : load);
        // The first round only warms up.
        costs.set(name, round === 0 ? [] : [...(costs.get(name) ?? []), 1000 / requestsPerCpuSecond]);
      }
    }
    const bare = inOrder(costs.get("bare proxy"));
    for (const [name, milliseconds] of costs) {
      const sorted = inOrder(milliseconds);
      rows.push([
        name,
        1000 / sorted.best,
        sorted.best,
        bare.best / sorted.best,
        sorted.median,
        bare.median / sorted.median,
      ]);
    }
  });
  return {
    title: "Beside a bare Node.js proxy that validates the same token and forwards to the same account",
    columns: [
      { name: "what" },
      { name: "requests/CPU s", digits: 0 },
      { name: "CPU ms", digits: 2 },
      { name: "ratio", digits: 2 },
      { name: "median ms", digits: 2 },
      { name: "median ratio", digits: 2 },
    ],
    rows,
  };
}

function inOrder(values: readonly number[] = []): { readonly best: number; readonly median: number } {
  const sorted = [...values].sort((left, right) => left - right);
  return { best: sorted[0] ?? NaN, median: sorted[Math.floor(sorted.length / 2)] ?? NaN };
}

async function byClients(progress: Progress): Promise<Table> {
  const sizes = [1, 10, 100, 1_000];
  return series("Clients of each API", CREDENTIALS, sizes, (clients) => {
    progress(`${clients} clients`);
    // A policy document that names a thousand certificates is longer than APIM takes: synthesis refuses it.
    const credentials = CREDENTIALS.filter((name) => clients < 1_000 || name === "key" || name === "token");
    return { stack: { clients, credentials, limits: true }, client: clients - 1 };
  });
}

async function byOperations(progress: Progress): Promise<Table> {
  const steps: readonly EveryCredentialStackProps[] = [
    { operations: ["chat"] },
    {},
    { copies: 2 },
    { copies: 5 },
  ];
  const sizes = steps.map((_, index) => index);
  return series("Operations of the gateway", ["key", "token"], sizes, (index) => {
    progress(`operations, ${index + 1} of ${steps.length}`);
    return { stack: { ...steps[index], limits: true }, client: 0 };
  });
}

/** Each size in a process of its own. */
async function series(
  title: string,
  credentials: readonly Credential[],
  sizes: readonly number[],
  settings: (size: number) => { readonly stack: EveryCredentialStackProps; readonly client: number },
): Promise<Table> {
  const rows: (number | undefined)[][] = [];
  const first = new Map<Credential, number>();
  for (const size of sizes) {
    const { stack, client } = settings(size);
    await withSimulator(stack, async (simulator, kilobytes) => {
      const { operations, readyMs, megabytes } = simulator.started;
      const row: (number | undefined)[] = [stack.clients ?? 1, operations, kilobytes, readyMs, megabytes];
      for (const credential of credentials) {
        if (stack.credentials?.includes(credential) === false) {
          row.push(undefined, undefined);
          continue;
        }
        const { requestsPerCpuSecond } = await simulator.measure(credential, { ...BRIEF, client });
        const milliseconds = 1000 / requestsPerCpuSecond;
        first.set(credential, first.get(credential) ?? milliseconds);
        row.push(milliseconds, milliseconds / (first.get(credential) ?? NaN));
      }
      rows.push(row);
    });
  }
  const costs = credentials.flatMap((name): readonly Column[] => [
    { name, digits: 2 },
    { name: `${name} growth`, heading: "", digits: 2, suffix: "×" },
  ]);
  return {
    title: `${title}: size, start-up, and CPU ms of a request by credential, with the first row as 1`,
    columns: [
      { name: "clients" },
      { name: "operations", heading: "ops" },
      { name: "JSON KB", heading: "KB", digits: 0 },
      { name: "ready ms", digits: 0 },
      { name: "MB", digits: 0 },
      ...costs,
    ],
    rows,
  };
}

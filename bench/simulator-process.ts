import { simulate, type Simulation, type TokenProps } from "../simulator";
import { type PlainProxyProps, startPlainProxy } from "./plain-proxy";

/** What the benchmark asks of the process that it measures. */
export type Question =
  | { readonly kind: "start"; readonly directory: string }
  | { readonly kind: "token"; readonly issuer: string; readonly claims: TokenProps["claims"] }
  | { readonly kind: "certificate"; readonly authority: string; readonly commonName: string }
  | ({ readonly kind: "plain-proxy" } & Omit<PlainProxyProps, "simulation">)
  | { readonly kind: "measure" };

export interface Started {
  readonly port: number;
  readonly caPem: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly operations: number;
  /** From the start of the process until it takes requests, in milliseconds. */
  readonly readyMs: number;
  /** Of these, what loading code takes. */
  readonly loadMs: number;
  /** CPU time of the process until then, all of its threads together. */
  readonly readyCpuMs: number;
  readonly loadCpuMs: number;
  /** Resident memory. */
  readonly megabytes: number;
}

/** What happened since the question before. */
export interface Measurement {
  /** Milliseconds of each of the latest requests, without those of the account. */
  readonly addedMs: readonly number[];
  /** Milliseconds of each of them for its audit record. */
  readonly recordMs: readonly number[];
  /** Milliseconds of CPU that the process has used for requests, all of its threads together. */
  readonly cpuMs: number;
}

const loadMs = performance.now();
const loadCpuMs = usedCpuMs();
let running: Simulation | undefined;
/** CPU time at the end of the last measurement. */
let measuredUntil = 0;

async function answer(question: Question): Promise<unknown> {
  if (question.kind === "start") {
    running = await simulate(question.directory);
    return started(running);
  }
  if (running === undefined) {
    throw new Error("the simulation has not been started");
  }
  switch (question.kind) {
    case "token":
      return running.issueToken(question);
    case "certificate":
      return running.issueCertificate(question);
    case "plain-proxy":
      return startPlainProxy({ ...question, simulation: running });
    case "measure":
      return measure(running);
  }
}

function started({ model, url, caPem }: Simulation): Started {
  const readyMs = performance.now();
  const readyCpuMs = usedCpuMs();
  const subscriptions = model.gateways.flatMap((gateway) => gateway.subscriptions);
  return {
    port: Number(new URL(url).port),
    caPem,
    keys: Object.fromEntries(
      subscriptions.map(({ subscriptionId, primaryKey }) => [subscriptionId, primaryKey]),
    ),
    operations: model.gateways.flatMap(({ apis }) => apis).flatMap(({ operations }) => operations).length,
    readyMs,
    loadMs,
    readyCpuMs,
    loadCpuMs,
    megabytes: process.memoryUsage.rss() / 2 ** 20,
  };
}

function measure(simulation: Simulation): Measurement {
  const cpuMs = usedCpuMs() - measuredUntil;
  const addedMs = simulation.traces.map(({ durationMs, steps }) => {
    const forwarded = steps.filter(({ element }) => element === "forward-request");
    return durationMs - forwarded.reduce((sum, step) => sum + step.durationMs, 0);
  });
  const recordMs = simulation.traces.map(({ steps }) =>
    steps.filter(({ element }) => element === "trace").reduce((sum, step) => sum + step.durationMs, 0),
  );
  simulation.clearRecords();
  // What measuring itself takes counts for nobody.
  measuredUntil = usedCpuMs();
  return { addedMs, recordMs, cpuMs };
}

function usedCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

process.on("message", (question: Question) => void answer(question).then((value) => process.send?.(value)));
process.on("disconnect", () => process.exit());

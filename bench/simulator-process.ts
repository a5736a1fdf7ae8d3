import { simulate, type Simulation, type TokenProps } from "../simulator";

/** What the benchmark asks of the process that it measures. */
export type Question =
  | { readonly kind: "start"; readonly directory: string }
  | { readonly kind: "token"; readonly issuer: string; readonly claims: TokenProps["claims"] }
  | { readonly kind: "certificate"; readonly authority: string; readonly commonName: string }
  | { readonly kind: "measure" };

export interface Started {
  readonly port: number;
  readonly caPem: string;
  readonly keys: Readonly<Record<string, string>>;
  /** From the start of the process until it takes requests, in milliseconds. */
  readonly readyMs: number;
  /** Of these, what loading code takes. */
  readonly loadMs: number;
}

/** What the gateway took for the latest requests. */
export interface Measurement {
  /** Milliseconds of each request without those of the account. */
  readonly addedMs: readonly number[];
  /** Milliseconds of CPU that the process has used. */
  readonly cpuMs: number;
}

const loadMs = performance.now();
let running: Simulation | undefined;

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
    case "measure":
      return measure(running);
  }
}

function started({ model, url, caPem }: Simulation): Started {
  const subscriptions = model.gateways.flatMap((gateway) => gateway.subscriptions);
  return {
    port: Number(new URL(url).port),
    caPem,
    keys: Object.fromEntries(
      subscriptions.map(({ subscriptionId, primaryKey }) => [subscriptionId, primaryKey]),
    ),
    readyMs: performance.now(),
    loadMs,
  };
}

function measure(simulation: Simulation): Measurement {
  const { user, system } = process.cpuUsage();
  const addedMs = simulation.traces.map(({ durationMs, steps }) => {
    const forwarded = steps.filter(({ element }) => element === "forward-request");
    return durationMs - forwarded.reduce((sum, step) => sum + step.durationMs, 0);
  });
  simulation.clearRecords();
  return { addedMs, cpuMs: (user + system) / 1000 };
}

process.on("message", (question: Question) => void answer(question).then((value) => process.send?.(value)));
process.on("disconnect", () => process.exit());

import {
  type ClientCertificateProps,
  type RequestTrace,
  simulate,
  type SimulateOptions,
  type Simulation,
  type TokenProps,
} from "../../simulator";
import { establishedCaller } from "../../simulator/sinks";

/** What the parent process asks for. */
export type Command =
  | {
      readonly kind: "start";
      readonly directory: string;
      readonly options: Pick<SimulateOptions, "connectionTimeouts">;
    }
  | { readonly kind: "mint"; readonly tokens: readonly MintedToken[] }
  | { readonly kind: "certificate"; readonly props: ClientCertificateProps }
  | { readonly kind: "report" }
  | { readonly kind: "memory" };

/** A token to be made with the keys of this process. */
export type MintedToken = Pick<TokenProps, "claims" | "header"> & {
  readonly issuer: string;
  readonly key?: "published" | "unpublished" | "none";
};

/** Where the simulation is, once it runs. */
export interface Started {
  readonly port: number;
  readonly proxyPort: number;
  readonly caPem: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** What happened since the last report. */
export interface Report {
  readonly requests: number;
  /** Status codes that gateways sent, with how often. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that reached the account. */
  readonly reached: number;
  /** Of those, the ones that no request with an established caller accounts for. */
  readonly unexplained: number;
  /** Defects of the simulator: stack traces. */
  readonly faults: readonly string[];
}

/** Bytes in use after a collection. */
export interface Memory {
  readonly heapUsed: number;
  readonly external: number;
}

let simulation: Simulation | undefined;

async function start(command: Command & { readonly kind: "start" }): Promise<Started> {
  simulation = await simulate(command.directory, command.options);
  const keys = simulation.model.gateways.flatMap(({ subscriptions }) =>
    subscriptions.map(({ subscriptionId, primaryKey }) => [subscriptionId, primaryKey] as const),
  );
  return {
    port: Number(new URL(simulation.url).port),
    proxyPort: Number(new URL(simulation.proxyUrl).port),
    caPem: simulation.caPem,
    keys: Object.fromEntries(keys),
  };
}

function report(running: Simulation): Report {
  const { traces } = running;
  const accounts = running.model.accounts.map(({ name }) => running.account(name));
  const reached = accounts.reduce((sum, { requests }) => sum + requests.length, 0);
  const explained = traces.filter(hasCaller).reduce((sum, { backendCalls }) => sum + backendCalls.length, 0);
  const statuses: Record<string, number> = {};
  for (const { status } of traces) {
    statuses[String(status)] = (statuses[String(status)] ?? 0) + 1;
  }
  const faults = traces.flatMap(({ fault }) => fault ?? []);
  running.clearRecords();
  accounts.forEach((account) => account.clearRequests());
  return {
    requests: traces.length,
    statuses,
    reached,
    unexplained: Math.max(0, reached - explained),
    faults,
  };
}

/** Whether the request passed an authenticator, and the policy then named its caller. */
function hasCaller(trace: RequestTrace): boolean {
  const authenticated =
    trace.subscription !== undefined ||
    trace.steps.some(({ element, outcome }) => outcome === "completed" && AUTHENTICATORS.has(element));
  return authenticated && establishedCaller(trace) !== undefined;
}

const AUTHENTICATORS = new Set(["validate-azure-ad-token", "validate-jwt", "validate-client-certificate"]);

function memory(): Memory {
  if (global.gc === undefined) {
    throw new Error("run with --expose-gc");
  }
  global.gc();
  const { heapUsed, external } = process.memoryUsage();
  return { heapUsed, external };
}

async function answer(command: Command): Promise<unknown> {
  if (command.kind === "start") {
    return start(command);
  }
  if (simulation === undefined) {
    throw new Error("nothing was started");
  }
  const running = simulation;
  switch (command.kind) {
    case "mint":
      return Promise.all(command.tokens.map((token) => running.issueToken(token)));
    case "certificate":
      return running.issueCertificate(command.props);
    case "report":
      return report(running);
    case "memory":
      return memory();
  }
}

// An error here, as any unhandled one, ends the process: the parent sees that.
process.on("message", (command: Command) => void answer(command).then((value) => process.send?.(value)));
process.on("disconnect", () => process.exit());

import { limitsIn } from "../access";
import type { Simulation } from "../simulation";
import { establishedCaller, type RequestTrace } from "../sinks";

/** A client of a gateway, as its latest requests show it. */
export interface PageClient {
  readonly gateway: string;
  readonly client: string;
  readonly requests: number;
  /** Answers by status. */
  readonly statuses: readonly (readonly [status: string, count: number])[];
  /** Limits that its latest request counted into, with what was left then where policies tell. */
  readonly limits: readonly { readonly what: string; readonly amount: number; readonly remaining?: number }[];
  /** Tokens and money of this month. @default - no workspace has a function that says so */
  readonly spending?: PageSpending;
}

/** What a client has spent this month. */
export interface PageSpending {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly spent: number;
  readonly currency: string;
  /** @default - it has none that cuts off */
  readonly budget?: number;
}

/** A subscription whose keys open something. */
export interface PageSubscription {
  readonly id: string;
  readonly state: string;
}

/** Clients of the requests that are kept, those with the latest request first. */
export function pageClients(simulation: Simulation): {
  readonly clients: readonly PageClient[];
  readonly subscriptions: readonly PageSubscription[];
} {
  const requests = new Map<string, { readonly client: string; readonly traces: RequestTrace[] }>();
  for (const trace of [...simulation.traces].reverse()) {
    const client = establishedCaller(trace)?.client;
    if (client !== undefined) {
      const key = `${trace.gateway} ${client}`;
      const known = requests.get(key) ?? { client, traces: [] };
      known.traces.push(trace);
      requests.set(key, known);
    }
  }
  return {
    clients: [...requests.values()].map(({ client, traces }) => ({
      gateway: traces[0]?.gateway ?? "",
      client,
      requests: traces.length,
      statuses: countsOf(traces),
      limits: latestLimits(traces),
      spending: spendingOf(simulation, client),
    })),
    subscriptions: simulation.model.gateways.flatMap(({ subscriptions }) =>
      subscriptions.map(({ subscriptionId }) => ({
        id: subscriptionId,
        state: simulation.subscriptionState(subscriptionId),
      })),
    ),
  };
}

/** What the function of a workspace says, which policies ask for a caller and a user. */
function spendingOf(simulation: Simulation, client: string): PageSpending | undefined {
  for (const { address, functions } of simulation.model.logWorkspaces ?? []) {
    for (const { name } of functions.filter(({ parameters }) => parameters.length === 2)) {
      const { PromptTokens, CompletionTokens, Spent, Currency, Budget } =
        firstRow(simulation, `${name}(${JSON.stringify(client)}, "")`, address) ?? {};
      if (typeof Spent === "number" && typeof Currency === "string") {
        return {
          promptTokens: Number(PromptTokens),
          completionTokens: Number(CompletionTokens),
          spent: Spent,
          currency: Currency,
          budget: typeof Budget === "number" ? Budget : undefined,
        };
      }
    }
  }
  return undefined;
}

/** Functions of other stacks may ask for what is not simulated: then there is nothing to show. */
function firstRow(
  simulation: Simulation,
  query: string,
  address: string,
): Readonly<Record<string, unknown>> | undefined {
  try {
    return simulation.query(query, address)[0];
  } catch {
    return undefined;
  }
}

function countsOf(traces: readonly RequestTrace[]): PageClient["statuses"] {
  const counts = new Map<string, number>();
  for (const { status } of traces) {
    const name = status === undefined ? "none" : String(status);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
}

/** Each limit once, as the latest request that met it left it. */
function latestLimits(traces: readonly RequestTrace[]): PageClient["limits"] {
  const found = new Map<string, PageClient["limits"][number]>();
  for (const { what, amount, remaining, place } of traces.flatMap((trace) => limitsIn(trace))) {
    const key = `${place} ${what}`;
    found.set(key, found.get(key) ?? { what, amount, remaining });
  }
  return [...found.values()];
}

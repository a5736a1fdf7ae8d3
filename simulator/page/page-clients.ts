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
    })),
    subscriptions: simulation.model.gateways.flatMap(({ subscriptions }) =>
      subscriptions.map(({ subscriptionId }) => ({
        id: subscriptionId,
        state: simulation.subscriptionState(subscriptionId),
      })),
    ),
  };
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

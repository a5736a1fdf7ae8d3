import type { RequestTrace } from "../sinks";
import { factOf, sortedBySubject } from "./access-fact";
import type { AccessFact } from "./access-report";
import { type EvaluatedLimit, limitsIn } from "./evaluated-limit";

/** Whose call it was. */
export interface CountedCaller {
  readonly gateway: string;
  readonly api: string;
  /** What it presented: `subscription key`. */
  readonly way: string;
  readonly client: string;
}

/** Names that stand in one line. */
const MAX_NAMES = 10;
/** Of an API, where all of them share. */
export const EVERYBODY = "everybody";
/** Where a client's own ways in share, and nobody else. */
export const OWN_CREDENTIALS = "its other credentials";

/** Who counts into one counter. */
interface Counter {
  /** Clients with their ways in, by API and name. */
  readonly clients: Map<string, { readonly caller: CountedCaller; readonly ways: Set<string> }>;
  readonly apis: Set<string>;
}

/** Counters of all callers of the gateways: who shares one has only a part of the limit. */
export class SharedCounters {
  private readonly counters = new Map<string, Counter>();
  /** Names of clients by gateway and API. */
  private readonly clients = new Map<string, Set<string>>();

  /** Notes what a call counted into. */
  public add(caller: CountedCaller, trace: RequestTrace): void {
    const api = apiOf(caller);
    this.clients.set(api, (this.clients.get(api) ?? new Set<string>()).add(caller.client));
    for (const limit of limitsIn(trace)) {
      const key = counterOf(caller, limit);
      const counter = this.counters.get(key) ?? { clients: new Map<string, never>(), apis: new Set<string>() };
      const known = counter.clients.get(clientOf(caller)) ?? { caller, ways: new Set<string>() };
      known.ways.add(caller.way);
      counter.clients.set(clientOf(caller), known);
      counter.apis.add(api);
      this.counters.set(key, counter);
    }
  }

  /**
   * With whom a caller shares what.
   * @param limits that a call of its own counted into, by what they are about
   */
  public factsOf(
    caller: CountedCaller,
    limits: readonly (readonly [what: string, limit: EvaluatedLimit])[],
  ): readonly AccessFact[] {
    const names = new Map<string, string>();
    for (const [what, limit] of limits) {
      const counter = this.counters.get(counterOf(caller, limit));
      const name = counter && this.others(caller, counter);
      if (name !== undefined) {
        names.set(what, name);
      }
    }
    return sortedBySubject([...names].map(([what, name]) => factOf("shared", what, name)));
  }

  private others(caller: CountedCaller, { clients, apis }: Counter): string | undefined {
    const own = clients.get(clientOf(caller));
    const count = clients.size - (own === undefined ? 0 : 1);
    if (count === 0) {
      return own !== undefined && own.ways.size > 1 ? OWN_CREDENTIALS : undefined;
    }
    const ofApi = this.clients.get(apiOf(caller))?.size ?? 0;
    if (ofApi > 2 && apis.size === 1 && clients.size === ofApi) {
      return EVERYBODY;
    }
    if (count > MAX_NAMES) {
      return `${count} others`;
    }
    return [...clients.values()]
      .filter((each) => each !== own)
      .map(({ caller: { api, client } }) => (api === caller.api ? client : `${api}/${client}`))
      .sort()
      .join(" or ");
  }
}

function clientOf(caller: CountedCaller): string {
  return `${apiOf(caller)} ${caller.client}`;
}

function apiOf({ gateway, api }: CountedCaller): string {
  return `${gateway} ${api}`;
}

function counterOf({ gateway }: CountedCaller, { element, what, counter }: EvaluatedLimit): string {
  return `${gateway} ${element} ${what} ${counter}`;
}

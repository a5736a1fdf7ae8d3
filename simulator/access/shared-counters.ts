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

/** Counters of all callers of the gateways: who shares one has only a part of the limit. */
export class SharedCounters {
  /** Callers by counter. */
  private readonly counted = new Map<string, Map<string, CountedCaller>>();
  /** Names of clients by gateway and API. */
  private readonly clients = new Map<string, Set<string>>();

  /** Notes what a call counted into. */
  public add(caller: CountedCaller, trace: RequestTrace): void {
    const api = apiOf(caller);
    this.clients.set(api, (this.clients.get(api) ?? new Set<string>()).add(caller.client));
    for (const limit of limitsIn(trace)) {
      const key = counterOf(caller, limit);
      const known = this.counted.get(key) ?? new Map<string, CountedCaller>();
      this.counted.set(key, known.set(JSON.stringify(caller), caller));
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
      const others = [...(this.counted.get(counterOf(caller, limit))?.values() ?? [])];
      const name = this.named(caller, others);
      if (name !== undefined) {
        names.set(what, name);
      }
    }
    return sortedBySubject([...names].map(([what, name]) => factOf("shared", what, name)));
  }

  private named(caller: CountedCaller, sharing: readonly CountedCaller[]): string | undefined {
    const own = new Set(sharing.filter(({ client, api }) => client === caller.client && api === caller.api).map(({ way }) => way));
    const names = new Set(
      sharing
        .filter(({ client, api }) => client !== caller.client || api !== caller.api)
        .map(({ api, client }) => (api === caller.api ? client : `${api}/${client}`)),
    );
    const ofApi = this.clients.get(apiOf(caller))?.size ?? 0;
    const isEverybody = ofApi > 2 && sharing.every(({ api }) => api === caller.api) && names.size === ofApi - 1;
    if (names.size === 0) {
      return own.size > 1 ? OWN_CREDENTIALS : undefined;
    }
    if (isEverybody) {
      return EVERYBODY;
    }
    return names.size > MAX_NAMES ? `${names.size} others` : [...names].sort().join(" or ");
  }
}

function apiOf({ gateway, api }: CountedCaller): string {
  return `${gateway} ${api}`;
}

function counterOf({ gateway }: CountedCaller, { element, what, counter }: EvaluatedLimit): string {
  return `${gateway} ${element} ${what} ${counter}`;
}

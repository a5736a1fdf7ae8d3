import type { BackendModel, SingleBackendModel } from "../model";
import { INTERNAL_SERVER_ERROR, type MutableRequest, PolicyError } from "../policies";
import { BackendPool } from "./backend-pool";
import { type BackendOutcome, CircuitBreaker } from "./circuit-breaker";
import type { RefreshedSecrets } from "./refreshed-secrets";

/** Where one call goes. */
export interface BackendTarget {
  readonly url: string;
  /** The backend resource whose settings apply; none for a bare URL. */
  readonly name?: string;
  readonly settings?: SingleBackendModel;
  /** Tells the backend's circuit breaker how the call went. */
  record(outcome: BackendOutcome, now: number): void;
}

/** How a circuit breaker stands. */
export interface BreakerState {
  /** Of the backend. */
  readonly backend: string;
  readonly url: string;
  /** Seconds until it closes; 0: it is closed. */
  readonly openForSeconds: number;
}

interface SingleBackend {
  readonly name: string;
  readonly settings: SingleBackendModel;
  readonly breaker: CircuitBreaker | undefined;
}

/** Backends of one gateway with the state of their breakers and pools. */
export class BackendSelector {
  private readonly singles = new Map<string, SingleBackend>();
  private readonly pools = new Map<string, BackendPool>();

  /** @param secrets named values of credentials */
  public constructor(
    backends: readonly BackendModel[],
    private readonly secrets: RefreshedSecrets,
    random: () => number,
  ) {
    for (const backend of backends) {
      this.add(backend, random);
    }
  }

  /**
   * Chooses the target of one forward: a pool gives another member each time.
   * @param fallbackUrl the API's service URL
   * @param failed backends that have failed this request: a retry goes to another member of the pool, also one of a
   * lower priority, as long as there is one. Published policies retry in order to be sent elsewhere; between requests,
   * a lower priority is used only when breakers are open.
   * @throws PolicyError 503 when the breaker is open or no pool member is available; 500 for no or an unknown
   * backend
   */
  public select(
    backend: MutableRequest["backend"],
    fallbackUrl: string | undefined,
    now: number,
    failed: ReadonlySet<string> = new Set(),
  ): BackendTarget {
    if (backend !== undefined && "backendId" in backend) {
      return this.byId(backend.backendId, now, failed);
    }
    const url = backend?.baseUrl ?? fallbackUrl;
    if (url === undefined || !URL.canParse(url)) {
      const message =
        url === undefined ? "No backend is set and the API has no service URL." : `'${url}' is not a URL.`;
      throw new PolicyError("forward-request", "BackendConnectionFailure", message, INTERNAL_SERVER_ERROR);
    }
    const known = [...this.singles.values()].find(({ settings }) => sameUrl(settings.url, url));
    return known === undefined ? { url, record: () => undefined } : this.open(known, now);
  }

  /** Every breaker. @param now milliseconds since the Unix epoch */
  public breakers(now: number): readonly BreakerState[] {
    return [...this.singles.values()].flatMap(({ name, settings: { url }, breaker }) =>
      breaker === undefined ? [] : [{ backend: name, url, openForSeconds: breaker.secondsOpen(now) }],
    );
  }

  /** All breakers closed, all pools at their beginning. */
  public reset(): void {
    this.singles.forEach(({ breaker }) => breaker?.reset());
    this.pools.forEach((pool) => pool.restart());
  }

  private byId(id: string, now: number, failed: ReadonlySet<string>): BackendTarget {
    const pool = this.pools.get(id);
    if (pool === undefined) {
      const single = this.singles.get(id);
      if (single === undefined) {
        const message = `Backend with id '${id}' could not be found.`;
        throw new PolicyError("forward-request", "BackendNotFound", message, INTERNAL_SERVER_ERROR);
      }
      return this.open(single, now);
    }
    const isClosed = (name: string): boolean => this.singles.get(name)?.breaker?.isOpen(now) !== true;
    const member = pool.next((name) => isClosed(name) && !failed.has(name)) ?? pool.next(isClosed);
    const single = member === undefined ? undefined : this.singles.get(member.backend);
    if (single === undefined) {
      throw unavailable(`Backend pool '${id}' is temporarily unavailable.`);
    }
    return this.target(single);
  }

  private open(single: SingleBackend, now: number): BackendTarget {
    if (single.breaker?.isOpen(now) === true) {
      throw unavailable(`Backend '${single.name}' is temporarily unavailable.`);
    }
    return this.target(single);
  }

  private target({ name, settings, breaker }: SingleBackend): BackendTarget {
    const resolved = {
      ...settings,
      headers: this.resolved(settings.headers),
      query: this.resolved(settings.query),
    };
    return {
      url: settings.url,
      name,
      settings: resolved,
      record: (outcome, now) => breaker?.record(outcome, now),
    };
  }

  /** Credentials with their named values; the gateway has refused unknown ones. */
  private resolved(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, this.secrets.substitute(value)]),
    );
  }

  private add({ name, single, pool }: BackendModel, random: () => number): void {
    if (single !== undefined) {
      const breaker =
        single.circuitBreaker === undefined ? undefined : new CircuitBreaker(single.circuitBreaker);
      this.singles.set(name, { name, settings: single, breaker });
    }
    if (pool !== undefined) {
      this.pools.set(name, new BackendPool(pool, random));
    }
  }
}

/** The texts are not documented; samples match on a part of them in `context.Response.StatusReason`. */
function unavailable(message: string): PolicyError {
  return new PolicyError("forward-request", "BackendConnectionFailure", message, { status: 503, message });
}

function sameUrl(a: string, b: string): boolean {
  return a.replace(/\/$/, "").toLowerCase() === b.replace(/\/$/, "").toLowerCase();
}

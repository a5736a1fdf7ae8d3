import type { GatewayModel } from "../model";
import type { SimulatedAccount, SimulatedModelEndpoint, Simulation } from "../simulation";
import type { Credential } from "./credential";
import type { SampleRequest } from "./sample-request";
import { isAdmitted, type TrialAnswer, type TrialCalls } from "./trial-calls";

/** Calls in a row by which the shares of accounts show, where several could share. */
const MAX_CALLS = 6;
/** Accounts that are made to fail, one group after the other. */
const MAX_GROUPS = 10;

/** What an account is made to do, and what people call it. */
const FAILURES = [
  { fault: { status: 429, retryAfterSeconds: 1 }, name: "it throttles" },
  { fault: { down: true }, name: "it does not answer" },
] as const;

/**
 * Finds out which accounts answer a request, in which order: those that do are made to fail, and then those that
 * step in for them.
 */
export class AccountOrder {
  private readonly inARow: number;
  private readonly known = new Map<string, Promise<string>>();

  public constructor(
    private readonly simulation: Simulation,
    private readonly calls: TrialCalls,
    { backends }: GatewayModel,
  ) {
    const shared = backends.some(({ pool = [] }) =>
      pool.some((member) => pool.some((other) => other !== member && other.priority === member.priority)),
    );
    this.inARow = shared ? MAX_CALLS : 1;
  }

  /**
   * The order, in words.
   * @param answer of the same call; calls that take the same steps are tried once
   */
  public describe(
    credentials: readonly Credential[],
    request: SampleRequest,
    answer: TrialAnswer,
  ): Promise<string> {
    const key = `${request.deployment ?? ""} ${routeKey(answer)}`;
    let order = this.known.get(key);
    if (order === undefined) {
      order = this.find(credentials, request);
      this.known.set(key, order);
    }
    return order;
  }

  private async find(credentials: readonly Credential[], request: SampleRequest): Promise<string> {
    const groups = await Promise.resolve(this.groups(credentials, request));
    const [throttled, down] = groups;
    const text = (following: readonly string[]): string =>
      following.length === 0 ? "nobody" : following.join(", then ");
    const [first = "nobody", ...afterThrottle] = throttled ?? [];
    const [, ...afterDown] = down ?? [];
    if (text(afterThrottle) === text(afterDown)) {
      return [first, ...afterThrottle].join(", then ");
    }
    return (
      `${first}; when ${FAILURES[0].name} then ${text(afterThrottle)}; ` +
      `when ${FAILURES[1].name} then ${text(afterDown)}`
    );
  }

  /** For each way to fail, who answers first, second and so on. */
  private async groups(
    credentials: readonly Credential[],
    request: SampleRequest,
  ): Promise<readonly (readonly string[])[]> {
    const orders: (readonly string[])[] = [];
    for (const { fault } of FAILURES) {
      const failing = new Set<string>();
      const order: string[] = [];
      try {
        while (order.length < MAX_GROUPS) {
          const answering = await this.answering(credentials, request);
          if (answering.size === 0) {
            break;
          }
          order.push(shares(answering));
          for (const name of answering.keys()) {
            failing.add(name);
            this.answerer(name)?.fail(fault);
          }
        }
      } finally {
        failing.forEach((name) => this.answerer(name)?.recover());
      }
      orders.push(order);
    }
    return orders;
  }

  /** How often each account answers, of several calls in a row. */
  private async answering(
    credentials: readonly Credential[],
    request: SampleRequest,
  ): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    const { headers, ...others } = await this.calls.present(credentials);
    // What a cache gives again says nothing of who would answer.
    const presented = { ...others, headers: { ...headers, "cache-control": "no-store" } };
    this.simulation.forgetTraffic();
    for (let call = 0; call < this.inARow; call += 1) {
      const answer = await this.calls.again(presented, request, { pauses: true });
      const name = isAdmitted(answer) ? this.nameOf(answer) : undefined;
      if (name !== undefined) {
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      if (call === 0 && counts.size === 0) {
        break;
      }
    }
    return counts;
  }

  /** Name of the account, or host of another model service, that has answered. */
  private nameOf({ trace }: TrialAnswer): string | undefined {
    const host = trace.backendCalls.findLast(({ status = 0 }) => status >= 200 && status < 300)?.host;
    const { accounts } = this.simulation.model;
    return host === undefined
      ? undefined
      : (accounts.find(({ hostNames }) => hostNames.includes(host))?.name ?? this.endpoint(host)?.host);
  }

  private answerer(name: string): SimulatedAccount | SimulatedModelEndpoint | undefined {
    const isAccount = this.simulation.model.accounts.some((account) => account.name === name);
    return isAccount ? this.simulation.account(name) : this.endpoint(name);
  }

  private endpoint(name: string): SimulatedModelEndpoint | undefined {
    return this.simulation.modelEndpoints.find(({ host }) => host === name);
  }
}

/** Names in the order of the alphabet, with their shares where those differ. */
function shares(counts: ReadonlyMap<string, number>): string {
  const entries = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const equal = entries.every(([, count]) => count === entries[0]?.[1]);
  return entries
    .map(([name, count]) => (equal ? name : `${name} (${count} of ${total})`))
    .join(" or ");
}

/** The same for calls that the policies treat alike on their way to a backend. */
function routeKey({ trace }: TrialAnswer): string {
  const steps = trace.steps.filter(
    ({ element, position }) => position.section === "backend" || element === "set-backend-service",
  );
  return JSON.stringify([
    steps.map(({ position, outcome, detail }) => [position.address, position.path, outcome, detail["backendId"]]),
    trace.backendCalls.map(({ backend, host, path }) => [backend, host, path]),
    Object.entries(trace.variables).filter(([name]) => /route|backend|retr/i.test(name)),
  ]);
}

import type { Simulation } from "../simulation";
import { PageCallError } from "./page-call";

/** What somebody at the page changes about the running simulation. */
export type PageControl =
  | { readonly kind: "account"; readonly name: string; readonly action: AccountAction }
  | { readonly kind: "subscription"; readonly name: string; readonly action: SubscriptionAction }
  | { readonly kind: "clock"; readonly seconds: number };

export type AccountAction = "throttle" | "fail" | "down" | "slow" | "recover";
export type SubscriptionAction = "suspend" | "activate" | "rotate";

const SLOW_MS = 3_000;
const MAX_SECONDS = 366 * 86_400;

const OF_ACCOUNT: Readonly<Record<AccountAction, (account: ReturnType<Simulation["account"]>) => void>> = {
  throttle: (account) => account.fail({ status: 429, retryAfterSeconds: 10 }),
  fail: (account) => account.fail({ status: 500 }),
  down: (account) => account.fail({ down: true }),
  slow: (account) => account.slow(SLOW_MS),
  recover: (account) => account.recover(),
};

const OF_SUBSCRIPTION: Readonly<Record<SubscriptionAction, (simulation: Simulation, name: string) => void>> =
  {
    suspend: (simulation, name) => simulation.setSubscriptionState(name, "suspended"),
    activate: (simulation, name) => simulation.setSubscriptionState(name, "active"),
    rotate: (simulation, name) => simulation.regenerateSubscriptionKey(name, "primary"),
  };

/**
 * Does what the page's controls ask for.
 * @throws PageCallError for anything else, and for names that the stacks do not have
 */
export function applyControl(simulation: Simulation, request: unknown): void {
  const { kind, name, action, seconds } = (request ?? {}) as Readonly<Record<string, unknown>>;
  if (kind === "clock") {
    if (typeof seconds !== "number" || !(seconds > 0 && seconds <= MAX_SECONDS)) {
      throw new PageCallError(`'seconds' must be a number from 1 to ${MAX_SECONDS}.`);
    }
    simulation.clock.advance(seconds * 1000);
    return;
  }
  const { model } = simulation;
  const isAccount = kind === "account" && Object.hasOwn(OF_ACCOUNT, String(action));
  if (isAccount && model.accounts.some((account) => account.name === name)) {
    OF_ACCOUNT[action as AccountAction](simulation.account(String(name)));
    return;
  }
  const subscriptions = model.gateways.flatMap((gateway) => gateway.subscriptions);
  const isSubscription = kind === "subscription" && Object.hasOwn(OF_SUBSCRIPTION, String(action));
  if (isSubscription && subscriptions.some(({ subscriptionId }) => subscriptionId === name)) {
    OF_SUBSCRIPTION[action as SubscriptionAction](simulation, String(name));
    return;
  }
  throw new PageCallError(`there is nothing to control that way: ${JSON.stringify({ kind, name, action })}`);
}

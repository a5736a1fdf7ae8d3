import { randomBytes } from "node:crypto";
import type { SubscriptionModel } from "../model";

/** The subscriptions of a gateway as they stand: keys and states change while it runs, as by Azure's portal. */
export class Subscriptions {
  private readonly byId: Map<string, SubscriptionModel>;
  private byKey: ReadonlyMap<string, SubscriptionModel>;

  public constructor(subscriptions: readonly SubscriptionModel[]) {
    this.byId = new Map(subscriptions.map((subscription) => [subscription.subscriptionId, subscription]));
    this.byKey = keysOf(this.byId);
  }

  public has(subscriptionId: string): boolean {
    return this.byId.has(subscriptionId);
  }

  /** The subscription that a primary or secondary key belongs to. */
  public withKey(key: string): SubscriptionModel | undefined {
    return this.byKey.get(key);
  }

  /** @throws Error for an unknown subscription */
  public key(subscriptionId: string, which: "primary" | "secondary"): string {
    const { primaryKey, secondaryKey } = this.get(subscriptionId);
    return which === "primary" ? primaryKey : secondaryKey;
  }

  /** Replaces one key; the other goes on working. @throws Error for an unknown subscription */
  public regenerateKey(subscriptionId: string, which: "primary" | "secondary"): void {
    const key = randomBytes(16).toString("hex");
    this.change(subscriptionId, which === "primary" ? { primaryKey: key } : { secondaryKey: key });
  }

  /** @throws Error for an unknown subscription */
  public state(subscriptionId: string): SubscriptionModel["state"] {
    return this.get(subscriptionId).state;
  }

  /** @throws Error for an unknown subscription */
  public setState(subscriptionId: string, state: "active" | "suspended"): void {
    this.change(subscriptionId, { state });
  }

  private change(subscriptionId: string, changed: Partial<SubscriptionModel>): void {
    this.byId.set(subscriptionId, { ...this.get(subscriptionId), ...changed });
    this.byKey = keysOf(this.byId);
  }

  private get(subscriptionId: string): SubscriptionModel {
    const found = this.byId.get(subscriptionId);
    if (found === undefined) {
      const known = [...this.byId.keys()].join(", ") || "none";
      throw new Error(`no subscription '${subscriptionId}' in the stack; there are: ${known}`);
    }
    return found;
  }
}

function keysOf(
  subscriptions: ReadonlyMap<string, SubscriptionModel>,
): ReadonlyMap<string, SubscriptionModel> {
  return new Map(
    [...subscriptions.values()].flatMap((subscription) => [
      [subscription.primaryKey, subscription],
      [subscription.secondaryKey, subscription],
    ]),
  );
}

import { ExpiringMap } from "../caching/expiring-map";
import type { PolicyServices } from "../gateway-services";
import type { Rate, RateCounter } from "./rate-counter";
import { SlidingWindow } from "./sliding-window";
import { TokenBucket } from "./token-bucket";

/** The counter of one key, at the gateway's clock. */
export class KeyedRateCounter {
  private constructor(
    private readonly key: string,
    private readonly counters: ExpiringMap<RateCounter>,
    private readonly counter: RateCounter,
    private readonly clock: { now(): number },
  ) {}

  /**
   * Finds or makes the counter of a key.
   * The algorithm is the tier's: a sliding window in the classic tiers, a token bucket in the v2 tiers.
   * Source: https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
   * @param namespace keys of different namespaces are different counters
   */
  public static of(services: PolicyServices, namespace: string, key: string): KeyedRateCounter {
    const { clock, model } = services;
    const counters = services.state(namespace, () => new ExpiringMap<RateCounter>(clock));
    const counter =
      counters.get(key) ?? (model.tier.endsWith("V2") ? new TokenBucket() : new SlidingWindow());
    return new KeyedRateCounter(key, counters, counter, clock);
  }

  /** Units left; below zero after an overshoot. */
  public remaining(rate: Rate): number {
    return this.counter.remaining(rate, this.clock.now());
  }

  /** Whole seconds until `units` are left; 0 if they are now, infinite if they never are. */
  public secondsUntil(units: number, rate: Rate): number {
    return Math.ceil(this.counter.waitFor(units, rate, this.clock.now()) / 1000);
  }

  /** Takes units; what is taken beyond the rate has to be waited for. */
  public take(units: number, rate: Rate): void {
    const now = this.clock.now();
    // A request that ran beside this one may have made the counter in the meantime.
    const counter = this.counters.get(this.key) ?? this.counter;
    counter.take(units, rate, now);
    this.counters.set(this.key, counter, counter.idleAt(rate, now));
  }
}

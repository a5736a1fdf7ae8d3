import { ExpiringMap } from "../caching/expiring-map";
import type { PolicyServices } from "../gateway-services";
import type { QuotaPeriod } from "./quota-period";

/** Sums per key and fixed window. */
export class QuotaCounters {
  private constructor(private readonly sums: ExpiringMap<number>) {}

  /** @param namespace keys of different namespaces are different counters */
  public static of(services: PolicyServices, namespace: string): QuotaCounters {
    return new QuotaCounters(services.state(namespace, () => new ExpiringMap<number>(services.clock)));
  }

  public used(key: string, period: QuotaPeriod): number {
    return this.sums.get(windowKey(key, period)) ?? 0;
  }

  public add(key: string, period: QuotaPeriod, amount: number): void {
    this.sums.set(windowKey(key, period), this.used(key, period) + amount, period.end);
  }
}

function windowKey(key: string, { start }: QuotaPeriod): string {
  return `${start} ${key}`;
}

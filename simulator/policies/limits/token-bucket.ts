import type { Rate, RateCounter } from "./rate-counter";

/** What rounding may lose of a unit. */
const TOLERANCE = 1e-6;

/** A bucket that holds one period's units, full at first, and refills evenly. */
export class TokenBucket implements RateCounter {
  /** Units missing from a full bucket, at `updatedAt`. */
  private missing = 0;
  private updatedAt = 0;

  public remaining(rate: Rate, now: number): number {
    return Math.floor(rate.units - this.missingNow(rate, now) + TOLERANCE);
  }

  public waitFor(units: number, rate: Rate, now: number): number {
    if (units > rate.units) {
      return Infinity;
    }
    const excess = units - (rate.units - this.missingNow(rate, now));
    return excess <= TOLERANCE ? 0 : (excess * rate.periodMs) / rate.units;
  }

  public take(units: number, rate: Rate, now: number): void {
    this.missing = this.missingNow(rate, now) + Math.max(0, units);
    this.updatedAt = now;
  }

  public idleAt(rate: Rate, now: number): number {
    return now + (this.missingNow(rate, now) * rate.periodMs) / rate.units;
  }

  private missingNow(rate: Rate, now: number): number {
    const refilled = (Math.max(0, now - this.updatedAt) * rate.units) / rate.periodMs;
    return Math.max(0, this.missing - refilled);
  }
}

import type { Rate, RateCounter } from "./rate-counter";

/** Events kept apart; beyond that the oldest ones are counted as if they came with their successor. */
const MAX_EVENTS = 1024;

interface Event {
  readonly at: number;
  /** Units of this event and of all before it, the forgotten ones included. */
  total: number;
}

/** Counts the units of the last period, moment by moment: running totals make any period a difference of two. */
export class SlidingWindow implements RateCounter {
  /** Oldest first. */
  private readonly events: Event[] = [];
  /** Units of events that are no longer kept. */
  private forgotten = 0;
  /** Longest period asked for: policies that share a key may look back differently far. */
  private horizonMs = 0;

  public remaining(rate: Rate, now: number): number {
    return rate.units - this.used(this.firstWithin(rate, now));
  }

  public waitFor(units: number, rate: Rate, now: number): number {
    if (units > rate.units) {
      return Infinity;
    }
    const first = this.firstWithin(rate, now);
    const excess = units - (rate.units - this.used(first));
    if (excess <= 0) {
      return 0;
    }
    const before = this.totalBefore(first);
    const freeing = this.firstIndex(({ total }) => total - before >= excess);
    return (this.events[freeing]?.at ?? now) + rate.periodMs - now;
  }

  public take(units: number, rate: Rate, now: number): void {
    if (units <= 0) {
      return;
    }
    this.horizonMs = Math.max(this.horizonMs, rate.periodMs);
    this.forgetUntil(now - this.horizonMs);
    const last = this.events.at(-1);
    // A clock that was set back does not bring the order of events into disorder.
    if (last !== undefined && last.at >= now) {
      last.total += units;
    } else {
      this.events.push({ at: now, total: (last?.total ?? this.forgotten) + units });
    }
    if (this.events.length > MAX_EVENTS) {
      this.mergePairs();
    }
  }

  public idleAt(rate: Rate, now: number): number {
    return now + Math.max(this.horizonMs, rate.periodMs);
  }

  private used(first: number): number {
    return (this.events.at(-1)?.total ?? this.forgotten) - this.totalBefore(first);
  }

  private totalBefore(index: number): number {
    return this.events[index - 1]?.total ?? this.forgotten;
  }

  private firstWithin({ periodMs }: Rate, now: number): number {
    return this.firstIndex(({ at }) => at + periodMs > now);
  }

  /** Binary search: `holds` is false for the events up to some place and true from there on. */
  private firstIndex(holds: (event: Event) => boolean): number {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = this.events[middle];
      if (event !== undefined && holds(event)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private forgetUntil(time: number): void {
    const kept = this.firstIndex(({ at }) => at > time);
    this.forgotten = this.totalBefore(kept);
    this.events.splice(0, kept);
  }

  /** The later time stands for both: the window forgets late rather than early. */
  private mergePairs(): void {
    const merged = this.events.splice(0);
    this.events.push(...merged.filter((_, index) => index % 2 === 1 || index === merged.length - 1));
  }
}

import type { Rate, RateCounter } from "./rate-counter";

/** Events kept apart; beyond that the oldest ones are counted as if they came with their successor. */
const maximumEvents = 1024;

interface Event {
  at: number;
  units: number;
}

/** Counts the units of the last period, moment by moment. */
export class SlidingWindow implements RateCounter {
  private readonly events: Event[] = [];
  /** Longest period asked for: policies that share a key may look back differently far. */
  private horizonMs = 0;

  public remaining(rate: Rate, now: number): number {
    return rate.units - this.used(rate, now);
  }

  public waitFor(units: number, rate: Rate, now: number): number {
    if (units > rate.units) {
      return Infinity;
    }
    let excess = units - this.remaining(rate, now);
    for (const { at, units: freed } of this.within(rate, now)) {
      if (excess <= 0) {
        break;
      }
      excess -= freed;
      if (excess <= 0) {
        return at + rate.periodMs - now;
      }
    }
    return 0;
  }

  public take(units: number, rate: Rate, now: number): void {
    if (units <= 0) {
      return;
    }
    this.horizonMs = Math.max(this.horizonMs, rate.periodMs);
    while (this.events[0] !== undefined && this.events[0].at + this.horizonMs <= now) {
      this.events.shift();
    }
    const last = this.events.at(-1);
    if (last?.at === now) {
      last.units += units;
    } else {
      this.events.push({ at: now, units });
    }
    if (this.events.length > maximumEvents) {
      this.mergePairs();
    }
  }

  public idleAt(rate: Rate, now: number): number {
    return now + Math.max(this.horizonMs, rate.periodMs);
  }

  private used(rate: Rate, now: number): number {
    return this.within(rate, now).reduce((sum, { units }) => sum + units, 0);
  }

  private within(rate: Rate, now: number): readonly Event[] {
    return this.events.filter(({ at }) => at + rate.periodMs > now);
  }

  /** The later time stands for both: the window forgets late rather than early. */
  private mergePairs(): void {
    const merged = this.events.splice(0);
    for (let index = 0; index < merged.length; index += 2) {
      const [first, second] = [merged[index], merged[index + 1]];
      if (first !== undefined) {
        this.events.push(second === undefined ? first : { at: second.at, units: first.units + second.units });
      }
    }
  }
}

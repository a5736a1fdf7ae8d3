/** So many units in any period of this length. */
export interface Rate {
  readonly units: number;
  readonly periodMs: number;
}

/** Counts units against a rate. Times are milliseconds of the gateway's clock. */
export interface RateCounter {
  /** Units left; below zero after an overshoot, which happens where units are counted afterwards. */
  remaining(rate: Rate, now: number): number;
  /** Milliseconds until `units` are left; infinite if they never are. */
  waitFor(units: number, rate: Rate, now: number): number;
  take(units: number, rate: Rate, now: number): void;
  /** When the counter is as good as new and can be forgotten. */
  idleAt(rate: Rate, now: number): number;
}

import { type Answer, isBusy } from "./answer";

/** Tries after which a request that fails alone has failed. */
const MAX_TRIES = 5;

/** A request that fails for now. */
export interface Failing {
  /** What it asks for: an operation of a model. */
  readonly kind: string;
  /** The latest answer. */
  readonly answer: Answer;
  /** Failed ones. */
  readonly tries: number;
  /** When the first of them was, in milliseconds since the epoch. */
  readonly since: number;
}

/**
 * When to take a failure for the result. While all that ask for the same fail, it is an outage, which requests outlive as
 * long as they may wait; one that fails again and again while others succeed would stand in their way.
 */
export class Patience {
  /** When a request of a kind succeeded last, in milliseconds since the epoch. */
  private readonly lastSuccess = new Map<string, number>();

  public noteSuccess(kind: string): void {
    this.lastSuccess.set(kind, Date.now());
  }

  public isOver({ kind, answer, tries, since }: Failing): boolean {
    return !isBusy(answer) && tries >= MAX_TRIES && (this.lastSuccess.get(kind) ?? 0) >= since;
  }
}

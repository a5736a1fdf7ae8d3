import { type Answer, isBusy } from "./answer";

/** Tries after which one request alone is what fails. */
const MAX_TRIES = 5;
const MAX_MS = 3_600_000;

/**
 * When to take a failure for the result. While everybody fails, it is an outage, which requests outlive; a request that
 * fails again and again while others succeed would stand in their way until it expires.
 */
export class Patience {
  /** When any request succeeded last, in milliseconds since the epoch. */
  private lastSuccess = 0;

  public noteSuccess(): void {
    this.lastSuccess = Date.now();
  }

  /**
   * @param answer the latest of them
   * @param tries failed ones
   * @param firstFailure when the first of them was
   */
  public isOver(answer: Answer, tries: number, firstFailure: number): boolean {
    const isAlone = tries >= MAX_TRIES && this.lastSuccess > firstFailure;
    return !isBusy(answer) && (isAlone || Date.now() - firstFailure > MAX_MS);
  }
}

import { WatchedClock } from "./watched-clock";

/** A clock that stands still until somebody waits. */
export class SteppedClock extends WatchedClock {
  /**
   * Lets time pass whenever somebody waits for it, until something has happened.
   *
   * @throws Error when it does not happen although nobody waits for time
   */
  public async passUntil<T>(happening: Promise<T>): Promise<T> {
    let waiting = true;
    const stop = (): void => void (waiting = false);
    happening.then(stop, stop);
    for (const giveUp = performance.now() + 60_000; waiting; await new Promise(setImmediate)) {
      if (performance.now() > giveUp) {
        throw new Error("nothing happened, and nobody waits for time to pass");
      }
      this.advanceToNextWait();
    }
    return happening;
  }

  /** Moves to the end of the wait that ends first, if anybody waits. */
  private advanceToNextWait(): void {
    const next = Math.min(...[...this.waits].map(({ until }) => until));
    if (Number.isFinite(next)) {
      this.advance(Math.max(0, next - this.now()));
    }
  }
}

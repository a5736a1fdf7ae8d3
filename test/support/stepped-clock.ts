import { Clock } from "../../simulator";

/** A clock that stands still and knows who waits: retries, slow accounts. Timeouts do not count as waits. */
export class SteppedClock extends Clock {
  private readonly waits = new Set<{ readonly until: number }>();

  public override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const wait = { until: this.now() + ms };
    this.waits.add(wait);
    try {
      await super.sleep(ms, signal);
    } finally {
      this.waits.delete(wait);
    }
  }

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

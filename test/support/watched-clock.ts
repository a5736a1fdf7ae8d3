import { Clock } from "../../simulator";

/** A clock that knows who waits: retries, slow accounts. Timeouts do not count as waits. */
export class WatchedClock extends Clock {
  protected readonly waits = new Set<{ readonly ms: number; readonly until: number }>();

  public override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const wait = { ms, until: this.now() + ms };
    this.waits.add(wait);
    try {
      await super.sleep(ms, signal);
    } finally {
      this.waits.delete(wait);
    }
  }

  /** How many wait for so long. */
  public waiting(ms: number): number {
    return [...this.waits].filter((wait) => wait.ms === ms).length;
  }
}

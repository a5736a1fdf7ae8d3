import type { Clock } from "../clock";

/** Ids of messages that a queue has taken lately. */
export class MessageIds {
  /** Time until which an id is remembered, in order of arrival. */
  private readonly until = new Map<string, number>();

  /** @param windowMs how long an id is remembered */
  public constructor(
    private readonly windowMs: number,
    private readonly clock: Clock,
  ) {}

  /** Remembers an id. @returns whether it is new */
  public add(id: string): boolean {
    const now = this.clock.now();
    for (const [known, until] of this.until) {
      if (until > now) {
        break;
      }
      this.until.delete(known);
    }
    if (this.until.has(id)) {
      return false;
    }
    this.until.set(id, now + this.windowMs);
    return true;
  }
}

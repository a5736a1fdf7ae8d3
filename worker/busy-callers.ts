import { kindOf, type QueuedRequest } from "./queued-request";

/**
 * Callers who were told to come again later. Until then nobody asks for them: a backlog above a limit would otherwise be
 * as many calls, each with its record, as it has requests.
 */
export class BusyCallers {
  /** When each may ask again, in milliseconds since the epoch. */
  private readonly until = new Map<string, number>();

  /** Notes that the gateway wants to hear nothing of that kind from that caller for so long. */
  public note(request: QueuedRequest, ms: number): void {
    const now = Date.now();
    for (const [key, until] of this.until) {
      if (until <= now) {
        this.until.delete(key);
      }
    }
    this.until.set(keyOf(request), now + ms);
  }

  /** @returns milliseconds; 0 when it may be asked now */
  public waitFor(request: QueuedRequest): number {
    return Math.max(0, (this.until.get(keyOf(request)) ?? 0) - Date.now());
  }
}

function keyOf(request: QueuedRequest): string {
  return `${request.callerKey} ${kindOf(request)}`;
}

import type { Clock } from "../clock";
import { NetworkError } from "../network";
import type { AccountFault } from "./account-faults";

/** How events are sent, and what befalls them. */
export interface FaultyStreamProps {
  readonly fault: AccountFault;
  readonly clock: Clock;
  /** Ends the wait between events when nobody listens any more. */
  readonly signal: AbortSignal;
  /** What is said when the connection breaks off. */
  readonly dropped: string;
}

/** Server-sent events as they go out, slowly or not to the end where a fault says so. */
export async function* faultyStream(
  events: readonly string[],
  { fault, clock, signal, dropped }: FaultyStreamProps,
): AsyncGenerator<Uint8Array> {
  for (const [index, event] of events.entries()) {
    if (index === fault.dropAfterEvents) {
      throw new NetworkError("ECONNRESET", dropped);
    }
    await clock.sleep(fault.eventLatencyMs ?? 0, signal);
    yield Buffer.from(`${event}\n\n`);
  }
}

import { setTimeout as sleep } from "node:timers/promises";

const FIRST_MS = 1000;
/** Long enough to ask little of what is out of order, short enough to notice that it is not any more. */
const MAX_MS = 300_000;
/** Share of a wait that is random, so that workers do not come back together. */
const JITTER = 0.2;

/** The wait before a try that nobody has told the time of: twice as long each time, five minutes at most. */
export function backoffMs(tries: number): number {
  return Math.min(MAX_MS, FIRST_MS * 2 ** Math.max(0, tries - 1));
}

/** Somewhat longer than asked for. */
export function jittered(ms: number): number {
  return Math.round(ms * (1 + Math.random() * JITTER));
}

/** Waits, somewhat longer than asked for. @throws the signal's reason when it aborts */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(jittered(ms), undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

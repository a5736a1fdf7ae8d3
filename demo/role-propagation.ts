import { setTimeout as sleep } from "node:timers/promises";
import { NoConnection } from "./gateway-call";

/** What a gateway answers while a role has not reached the account's data plane, or its name has not reached DNS. */
const NOT_YET = /^(502 upstream_error|503 |error )/;
/** Attempts within the bound: every 15 seconds for ten minutes. */
const ATTEMPTS = 40;

export interface RolePropagationProps {
  /** A call that gets in once everything has arrived; rejects with `NoConnection` while none comes about. */
  readonly call: () => Promise<string>;
  /** Longest wait in milliseconds. */
  readonly boundMs: number;
  /** Gets a line after each attempt that did not get in. */
  readonly progress: (line: string) => void;
}

/**
 * Waits until role assignments have taken effect: seconds as a rule, minutes at worst. Any answer that is not about
 * the way to the account ends the wait; it is for the cases to judge.
 *
 * Source: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
 *
 * @returns whether the gateway reached the account within the bound
 * @throws NotRun if the call lacks its credentials, Error if they cannot be had: no role cures that
 */
export async function waitForRoles(props: RolePropagationProps): Promise<boolean> {
  const { call, boundMs, progress } = props;
  const intervalMs = Math.max(1, boundMs / ATTEMPTS);
  for (let waitedMs = 0; ; waitedMs += intervalMs) {
    const outcome = await call().catch((error: unknown) => {
      if (!(error instanceof NoConnection)) {
        throw error;
      }
      return `error ${error.message}`;
    });
    if (!NOT_YET.test(outcome)) {
      return true;
    }
    const at = `${minutes(waitedMs)} of ${minutes(boundMs)}`;
    if (waitedMs + intervalMs > boundMs) {
      progress(`${at}: ${outcome}; going on, a role may still be on its way`);
      return false;
    }
    progress(`${at}: ${outcome}; waiting for roles to take effect`);
    await sleep(intervalMs);
  }
}

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

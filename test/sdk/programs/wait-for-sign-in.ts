import { readSync, writeSync } from "node:fs";

/**
 * Shows a user code and waits until someone says that they have signed in: the SDKs ask at once after their
 * callback returns, and then only every five seconds.
 */
export function waitForSignIn(userCode: string): void {
  writeSync(1, `${userCode}\n`);
  readSync(0, Buffer.alloc(1));
}

import { setTimeout as sleep } from "node:timers/promises";

/** What keeps a process alive, or another one from a port. */
const KINDS = ["TCPServerWrap", "TCPSocketWrap", "ProcessWrap", "Timeout"];
/** What is being closed needs a moment on a busy machine. */
const MAX_WAIT_MS = 5_000;

/**
 * Waits until a worker has nothing open.
 *
 * @throws Error that says what stays open
 */
export async function expectNothingOpen(testPath: string): Promise<void> {
  for (const end = performance.now() + MAX_WAIT_MS; ; await sleep(5)) {
    const open = process.getActiveResourcesInfo().filter((kind) => KINDS.includes(kind));
    if (open.length === 0) {
      return;
    }
    if (performance.now() > end) {
      throw new Error(`${testPath} leaves open what keeps its process alive: ${open.join(", ")}`);
    }
  }
}

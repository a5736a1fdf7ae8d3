import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** In the run's own folder: a line for each test file, its CPU seconds before its path. The report reads it. */
const FILE = "suite-costs";
const MICROSECONDS = 1e6;
/** `USER_HZ`, the same on every architecture on which Node runs. */
const TICKS = 100;

/** CPU time that this process has used, and with it the programs that it has started and that have ended: seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / MICROSECONDS + secondsOfChildren();
}

/** Writes down what a test file has cost. */
export function recordCost(testPath: string, seconds: number): void {
  const folder = process.env.TEST_RUN_FOLDER;
  if (folder !== undefined) {
    appendFileSync(join(folder, FILE), `${seconds.toFixed(2)} ${testPath}\n`);
  }
}

/** Only Linux tells it of a process that goes on. */
function secondsOfChildren(): number {
  if (!existsSync("/proc/self/stat")) {
    return 0;
  }
  // The name of the program, in brackets, may hold blanks.
  const [, rest = ""] = /\) (.*)$/s.exec(readFileSync("/proc/self/stat", "utf8")) ?? [];
  const [user = 0, system = 0] = rest.split(" ").slice(13, 15).map(Number);
  return (user + system) / TICKS;
}

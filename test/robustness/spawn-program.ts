import { type ChildProcess, spawn } from "node:child_process";
import { simulatingProgram } from "../support/program";

/** Raises the number of open files to what the system lets a user have, which Node cannot do by itself. */
const UNLIMITED = 'ulimit -n "$(ulimit -Hn)" && exec "$0" "$@"';

/**
 * Starts a program of this folder in a process of its own that may hold thousands of connections, and talks by
 * messages.
 * @param name file name without extension
 * @param options of Node
 */
export function spawnProgram(name: string, options: readonly string[] = []): ChildProcess {
  const program = simulatingProgram(`test/robustness/${name}.ts`);
  return spawn("sh", ["-c", UNLIMITED, process.execPath, ...options, ...program], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

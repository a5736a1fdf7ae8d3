import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Where installers of Node put npm, from the folder of the program `node`: Windows, others. */
const BESIDE_NODE = ["node_modules/npm/bin/npm-cli.js", "../lib/node_modules/npm/bin/npm-cli.js"];

/**
 * The program of npm, for Node. The command `npm` of Windows is a script of its shell, which Node does not start.
 *
 * @returns path of npm-cli.js
 * @throws Error where Node has no npm beside it, and npm did not start this process
 */
export function npmProgram(): string {
  const started = process.env.npm_execpath;
  if (started !== undefined && basename(started) === "npm-cli.js") {
    return started;
  }
  const found = BESIDE_NODE.map((path) => join(dirname(process.execPath), path)).find(existsSync);
  if (found === undefined) {
    throw new Error(`There is no npm beside ${process.execPath}: run this by 'npm run'.`);
  }
  return found;
}

/** Runs npm, quietly. @returns what it prints @throws Error when it fails */
export function npm(args: readonly string[], options: Pick<ExecFileSyncOptions, "cwd"> = {}): string {
  return execFileSync(process.execPath, [npmProgram(), ...args], {
    ...options,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: Infinity,
  });
}

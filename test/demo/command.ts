import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import type { CommandResult } from "../support/command-result";
import { programArguments } from "../support/program";

const ROOT = resolve(__dirname, "../..");

/**
 * Runs a script of this repository in a process of its own.
 *
 * @param script path from the root of the repository, and what it gets
 * @param onLine gets each line of its standard error
 */
export function runScript(
  [script = "", ...args]: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  onLine: (line: string) => void = () => undefined,
): Promise<CommandResult> {
  const child = spawn(process.execPath, programArguments(script, args), {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  createInterface(child.stderr).on("line", onLine);
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("close", (exitCode) => done({ exitCode, stdout, stderr }));
  });
}

/** A `terraform` whose state has these outputs. @returns its path */
export function terraformWith(folder: string, outputs: Readonly<Record<string, string | undefined>>): string {
  const path = join(folder, "terraform");
  const json = JSON.stringify(
    Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value, type: "string" }])),
  );
  writeFileSync(path, `#!/bin/sh\n[ "$1" = output ] && cat <<'OUTPUTS'\n${json}\nOUTPUTS\n`);
  chmodSync(path, 0o755);
  return path;
}

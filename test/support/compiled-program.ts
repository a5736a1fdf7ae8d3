import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { compilePrograms } from "./compile-programs";
import { oncePerRun } from "./once-per-run";

const ROOT = resolve(__dirname, "../..");

/**
 * A program of this repository for plain Node. All are compiled once in a run of Jest: with `tsx`, each process that
 * a test starts needs half a second to load what is compiled already.
 *
 * @param path from the root of the repository, e.g. `simulator/main.ts`
 * @returns the compiled file; what it imports or reads is at its place beside it
 */
export function compiledProgram(path: string): string {
  return join(oncePerRun("programs", compilePrograms), path.replace(/\.ts$/, ".js"));
}

/**
 * What Node gets to run such a program, which shares the RSA keys of its issuers with the other processes of the run.
 */
export function programArguments(path: string, args: readonly string[] = []): readonly string[] {
  return [
    "--require",
    compiledProgram("test/support/shared-rsa-key-pairs.ts"),
    compiledProgram(path),
    ...args,
  ];
}

/**
 * Runs such a program to its end.
 *
 * @param environment variables that it gets besides those of this process
 * @throws Error with what it wrote if it failed
 */
export function runCompiledProgram(
  path: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): void {
  const { status, stderr } = spawnSync(process.execPath, [compiledProgram(path), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`${path} ended with ${status}:\n${stderr}`);
  }
}

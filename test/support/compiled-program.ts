import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
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
  const programs = oncePerRun("programs", (folder) =>
    run(["--import", "tsx", join(__dirname, "compile-programs.ts"), folder]),
  );
  return join(programs, path.replace(/\.ts$/, ".js"));
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
  run([compiledProgram(path), ...args], environment);
}

/** @throws Error with what the process wrote if it failed */
function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): void {
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`node ${args.join(" ")} ended with ${status}:\n${stderr}`);
  }
}

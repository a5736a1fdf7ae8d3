import { join } from "node:path";
import { compilePrograms } from "./compile-programs";
import { oncePerRun } from "./once-per-run";

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

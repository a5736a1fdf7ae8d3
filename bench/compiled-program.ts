import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join, resolve } from "node:path";
import { TSC } from "../scripts/typescript-compiler";

const OUTPUT = resolve("node_modules/.cache/bench");

/**
 * Compiles what is measured the way the package is compiled. It lies below `node_modules`, where its own imports of
 * packages are found.
 * @throws Error when the compiler finds errors
 */
export function compilePrograms(): void {
  execFileSync(process.execPath, [TSC, "-p", "bench/tsconfig.json"], { stdio: ["ignore", 2, 2] });
  cpSync("simulator/page/assets", join(OUTPUT, "simulator/page/assets"), { recursive: true });
}

/** Where `compilePrograms` has put a program. @param path from the root of the repository */
export function compiledProgram(path: string): string {
  return join(OUTPUT, path.replace(/\.ts$/, ".js"));
}

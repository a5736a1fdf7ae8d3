import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const TYPESCRIPT = join(ROOT, "scripts/typescript.cjs");
const KEY_PAIRS = join(ROOT, "test/support/shared-rsa-key-pairs.ts");

/**
 * What Node gets to run a program of this repository: it starts from what its last process made of its modules.
 *
 * @param path from the root of the repository, e.g. `worker/main.ts`
 */
export function programArguments(path: string, args: readonly string[] = []): readonly string[] {
  return ["--require", TYPESCRIPT, join(ROOT, path), ...args];
}

/** The same for one that simulates: it shares the RSA keys of its issuers with the other processes of the run. */
export function simulatingProgram(path: string, args: readonly string[] = []): readonly string[] {
  return ["--require", TYPESCRIPT, "--require", KEY_PAIRS, join(ROOT, path), ...args];
}

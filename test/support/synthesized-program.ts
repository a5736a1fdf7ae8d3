import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

/**
 * Runs a program that synthesizes an app, as Node would, in this process.
 *
 * @param path from the root of the repository, such as `examples/team-stack/main.ts`
 * @param outdir folder that it synthesizes into
 */
export function synthesizeProgram(path: string, outdir: string): void {
  const load = createRequire(__filename);
  const program = load.resolve(join(ROOT, path));
  const before = process.env.CDKTF_OUTDIR;
  process.env.CDKTF_OUTDIR = outdir;
  try {
    // Another test file may have run it.
    delete load.cache[program];
    load(program);
  } finally {
    if (before === undefined) {
      delete process.env.CDKTF_OUTDIR;
    } else {
      process.env.CDKTF_OUTDIR = before;
    }
  }
}

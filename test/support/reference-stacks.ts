import { cpSync } from "node:fs";
import { join } from "node:path";
import { runCompiledProgram } from "./compiled-program";
import { oncePerRun } from "./once-per-run";

/** Copies what `main.ts` synthesizes today, and the stack without a gateway, as the demonstration wants them. */
export function copyReferenceStacks(folder: string): void {
  const stacks = oncePerRun("reference-stacks", (outdir) => {
    runCompiledProgram("main.ts", [], { CDKTF_OUTDIR: outdir });
    runCompiledProgram("examples/clients/direct/stack.ts", [], { CDKTF_OUTDIR: join(outdir, "direct") });
  });
  cpSync(stacks, folder, { recursive: true });
}

import { cpSync } from "node:fs";
import { join } from "node:path";
import { runCompiledProgram } from "./compiled-program";
import { oncePerRun } from "./once-per-run";

/**
 * Folder with what `main.ts` synthesizes today, and the stack without a gateway, as the demonstration wants them;
 * nobody may change anything in it.
 */
export function referenceStacksFolder(): string {
  return oncePerRun("reference-stacks", (outdir) => {
    runCompiledProgram("main.ts", [], { CDKTF_OUTDIR: outdir });
    runCompiledProgram("examples/clients/direct/stack.ts", [], { CDKTF_OUTDIR: join(outdir, "direct") });
  });
}

/** Copies those stacks, for who changes them. */
export function copyReferenceStacks(folder: string): void {
  cpSync(referenceStacksFolder(), folder, { recursive: true });
}

import { cpSync } from "node:fs";
import { join } from "node:path";
import { referenceEnvironmentsFolder } from "./environments";
import { oncePerRun } from "./once-per-run";
import { synthesizeProgram } from "./synthesized-program";

/**
 * Folder with the stacks of the reference environments, and the one without a gateway, as the demonstration wants them;
 * nobody may change anything in it.
 */
export function referenceStacksFolder(): string {
  return oncePerRun("reference-stacks", (outdir) => {
    cpSync(referenceEnvironmentsFolder(), outdir, { recursive: true });
    synthesizeProgram("examples/clients/direct/stack.ts", join(outdir, "direct"));
  });
}

/** Copies those stacks, for who changes them. */
export function copyReferenceStacks(folder: string): void {
  cpSync(referenceStacksFolder(), folder, { recursive: true });
}

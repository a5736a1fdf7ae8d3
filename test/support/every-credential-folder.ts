import { join } from "node:path";
import { runCompiledProgram } from "./compiled-program";
import { oncePerRun } from "./once-per-run";

/** Folder with the `cdk.tf.json` of an `everyCredentialStack` without props; nobody may change anything in it. */
export function everyCredentialFolder(): string {
  const outdir = oncePerRun("every-credential", (folder) =>
    runCompiledProgram("test/support/synthesize-every-credential.ts", [folder]),
  );
  return join(outdir, "stacks", "every-credential");
}

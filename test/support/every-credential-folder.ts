import { join } from "node:path";
import { everyCredentialStack } from "./every-credential-stack";
import { oncePerRun } from "./once-per-run";

/** Folder with the `cdk.tf.json` of an `everyCredentialStack` without props; nobody may change anything in it. */
export function everyCredentialFolder(): string {
  const outdir = oncePerRun("every-credential", (folder) => everyCredentialStack({ outdir: folder }));
  return join(outdir, "stacks", "every-credential");
}

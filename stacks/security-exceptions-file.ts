import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TerraformStack } from "cdktf";
import { securityExceptions } from "../lib";

/**
 * Writes `security-exceptions.json` beside the stack's `cdk.tf.json`, whichever way the app is synthesized: every
 * control that was weakened, with the reason.
 */
export function writeSecurityExceptions(stack: TerraformStack): void {
  const { synthesizer } = stack;
  stack.synthesizer = {
    synthesize(session) {
      synthesizer.synthesize(session);
      const { workingDirectory } = session.manifest.forStack(stack);
      const file = join(session.outdir, workingDirectory, "security-exceptions.json");
      writeFileSync(file, `${JSON.stringify(securityExceptions(stack), null, 2)}\n`);
    },
  };
}

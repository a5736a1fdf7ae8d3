import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import * as environments from "../../environments";
import { addEnvironmentStacks } from "../../stacks/environment-stacks";
import { synthesize, type SynthesizedStack } from "./synthesized-stack";

/** Certificates of the environments are valid, and no opt-out has ended, on this day. */
export const AS_OF = new Date("2026-12-01T00:00:00Z");

/** Synthesizes the environments as `main.ts` does, into a folder of its own. */
export function synthesizeEnvironments(): ReadonlyMap<string, SynthesizedStack> {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "environments-")) });
  for (const settings of Object.values(environments)) addEnvironmentStacks(app, settings, AS_OF);
  return synthesize(app);
}

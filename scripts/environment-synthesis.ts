import { App } from "cdktf";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { addEnvironmentStacks } from "../stacks/environment-stacks";

/**
 * Synthesizes environments as `main.ts` does all of them.
 *
 * @throws ValidationError with everything that is wrong with one of them
 */
export function synthesizeEnvironments(environments: readonly EnvironmentSettings[], outdir: string): void {
  const app = new App({ outdir });
  const today = new Date();
  for (const settings of environments) {
    addEnvironmentStacks(app, settings, today);
  }
  app.synth();
}

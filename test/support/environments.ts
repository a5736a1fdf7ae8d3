import { App } from "cdktf";
import * as environments from "../../environments";
import { addEnvironmentStacks } from "../../stacks/environment-stacks";
import { oncePerRun } from "./once-per-run";
import { readStacks, type SynthesizedStack } from "./synthesized-stack";

/** Certificates of the environments are valid, and no opt-out has ended, on this day. */
export const AS_OF = new Date("2026-12-01T00:00:00Z");

/** Output folder of the environments as `main.ts` synthesizes them on that day; nobody may change anything in it. */
export function environmentsFolder(): string {
  return oncePerRun("environments", (outdir) => {
    const app = new App({ outdir });
    for (const settings of Object.values(environments)) {
      addEnvironmentStacks(app, settings, AS_OF);
    }
    app.synth();
  });
}

/** The environments as they stand in that folder. */
export function synthesizedEnvironments(): ReadonlyMap<string, SynthesizedStack> {
  return readStacks(environmentsFolder());
}

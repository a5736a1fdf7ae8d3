import { isDeepStrictEqual } from "node:util";
import { App } from "cdktf";
import * as environments from "../../environments";
import type { EnvironmentSettings } from "../../stacks/environment-settings";
import { addEnvironmentStacks } from "../../stacks/environment-stacks";
import { oncePerRun } from "./once-per-run";
import * as referenceEnvironments from "./reference-environments";
import { readStacks, type SynthesizedStack } from "./synthesized-stack";

/** Certificates of the environments are valid, and no opt-out has ended, on this day. */
export const AS_OF = new Date("2026-12-01T00:00:00Z");

/** Output folder of the environments as `main.ts` synthesizes them on that day; nobody may change anything in it. */
export function environmentsFolder(): string {
  return synthesizedSettings("environments", environments);
}

/** The environments as they stand in that folder. */
export function synthesizedEnvironments(): ReadonlyMap<string, SynthesizedStack> {
  return readStacks(environmentsFolder());
}

/** The same for the environments that behaviour is tested on. */
export function referenceEnvironmentsFolder(): string {
  const areOurs = isDeepStrictEqual(JSON.parse(JSON.stringify(environments)), { ...referenceEnvironments });
  return areOurs
    ? environmentsFolder()
    : synthesizedSettings("reference-environments", referenceEnvironments);
}

/** The reference environments as they stand in that folder. */
export function synthesizedReferenceEnvironments(): ReadonlyMap<string, SynthesizedStack> {
  return readStacks(referenceEnvironmentsFolder());
}

/** Output folder of environments as `main.ts` synthesizes them on that day. @param name of the folder */
export function synthesizedSettings(
  name: string,
  settings: Readonly<Record<string, EnvironmentSettings>>,
): string {
  return oncePerRun(name, (outdir) => {
    const app = new App({ outdir });
    for (const each of Object.values(settings)) {
      addEnvironmentStacks(app, each, AS_OF);
    }
    app.synth();
  });
}

import { resolve } from "node:path";
import type * as ReferenceStacks from "../demo/reference-stacks";
import type * as ProcessEnvironment from "../environments/process-environment";
import { run as runSimulator } from "../simulator/cli";
import { type Command, runIfMain } from "./command-line";

/** What the program of a container is started with here. */
const PROGRAM = ["--program", "npx tsx worker/main.ts"];

/** The simulator on the stacks of this repository, which are synthesized when they are out of date. */
export const run: Command = async (args) => {
  if (!args.some((arg) => arg === "--help" || arg === "-h")) {
    synthesizeStacks();
  }
  return runSimulator([...PROGRAM, ...args]);
};

function synthesizeStacks(): void {
  const { areOutdated, synthesize } = require("../demo/reference-stacks") as typeof ReferenceStacks;
  const { givenVariables } = require("../environments/process-environment") as typeof ProcessEnvironment;
  require("../environments");
  const folder = resolve(process.env.CDKTF_OUTDIR ?? "cdktf.out");
  // A folder says which variables it was synthesized with, not their values.
  if (givenVariables().length > 0 || areOutdated(folder)) {
    console.error("Synthesizing main.ts …");
    synthesize("main.ts", folder);
  }
}

runIfMain(module, run);

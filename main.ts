import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import * as environments from "./environments";
import { givenVariables, VARIABLES_FILE } from "./environments/process-environment";
import { addEnvironmentStacks } from "./stacks/environment-stacks";

const app = new App();
const today = new Date();
for (const settings of Object.values(environments)) {
  addEnvironmentStacks(app, settings, today);
}
app.synth();
// For whoever runs these stacks later, without the values that the variables had.
writeFileSync(join(app.outdir, VARIABLES_FILE), `${JSON.stringify(givenVariables())}\n`);

import { App } from "cdktf";
import * as environments from "./environments";
import { addEnvironmentStacks } from "./stacks/environment-stacks";

// CDKTF takes a stack trace for every token; mapping them to TypeScript would be a third of the time.
process.setSourceMapsEnabled(false);

const app = new App();
const today = new Date();
for (const settings of Object.values(environments)) {
  addEnvironmentStacks(app, settings, today);
}
app.synth();

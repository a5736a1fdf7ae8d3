import { App } from "cdktf";
import * as environments from "./environments";
import { addEnvironmentStacks } from "./stacks/environment-stacks";

const app = new App();
const today = new Date();
for (const settings of Object.values(environments)) {
  addEnvironmentStacks(app, settings, today);
}
app.synth();

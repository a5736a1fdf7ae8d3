import { App } from "cdktf";
import * as environments from "../../environments";
import { addEnvironmentStacks } from "../../stacks/environment-stacks";

// What `main.ts` does, on a given day and into a given folder.
const [outdir, day = ""] = process.argv.slice(2);
const app = new App({ outdir });
for (const settings of Object.values(environments)) {
  addEnvironmentStacks(app, settings, new Date(day));
}
app.synth();

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App } from "cdktf";
import { addEnvironmentStacks } from "../stacks/environment-stacks";
import type { ReleaseBaseline } from "../test/release/release-baseline";
import { command, runIfMain } from "./command-line";

const USAGE = `Usage: npm run baseline

Part of a release, after the version in package.json was raised. Writes test/release/<version>.json: every address of the
reference environments, and the arguments whose change would replace what is there. From then on 'npm test' compares
with it, and fails when an upgrade would cost a deployed stack a resource that CHANGELOG.md does not name.

  --help  this text`;

const ROOT = resolve(__dirname, "..");
const FOLDER = join(ROOT, "test/release");

export const run = command({
  usage: USAGE,
  config: {},
  failureCode: 1,
  main: async () => {
    const [environments, { AS_OF }, { readStacks }, { baselineOf }, { format, resolveConfig }] =
      await Promise.all([
        import("../test/support/reference-environments.js"),
        import("../test/support/environments.js"),
        import("../test/support/synthesized-stack.js"),
        import("../test/release/release-baseline.js"),
        import("prettier"),
      ]);
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      readonly version: string;
    };
    const { dev, test, prod } = environments;
    const outdir = mkdtempSync(join(tmpdir(), "baseline-"));
    try {
      const app = new App({ outdir });
      [dev, test, prod].forEach((settings) => addEnvironmentStacks(app, settings, AS_OF));
      app.synth();
      const baseline: ReleaseBaseline = {
        version,
        settings: { dev, test, prod },
        stacks: baselineOf(
          new Map([...readStacks(outdir)].sort(([left], [right]) => (left < right ? -1 : 1))),
        ),
      };
      const old = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
      old.forEach((name) => rmSync(join(FOLDER, name)));
      const path = join(FOLDER, `${version}.json`);
      const options = await resolveConfig(path);
      writeFileSync(path, await format(JSON.stringify(baseline), { ...options, parser: "json" }));
      console.log(`wrote test/release/${version}.json`);
      return 0;
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  },
});

runIfMain(module, run);

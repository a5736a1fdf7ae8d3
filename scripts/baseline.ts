import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type * as Cdktf from "cdktf";
import type * as EnvironmentStacks from "../stacks/environment-stacks";
import type * as Release from "../test/release/release-baseline";
import type { ReleaseBaseline } from "../test/release/release-baseline";
import type * as Environments from "../test/support/environments";
import type * as ReferenceEnvironments from "../test/support/reference-environments";
import type * as SynthesizedStacks from "../test/support/synthesized-stack";
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
    const { format, resolveConfig } = await import("prettier");
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- `--help` does without it
    const { App } = require("cdktf") as typeof Cdktf;
    const { addEnvironmentStacks } = require("../stacks/environment-stacks") as typeof EnvironmentStacks;
    const { baselineOf } = require("../test/release/release-baseline") as typeof Release;
    const { AS_OF } = require("../test/support/environments") as typeof Environments;
    const { dev, test, prod } =
      require("../test/support/reference-environments") as typeof ReferenceEnvironments;
    const { readStacks } = require("../test/support/synthesized-stack") as typeof SynthesizedStacks;
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      readonly version: string;
    };
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

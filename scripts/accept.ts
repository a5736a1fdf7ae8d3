import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import type * as Environments from "../environments";
import { command, runIfMain } from "./command-line";
import { SynthesisTable } from "./synthesis-table";

const USAGE = `Usage: npm run accept [-- --reference]

Accepts what environments/, stacks/ and lib/ make now as what this repository records, for who has changed them and
meant it. Run it after every edit of environments/, look at the differences and commit them. Rewrites:

  test/**/__snapshots__  synthesized stacks, Terraform addresses, settings that are not the reference's
  README.md              the table of 'npm run synth'

  --reference   before that, takes environments/ as they are for the environments that behaviour is tested on:
                test/support/reference-settings.json. Not in a repository with environments of its own: tests
                of behaviour name the hosts, tenants and clients of the published ones
  --help        this text

Exit codes: 0 accepted, the files that changed are named; 1 the environments cannot be synthesized, or a test of
them fails for another reason.`;

const ROOT = resolve(__dirname, "..");
const TESTS = join(ROOT, "test");
const README = join(ROOT, "README.md");
const REFERENCE = join(TESTS, "support/reference-settings.json");
const JEST = join(ROOT, "node_modules/jest/bin/jest.js");
/** What test files call that compare with their snapshots. */
const COMPARISON = "expectRecorded(";

export const run = command({
  usage: USAGE,
  config: { options: { reference: { type: "boolean" } } },
  failureCode: 1,
  main: async ({ values }) => {
    const tests = recordingTests();
    const recorded = [...tests.map(snapshotOf), README, REFERENCE];
    const before = recorded.map(contentOf);
    if (values.reference) {
      await writeReference();
    }
    // First, since a refusal of the environments is best read as synthesis words it.
    updateReadme();
    updateSnapshots(tests);
    const changed = recorded.filter((path, at) => contentOf(path) !== before[at]);
    changed.forEach((path) => console.log(`rewrote  ${relative(ROOT, path)}`));
    console.log(changed.length === 0 ? "Nothing to accept: all is as recorded." : "Look at it: git diff");
    return 0;
  },
});

/** Test files that compare with snapshots, sorted. */
function recordingTests(): readonly string[] {
  return readdirSync(TESTS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(TESTS, name))
    .filter((path) => readFileSync(path, "utf8").includes(COMPARISON))
    .sort();
}

function snapshotOf(test: string): string {
  return join(dirname(test), "__snapshots__", `${test.slice(dirname(test).length + 1)}.snap`);
}

function contentOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

async function writeReference(): Promise<void> {
  const { format, resolveConfig } = await import("prettier");
  const { dev, test, prod } = require("../environments") as typeof Environments;
  const options = await resolveConfig(REFERENCE);
  const json = JSON.stringify({ dev, test, prod }, undefined, 2);
  writeFileSync(REFERENCE, await format(json, { ...options, parser: "json" }));
}

/** @throws Error with what a program wrote if it failed */
function runNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: Infinity,
  });
  if (status !== 0) {
    throw new Error(`${stdout}${stderr}`.trim());
  }
  return stdout;
}

function updateReadme(): void {
  const outdir = mkdtempSync(join(tmpdir(), "accept-"));
  try {
    const printed = runNode(["--require", "./scripts/typescript.cjs", "scripts/synth.ts"], {
      CDKTF_OUTDIR: outdir,
    });
    const readme = readFileSync(README, "utf8");
    writeFileSync(README, SynthesisTable.in(readme).replacedBy(SynthesisTable.in(printed)));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function updateSnapshots(tests: readonly string[]): void {
  runNode([
    JEST,
    "--ci=false",
    "--update-snapshot",
    "--selectProjects",
    "in-process",
    // They share what they synthesize.
    "--runInBand",
    "--runTestsByPath",
    ...tests,
  ]);
}

runIfMain(module, run);

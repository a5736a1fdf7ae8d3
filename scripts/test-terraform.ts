import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type * as Cdktf from "cdktf";
import type * as EnvironmentStacks from "../stacks/environment-stacks";
import { dev, prod, test } from "../test/support/reference-environments";
import { command, runIfMain } from "./command-line";

const USAGE = `Usage: npm run test:terraform [-- --stack dev] [--keep]

Runs Terraform's own checks on the stacks of the reference environments (test/support), with mock providers: init without a backend, validate, and
the plan and apply runs of test/terraform/<stack>.tftest.hcl. Needs Terraform 1.11 or later and its registry, but no
Azure subscription and no credentials.

  --stack <name>  only this stack
  --keep          keep the working folders and print where they are
  --help          this text

Exit codes: 0 all passed, 1 a stack failed, 2 nothing could be tested: wrong arguments, no Terraform, no registry.`;

const TERRAFORM = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
const TESTS = resolve("test/terraform");

/** What keeps every stack from being tested, in one sentence for the person at the terminal. */
class CannotTest extends Error {}

export const run = command({
  usage: USAGE,
  config: { options: { stack: { type: "string" }, keep: { type: "boolean", default: false } } },
  failureCode: 1,
  main: ({ values }) => {
    try {
      return Promise.resolve(testStacks(values));
    } catch (error) {
      if (!(error instanceof CannotTest)) {
        throw error;
      }
      console.error(error.message);
      return Promise.resolve(2);
    }
  },
});

function testStacks({ stack: only, keep }: { readonly stack?: string; readonly keep: boolean }): number {
  checkTerraform();
  const out = mkdtempSync(join(tmpdir(), "test-terraform-"));
  try {
    const stacks = synthesize(out, only);
    const failed = stacks.filter((stack) => !testStack(out, stack, keep));
    console.log(`\n${stacks.length - failed.length} passed, ${failed.length} failed`);
    if (failed.length > 0) {
      console.log(`Failed: ${failed.join(", ")}`);
    }
    return failed.length > 0 ? 1 : 0;
  } finally {
    if (keep) {
      console.log(`Kept ${out}`);
    } else {
      rmSync(out, { recursive: true, force: true });
    }
  }
}

function checkTerraform(): void {
  const remedy = "Install Terraform 1.11 or later, or set TERRAFORM_BINARY_NAME.";
  const { error, status, stdout, stderr } = spawnSync(TERRAFORM, ["version", "-json"], { encoding: "utf8" });
  if (error) {
    throw new CannotTest(`'${TERRAFORM}' cannot be run (${error.message}). ${remedy}`);
  }
  if (status !== 0) {
    throw new CannotTest(`'${TERRAFORM} version' failed: ${stderr.trim()}. ${remedy}`);
  }
  const { terraform_version: version } = JSON.parse(stdout) as { terraform_version: string };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 1 || (major === 1 && minor >= 11)) {
    return;
  }
  throw new CannotTest(`Terraform ${version} is too old. ${remedy}`);
}

/** Synthesizes the environments that the tests name the resources of into `out`. @returns the names of the stacks to test */
function synthesize(out: string, only: string | undefined): readonly string[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `--help` does without it
  const { App } = require("cdktf") as typeof Cdktf;
  const { addEnvironmentStacks } = require("../stacks/environment-stacks") as typeof EnvironmentStacks;
  const app = new App({ outdir: out });
  const today = new Date();
  for (const settings of [dev, test, prod]) {
    addEnvironmentStacks(app, settings, today);
  }
  app.synth();
  const all = readdirSync(join(out, "stacks")).sort();
  const stacks = all.filter((name) => only === undefined || name === only);
  if (stacks.length === 0) {
    throw new CannotTest(`There is no stack '${only}'. Stacks: ${all.join(", ")}.`);
  }
  return stacks;
}

function testStack(out: string, stack: string, keep: boolean): boolean {
  const tests = join(TESTS, `${stack}.tftest.hcl`);
  if (!existsSync(tests)) {
    console.error(`${stack}: there is no ${tests}`);
    return false;
  }
  const folder = join(out, "work", stack);
  mkdirSync(folder, { recursive: true });
  const synthesized = join(out, "stacks", stack, "cdk.tf.json");
  copyFileSync(synthesized, join(folder, "cdk.tf.json"));
  copyFileSync(tests, join(folder, `${stack}.tftest.hcl`));
  cpSync(join(TESTS, "mocks"), join(folder, "mocks"), { recursive: true });
  allowDestruction(synthesized, join(folder, "prevent_destroy_override.tf.json"));

  // Providers are hundreds of megabytes: stacks share them.
  const plugins = process.env.TF_PLUGIN_CACHE_DIR ?? join(out, "plugins");
  mkdirSync(plugins, { recursive: true });
  const terraform = (...args: string[]): SpawnSyncReturns<string> =>
    spawnSync(TERRAFORM, [...args, "-no-color"], {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...process.env,
        TF_PLUGIN_CACHE_DIR: plugins,
        // Without it Terraform ignores the cache, since synthesized stacks have no lock file.
        TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "true",
      },
    });

  const init = terraform("init", "-backend=false", "-input=false");
  if (init.status !== 0 && isRegistryUnreachable(init.stderr)) {
    throw new CannotTest(
      "The Terraform registry cannot be reached, so the providers cannot be installed. Run this where\n" +
        "registry.terraform.io answers, or name a mirror under provider_installation in Terraform's CLI configuration.",
    );
  }
  return [init, () => terraform("validate"), () => terraform("test")].every((step) => {
    const { status, stdout, stderr } = typeof step === "function" ? step() : step;
    if (step !== init || status !== 0) {
      process.stdout.write(`\n${stack}:\n${stdout}`);
    }
    process.stderr.write(stderr);
    if (keep && status !== 0) {
      console.log(`${stack}: kept ${folder}`);
    }
    return status === 0;
  });
}

/**
 * `terraform test` destroys what it applied, and fails on protected resources before Terraform 1.14
 * (https://github.com/hashicorp/terraform/pull/37364). An override file lifts the protection here and leaves the
 * synthesized stack as it is.
 */
function allowDestruction(synthesized: string, override: string): void {
  const { resource = {} } = JSON.parse(readFileSync(synthesized, "utf8")) as {
    resource?: Record<string, Record<string, { lifecycle?: { prevent_destroy?: boolean } }>>;
  };
  const unprotected: Record<string, Record<string, unknown>> = {};
  for (const [type, byName] of Object.entries(resource)) {
    for (const [name, { lifecycle }] of Object.entries(byName)) {
      if (!lifecycle?.prevent_destroy) {
        continue;
      }
      (unprotected[type] ??= {})[name] = { lifecycle: { prevent_destroy: false } };
    }
  }
  // Terraform takes an empty resource object for a block without labels.
  if (Object.keys(unprotected).length === 0) {
    return;
  }
  writeFileSync(override, JSON.stringify({ resource: unprotected }));
}

function isRegistryUnreachable(stderr: string): boolean {
  return /could not connect to|registry service is unreachable|failed to request discovery document/i.test(
    stderr.replace(/\s+/g, " "),
  );
}

runIfMain(module, run);

import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const USAGE = `Usage: npm run test:terraform [-- --stack dev] [--keep]

Runs Terraform's own checks on every synthesized stack, with mock providers: init without a backend, validate, and
the plan and apply runs of test/terraform/<stack>.tftest.hcl. Needs Terraform 1.11 or later and its registry, but no
Azure subscription and no credentials.

  --stack <name>  only this stack
  --keep          keep the working folders and print where they are
  --help          this text`;

const TERRAFORM = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
const TESTS = resolve("test/terraform");

/** Exit codes: 1 a stack failed, 2 the tools are missing. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { stack: { type: "string" }, keep: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const missing = missingTerraform();
  if (missing) {
    console.error(missing);
    return 2;
  }
  const out = mkdtempSync(join(tmpdir(), "synth-"));
  process.env.CDKTF_OUTDIR = out;
  await import("../main.js");
  const stacks = readdirSync(join(out, "stacks")).filter((name) => !values.stack || name === values.stack);
  if (stacks.length === 0) {
    console.error(
      `There is no stack '${values.stack}'. Stacks: ${readdirSync(join(out, "stacks")).join(", ")}`,
    );
    return 2;
  }
  const failed: string[] = [];
  for (const stack of stacks) {
    const result = testStack(join(out, "stacks", stack), stack, values.keep === true);
    if (result === "no registry") {
      console.error(
        "The Terraform registry cannot be reached, so the providers cannot be installed. Run this where\n" +
          "registry.terraform.io is reachable, or point Terraform to a mirror (provider_installation in the CLI configuration).",
      );
      return 2;
    }
    if (result === "failed") failed.push(stack);
  }
  rmSync(out, { recursive: true, force: true });
  console.log(`\n${stacks.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) console.log(`Failed: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

function missingTerraform(): string | undefined {
  const { status, stdout } = spawnSync(TERRAFORM, ["version", "-json"], { encoding: "utf8" });
  if (status !== 0) {
    return `No '${TERRAFORM}' on the PATH. Install Terraform 1.11 or later, or set TERRAFORM_BINARY_NAME.`;
  }
  const { terraform_version: version } = JSON.parse(stdout) as { terraform_version: string };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 1 || (major === 1 && minor >= 11)) return undefined;
  return `Terraform ${version} is too old: mock providers as used here need 1.11 or later.`;
}

function testStack(synthesized: string, stack: string, keep: boolean): "passed" | "failed" | "no registry" {
  const tests = join(TESTS, `${stack}.tftest.hcl`);
  if (!existsSync(tests)) {
    console.error(`${stack}: no ${tests}`);
    return "failed";
  }
  const folder = mkdtempSync(join(tmpdir(), `${stack}-`));
  try {
    copyFileSync(join(synthesized, "cdk.tf.json"), join(folder, "cdk.tf.json"));
    copyFileSync(tests, join(folder, `${stack}.tftest.hcl`));
    cpSync(join(TESTS, "mocks"), join(folder, "mocks"), { recursive: true });
    for (const args of [["init", "-backend=false", "-input=false"], ["validate"], ["test"]]) {
      console.log(`\n${stack}: terraform ${args.join(" ")}`);
      const { status, stdout, stderr } = spawnSync(TERRAFORM, [...args, "-no-color"], {
        cwd: folder,
        encoding: "utf8",
      });
      process.stdout.write(stdout);
      process.stderr.write(stderr);
      if (status === 0) continue;
      return /registry|provider registry|could not connect/i.test(stderr) && args[0] === "init"
        ? "no registry"
        : "failed";
    }
    return "passed";
  } finally {
    if (keep) console.log(`${stack}: kept ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

void main().then((code) => (process.exitCode = code));

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const FOLDER = join(ROOT, ".github/workflows");
const WORKFLOWS = readdirSync(FOLDER).map(
  (name) => [name, readFileSync(join(FOLDER, name), "utf8")] as const,
);
const OF_AZURE = WORKFLOWS.filter(([, text]) => text.includes("ARM_CLIENT_ID"));

test.each(WORKFLOWS)("%s runs actions by commit", (_name, text) => {
  const used = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
  expect(used.filter((action) => !/@[0-9a-f]{40}$/.test(action ?? ""))).toEqual([]);
});

test.each(OF_AZURE)(
  "%s signs in to Azure without a secret, in an environment of the repository",
  (_name, text) => {
    expect(text).not.toContain("secrets.");
    expect(text).toMatch(/ARM_USE_OIDC: "true"/);
    const jobs = text.split(/^ {2}\w+:$/m).filter((job) => job.includes("ARM_CLIENT_ID"));
    for (const job of jobs) {
      expect(job).toMatch(/id-token: write/);
      expect(job).toMatch(/^ {4}environment: /m);
    }
  },
);

test("there are workflows that sign in", () => {
  expect(OF_AZURE.map(([name]) => name)).toEqual(["deploy.yml", "drift.yml"]);
});

/** The script in a folder with stand-ins for npm and Terraform. */
class Pipeline {
  private readonly folder = mkdtempSync(join(tmpdir(), "plan-"));

  /** @param exitCode of `terraform plan` @param plan what `terraform show` prints */
  public constructor(exitCode: number, plan: string, hasLock = true) {
    const bin = join(this.folder, "bin");
    for (const path of [bin, join(this.folder, "environments"), join(this.folder, "cdktf.out/stacks/dev")]) {
      mkdirSync(path, { recursive: true });
    }
    if (hasLock) {
      writeFileSync(join(this.folder, "environments/dev.terraform.lock.hcl"), "");
    }
    this.program(bin, "npm", 'echo "npm $* $DEV_TENANT_ID" >> log');
    this.program(
      bin,
      "terraform",
      [
        'echo "terraform $*" >> log',
        `case "$2" in plan) exit ${exitCode};; show) cat <<'PLAN'`,
        plan,
        "PLAN",
        ";; esac",
      ].join("\n"),
    );
  }

  public run(...more: readonly string[]): { readonly code: number | null; readonly outputs: string } {
    const outputs = join(this.folder, "outputs");
    writeFileSync(outputs, "");
    const { status } = spawnSync("bash", [join(ROOT, "scripts/plan.sh"), "dev", ...more], {
      cwd: this.folder,
      env: {
        PATH: `${join(this.folder, "bin")}:${process.env.PATH ?? ""}`,
        GITHUB_OUTPUT: outputs,
        SETTINGS: "DEV_TENANT_ID=tenant\nnot a setting\n",
      },
    });
    return { code: status, outputs: readFileSync(outputs, "utf8") };
  }

  public get log(): string {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  private program(folder: string, name: string, text: string): void {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
}

const digestIn = (outputs: string): string => /^digest=(\w{64})$/m.exec(outputs)?.[1] ?? "";

describe("scripts/plan.sh", () => {
  it("says whether anything would change, with the providers of the lock file", () => {
    const [same, changed] = [new Pipeline(0, "No changes."), new Pipeline(2, "+ resource")];

    expect(same.run()).toMatchObject({
      code: 0,
      outputs: expect.stringContaining("changed=false") as string,
    });
    expect(changed.run()).toMatchObject({
      code: 0,
      outputs: expect.stringContaining("changed=true") as string,
    });
    expect(changed.log).toMatch(/init .*-lockfile=readonly/);
    expect(changed.log).toMatch(/plan .*-detailed-exitcode/);
    expect(changed.log).toMatch(/^npm run synth tenant$/m);
    expect(changed.log).not.toContain(" apply ");
  });

  it("applies the plan that was approved, and no other", () => {
    const pipeline = new Pipeline(2, "+ resource");
    const digest = digestIn(pipeline.run().outputs);

    expect(pipeline.run(digest).code).toBe(0);
    expect(pipeline.log.match(/ apply .*tfplan$/gm)).toHaveLength(1);
    expect(new Pipeline(2, "- resource").run(digest).code).toBe(1);
  });

  it("ends with an error when the plan fails, and without a lock file", () => {
    expect(new Pipeline(1, "").run().code).toBe(1);
    expect(new Pipeline(0, "", false).run().code).toBe(1);
  });
});

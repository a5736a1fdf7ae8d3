import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

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

test.each(WORKFLOWS.filter(([, text]) => /^ {2}pull_request:/m.test(text)))(
  "%s runs the code of a pull request in jobs that may not write",
  (_name, text) => {
    const [head = "", ...jobs] = text.split(/^ {2}(?=[\w-]+:\n {4}\S)/m);
    expect(head).not.toMatch(/: write$/m);
    for (const job of jobs.filter((each) => /: write$/m.test(each))) {
      const checkouts = job.split(/^ {6}- /m).filter((step) => step.includes("actions/checkout@"));
      const isTrusted = /ref: \$\{\{ github\.event\.pull_request\.base\.sha \}\}/;
      expect(checkouts.filter((step) => !isTrusted.test(step))).toEqual([]);
      expect(checkouts).not.toHaveLength(0);
    }
  },
);

describe("contracts.yml", () => {
  const [, tell = "", comment = ""] = readFileSync(join(FOLDER, "contracts.yml"), "utf8").split(
    /^ {2}(?=(?:tell|comment|right):\n)/m,
  );

  it("judges contracts of a pull request with the code of the base, in a job that may not write", () => {
    expect(tell).not.toMatch(/: write$/m);
    const [base = "", changed = "", ...more] = tell
      .split(/^ {6}- /m)
      .filter((step) => step.includes("actions/checkout@"));
    expect(more).toEqual([]);
    expect(base).toContain("ref: ${{ github.event.pull_request.base.sha }}");
    expect(changed).toMatch(/path: changed\n {10}sparse-checkout: contracts\n/);
    // Nothing of what it checks out there is run.
    expect([...tell.matchAll(/run: (.*)/g)].map(([, command]) => command)).toEqual([
      "npm ci",
      "bash scripts/tell-contracts.sh changed/contracts",
    ]);
  });

  it("writes what that job made in one that judges nothing", () => {
    expect(comment).toMatch(/: write$/m);
    expect(comment).toContain("actions/download-artifact@");
    expect([...comment.matchAll(/run: (.*)/g)].map(([, command]) => command)).toEqual([
      'bash scripts/comment.sh contracts "$RUNNER_TEMP/contracts/contracts.md"',
    ]);
  });
});

/** A script in a folder with stand-ins for other programs. */
class ScriptRun {
  public readonly folder = mkdtempSync(join(tmpdir(), "script-"));
  private readonly bin = join(this.folder, "bin");

  /** @param programs the text of each, a script of any shell that may write to the file `log` */
  public constructor(
    private readonly script: string,
    programs: Readonly<Record<string, string>>,
  ) {
    mkdirSync(this.bin);
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(this.bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(this.bin, name), 0o755);
    }
  }

  public run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): { readonly code: number | null; readonly outputs: string; readonly summary: string } {
    const [outputs, summary] = [join(this.folder, "outputs"), join(this.folder, "summary")];
    writeFileSync(outputs, "");
    writeFileSync(summary, "");
    const { status } = spawnSync("bash", [join(ROOT, "scripts", this.script), ...args], {
      cwd: this.folder,
      env: {
        PATH: `${this.bin}:${process.env.PATH ?? ""}`,
        GITHUB_OUTPUT: outputs,
        GITHUB_STEP_SUMMARY: summary,
        ...env,
      },
    });
    return { code: status, outputs: readFileSync(outputs, "utf8"), summary: readFileSync(summary, "utf8") };
  }

  public write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  public read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }
}

/** What `terraform show -json` prints, as far as it matters. */
function planJson(password: string, actions: readonly string[] = ["update"], timestamp = "now"): string {
  const change = {
    actions,
    before: { password: "old" },
    after: { password },
    after_sensitive: { password: true },
  };
  const still = { address: "a.still", change: { actions: ["no-op"], before: { seen: timestamp } } };
  return JSON.stringify({
    timestamp,
    resource_changes: [still, { address: "a.b", change }],
    output_changes: { url: { actions: ["no-op"], before: timestamp } },
  });
}

/** scripts/plan.sh with stand-ins for npm and Terraform. */
class Pipeline {
  private readonly script: ScriptRun;

  /** @param exitCode of `terraform plan` @param plan what `terraform show` prints @param json with `-json` */
  public constructor(exitCode: number, plan: string, hasLock = true, json = planJson("new")) {
    this.script = new ScriptRun("plan.sh", {
      npm: 'echo "npm $* $DEV_TENANT_ID" >> log',
      terraform: [
        'echo "terraform $*" >> log',
        `case "$2 $3" in "plan "*) exit ${exitCode};; "show -json") cat <<'PLAN'`,
        json,
        "PLAN",
        ";; show*) cat <<'PLAN'",
        plan,
        "PLAN",
        ";; esac",
      ].join("\n"),
    });
    this.script.write("cdktf.out/stacks/dev/cdk.tf.json", "{}");
    if (hasLock) {
      this.script.write("environments/dev.terraform.lock.hcl", "");
    }
  }

  public run(...more: readonly string[]): ReturnType<ScriptRun["run"]> {
    return this.script.run(["dev", ...more], { SETTINGS: "DEV_TENANT_ID=tenant\nnot a setting\n" });
  }

  public get log(): string {
    return this.script.read("log");
  }

  public get markdown(): string {
    return this.script.read("plan.md");
  }
}

const digestIn = (outputs: string): string => /^digest=(\w{64})$/m.exec(outputs)?.[1] ?? "";

describe("scripts/plan.sh", () => {
  const PLAN = "+ resource";
  // A run starts some twenty programs.
  const changed = new Pipeline(2, PLAN);
  let first: ReturnType<Pipeline["run"]>;
  let log: string;

  beforeAll(() => {
    first = changed.run();
    ({ log } = changed);
  });

  it("says whether anything would change, with the providers of the lock file", () => {
    expect(new Pipeline(0, "No changes.").run()).toMatchObject({
      code: 0,
      outputs: expect.stringContaining("changed=false") as string,
    });
    expect(first).toMatchObject({
      code: 0,
      outputs: expect.stringContaining("changed=true") as string,
    });
    expect(log).toMatch(/init .*-lockfile=readonly/);
    expect(log).toMatch(/plan .*-detailed-exitcode/);
    expect(log).toMatch(/^npm run synth tenant$/m);
    expect(log).not.toContain(" apply ");
  });

  it("applies the plan that was approved, and no other", () => {
    const digest = digestIn(first.outputs);

    expect(changed.run(digest).code).toBe(0);
    expect(changed.log.match(/ apply .*tfplan$/gm)).toHaveLength(1);
    const [sameLater, another, more] = [
      new Pipeline(2, PLAN, true, planJson("new", ["update"], "later")),
      new Pipeline(2, PLAN, true, planJson("another")),
      new Pipeline(2, PLAN, true, planJson("new", ["delete", "create"])),
    ];
    expect([sameLater.run(digest).code, another.run(digest).code, more.run(digest).code]).toEqual([0, 1, 1]);
    expect(another.log).not.toContain(" apply ");
  });

  it("marks a plan that is not all there", () => {
    const long = new Pipeline(2, `${PLAN}\n`.repeat(10_000));
    expect(first.summary).toMatch(/^### dev\n\n```text\n\+ resource\n/);
    const { summary } = long.run();
    expect(summary).not.toContain("beginning of the plan");
    expect(summary.match(/\+ resource/g)).toHaveLength(10_000);
    expect(long.markdown).toContain("**This is the beginning of the plan: the log of the run has all of it.");
    expect(long.markdown.length).toBeLessThan(65_536);
  });

  it("ends with an error when the plan fails, and without a lock file", () => {
    expect(new Pipeline(1, "").run().code).toBe(1);
    expect(new Pipeline(0, "", false).run().code).toBe(1);
  });
});

describe("scripts/compare-access.sh", () => {
  /** The simulator's command: says the name, and ends with the code that the document of the stack after has. */
  const NPX =
    'echo "npx $*" >> log; echo "### judged"; [ -f "$5/error" ] && cat "$5/error" >&2; exit "$(cat "$5/cdk.tf.json")"';

  const compare = (
    after: Readonly<Record<string, string>>,
    before: readonly string[] = Object.keys(after),
  ): ReturnType<ScriptRun["run"]> & { readonly script: ScriptRun } => {
    const script = new ScriptRun("compare-access.sh", { npx: NPX });
    mkdirSync(join(script.folder, "after"));
    for (const name of before) {
      script.write(`cdktf.out/stacks/${name}/cdk.tf.json`, "{}");
    }
    for (const [name, code] of Object.entries(after)) {
      script.write(`after/${name}/cdk.tf.json`, code);
    }
    return { ...script.run(["after"]), script };
  };

  it.each<
    [
      what: string,
      worst: string,
      after: Readonly<Record<string, string>>,
      before: readonly string[] | undefined,
    ]
  >([
    ["nothing widens", "0", { dev: "0", prod: "0", "prod-state": "3" }, undefined],
    ["one widens", "3", { dev: "3", prod: "4", test: "0" }, undefined],
    ["one cannot be told", "4", { dev: "0", prod: "4" }, undefined],
    ["one is new", "3", { dev: "0", prod: "0" }, ["dev"]],
    ["one is gone", "4", { dev: "0" }, ["dev", "prod"]],
    ["all are gone", "4", {}, ["dev"]],
    ["there are none", "4", {}, []],
    ["a folder has the name of a command", "4", { dev: "0", "x`id`": "0" }, undefined],
  ])("where %s, the worst is %s", (_what, worst, after, before) => {
    const { outputs, code, summary, script } = compare(after, before);
    expect([outputs, code]).toEqual([`worst=${worst}\n`, 0]);
    expect(summary).toBe(script.read("access.md"));
  });

  it("reads no document that is a link", () => {
    const script = new ScriptRun("compare-access.sh", { npx: NPX });
    script.write("cdktf.out/stacks/dev/cdk.tf.json", "{}");
    script.write("secret", "0");
    mkdirSync(join(script.folder, "after/dev"), { recursive: true });
    symlinkSync(join(script.folder, "secret"), join(script.folder, "after/dev/cdk.tf.json"));
    expect(script.run(["after"]).outputs).toBe("worst=4\n");
  });

  it("shows errors as text, so that they hide nothing", () => {
    const script = new ScriptRun("compare-access.sh", { npx: NPX });
    script.write("cdktf.out/stacks/dev/cdk.tf.json", "{}");
    script.write("after/dev/cdk.tf.json", "4");
    script.write("after/dev/error", "```\n<!--\n");
    expect(script.run(["after"]).summary).toBe("### judged\n\n````text\n```\n<!--\n````\n\n");
  });
});

describe("scripts/tell-contracts.sh", () => {
  /** The check: says what it was given, and fails where a contract is wrong. */
  const NPM = [
    'echo "npm $*" >> log',
    'for file in changed-contracts/*.json; do echo "- ${file##*/}"; done',
    'if grep -q wrong changed-contracts/*.json; then printf "\\`\\`\\`\\n<!-- wrong\\n" >&2; exit 1; fi',
  ].join("\n");
  const told = (
    prepare: (script: ScriptRun) => void,
  ): ReturnType<ScriptRun["run"]> & { script: ScriptRun } => {
    const script = new ScriptRun("tell-contracts.sh", { npm: NPM });
    mkdirSync(join(script.folder, "changed/contracts"), { recursive: true });
    script.write("changed/contracts/claims.json", "{}");
    prepare(script);
    return { ...script.run(["changed/contracts"]), script };
  };

  it("reads contracts of a pull request beside those of the base", () => {
    const { code, outputs, summary, script } = told((each) => {
      each.write("changed/contracts/contract.schema.json", "{}");
    });
    expect([code, outputs, summary]).toEqual([0, "code=0\n", "- claims.json\n"]);
    expect(summary).toBe(script.read("contracts.md"));
    expect(script.read("log")).toBe(
      "npm run --silent contracts -- check --markdown --folder changed-contracts --against-folder contracts\n",
    );
  });

  it("shows what is wrong as text, so that it hides nothing", () => {
    const { outputs, summary } = told((each) => each.write("changed/contracts/fraud.json", "wrong"));
    expect(outputs).toBe("code=1\n");
    expect(summary).toBe("- claims.json\n- fraud.json\n````text\n```\n<!-- wrong\n````\n");
  });

  it.each<[what: string, prepare: (script: ScriptRun) => void]>([
    ["a link", (each) => symlinkSync("/etc/hostname", join(each.folder, "changed/contracts/host.json"))],
    ["a folder", (each) => mkdirSync(join(each.folder, "changed/contracts/more.json"))],
    ["a name with a command", (each) => each.write("changed/contracts/$(id).json", "{}")],
    ["a hidden file", (each) => each.write("changed/contracts/.npmrc", "x")],
    ["a file of 100 kB", (each) => each.write("changed/contracts/large.json", "x".repeat(100_000))],
  ])("does not read %s, and says so", (_what, prepare) => {
    const { outputs, summary } = told(prepare);
    expect(outputs).toBe("code=1\n");
    expect(summary).toMatch(/^\*\*.*: it was not read\.\*\*\n\n- claims\.json\n$/);
  });

  it("does not follow a folder that is a link", () => {
    const { outputs, script } = told((each) => {
      symlinkSync(join(each.folder, "changed/contracts"), join(each.folder, "link"));
    });
    expect(outputs).toBe("code=0\n");
    expect(script.run(["link"])).toMatchObject({
      outputs: "code=1\n",
      summary: expect.stringContaining("is a link") as string,
    });
  });
});

describe("scripts/comment.sh", () => {
  const ENV = { GH_REPO: "contoso/gateway", NUMBER: "7" };
  const gh = (known: string): ScriptRun =>
    new ScriptRun("comment.sh", {
      gh: `echo "gh $*" >> log; case "$*" in *--jq*) echo "${known}";; esac`,
    });

  it("writes a comment, and the same one again", () => {
    const [first, again] = [gh(""), gh("42")];
    for (const script of [first, again]) {
      script.write("access.md", "Access does not change.");
      expect(script.run(["access", "access.md"], ENV).code).toBe(0);
      expect(script.read("comment.md")).toBe("<!-- access -->\nAccess does not change.");
    }
    expect(first.read("log")).toContain("gh pr comment 7 --body-file comment.md\n");
    expect(again.read("log")).toContain(
      "gh api --method PATCH repos/contoso/gateway/issues/comments/42 --field body=@comment.md",
    );
  });

  it("says so where it has the beginning only", () => {
    const script = gh("");
    script.write("access.md", "x".repeat(70_000));
    script.run(["access", "access.md"], ENV);
    const comment = script.read("comment.md");
    expect(comment).toMatch(
      /^<!-- access -->\n\*\*This is the beginning: the summary of the run has all of it\.\*\*\n/,
    );
    expect(comment.length).toBeLessThan(65_536);
  });
});

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { AccessResult } from "../../demo/access-case";
import { accessTable } from "../../demo/access-table";
import { demonstrate, type Demonstration } from "../../demo/demonstration";
import { ReferenceStacks } from "../../demo/reference-stacks";

// Client programs load their libraries in processes of their own, on a machine that may be busy.
jest.setTimeout(240_000);

const ROOT = resolve(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "demonstration-"));

function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, ["--import", "tsx", ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
}

beforeAll(() => {
  for (const [program, outdir] of [
    ["main.ts", folder],
    ["examples/clients/direct/stack.ts", join(folder, "direct")],
  ] as const) {
    expect(run([program], { CDKTF_OUTDIR: outdir })).toMatchObject({ status: 0 });
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("on the reference stacks", () => {
  let demonstration: Demonstration;
  const programOutput: string[] = [];

  beforeAll(async () => {
    demonstration = await demonstrate({
      stacks: new ReferenceStacks(folder),
      onProgramOutput: (text) => programOutput.push(text),
    });
  });

  test("everything is as expected", () => {
    expect(demonstration.results.filter(({ result }) => result !== "ok")).toEqual([]);
  });

  test.each([
    ["device-code: device code", "answer"],
    ["keyless: managed identity", "answer"],
    ["keyless: federated credential", "answer"],
    ["keyless: key", "answer"],
    ["certificate: PEM certificate", "answer"],
    ["key: key", "answer"],
    ["key: secondary key, rotated", "answer"],
    ["direct: role on the account", "answer"],
    ["token, other tenant", "401 unauthorized"],
    ["token, other application", "401 unauthorized"],
    ["token, expired", "401 unauthorized"],
    ["token, not yet valid", "401 unauthorized"],
    ["token, wrong audience", "401 unauthorized"],
    ["token, missing role", "403 insufficient_scope"],
    ["token, ID token", "401 unauthorized"],
    ["token, unsigned", "401 unauthorized"],
    ["certificate, other CA", "403 forbidden"],
    ["certificate, revoked", "403 forbidden"],
    ["certificate, expired", "403 forbidden"],
    ["key, suspended", "401 unauthorized"],
    ["key of another client", "403 forbidden"],
    ["token, model not granted", "403 forbidden"],
    ["key, model not granted", "403 forbidden"],
    ["certificate, model not granted", "403 forbidden"],
  ])("%s is among the cases and comes to %s", (how, got) => {
    expect(demonstration.results.map((result) => [result.how, result.got])).toContainEqual([how, got]);
  });

  test("no secret is in anything that it or a client program writes", () => {
    const { results, secrets } = demonstration;
    const output = [accessTable(results), JSON.stringify(results), ...programOutput].join("\n");
    expect(secrets.size).toBeGreaterThan(50);
    expect([...secrets].filter((secret) => output.includes(secret))).toEqual([]);
    expect(output).not.toMatch(/eyJ[\w-]+\.|PRIVATE KEY/);
  });
});

describe("on a copy with one policy changed by hand", () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "demonstration-changed-"));
    cpSync(folder, copy, { recursive: true });
  });

  afterEach(() => rmSync(copy, { recursive: true }));

  function change(stack: string, pattern: RegExp, replacement: string): void {
    const file = join(copy, "stacks", stack, "cdk.tf.json");
    const before = readFileSync(file, "utf8");
    const after = before.replaceAll(new RegExp(pattern, "g"), replacement);
    expect(after).not.toBe(before);
    writeFileSync(file, after);
  }

  async function failures(environment: string): Promise<readonly string[]> {
    const stacks = new ReferenceStacks(copy);
    const { results } = await demonstrate({ stacks, environment, clientPrograms: false });
    return results
      .filter(({ result }) => result === "failed")
      .map(({ target, who, how, got }) => `${target} ${who}: ${how} → ${got}`);
  }

  test("an audience more fails the case of the wrong audience, and the exit code says so", () => {
    const own = "<audience>55555555-5555-4555-8555-555555555555</audience>";
    change("prod", new RegExp(own), `${own}<audience>99999999-8888-4777-8666-555555555555</audience>`);
    const { status, stdout } = run(["scripts/demo.ts", "--stacks", copy, "--env", "prod", "--json"]);
    const results = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as AccessResult);
    const failed = results.filter(({ result }) => result === "failed");
    expect(failed).toMatchObject([{ target: "prod/assistant", how: "token, wrong audience", got: "200" }]);
    expect(status).toBe(1);
  });

  test("expiry not required to hold fails the cases of time", async () => {
    change("test", /clock-skew=\\"0\\"/, String.raw`clock-skew=\"86400\"`);
    expect(await failures("test")).toEqual(
      ["okta", "auth0"].flatMap((name) => [
        `test/assistant ${name} client: token, expired → 200`,
        `test/assistant ${name} client: token, not yet valid → 200`,
      ]),
    );
  });

  test("revocation not looked at fails the case of the revoked certificate", async () => {
    change("prod", /validate-revocation=\\"true\\"/, String.raw`validate-revocation=\"false\"`);
    expect(await failures("prod")).toEqual(["prod/assistant scanner-line-1: certificate, revoked → 200"]);
  });
});

describe("npm run demo", () => {
  test("shows the table in 100 columns and ends with 0", () => {
    const { status, stdout } = run(["scripts/demo.ts", "--stacks", folder, "--env", "dev"]);
    expect(stdout).toMatch(/^\d+ cases: \d+ as expected, 0 not, 0 not run$/m);
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(status).toBe(0);
  });

  test.each([[["--env", "nowhere"]], [["--stacks", "/nowhere"]], [["--nonsense"]]])(
    "ends with 2 for %p",
    (args) => {
      const { status, stdout, stderr } = run(["scripts/demo.ts", ...args]);
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(String(args.at(-1)));
    },
  );

  test("explains itself with --help", () => {
    expect(run(["scripts/demo.ts", "--help"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("Usage: npm run demo") as unknown,
    });
  });
});

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { AccessResult } from "../../demo/access-case";
import { accessTable } from "../../demo/access-table";
import { demonstrate } from "../../demo/demonstration";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { compiledProgram } from "../support/compiled-program";
import { copyReferenceStacks } from "../support/reference-stacks";

// Client programs load their libraries in processes of their own, on a machine that may be busy.
jest.setTimeout(240_000);

const ROOT = resolve(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "demonstration-"));

function parsed(stdout: string): readonly AccessResult[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AccessResult);
}

/** What `programs/watched-demo.ts` wrote down. */
interface Report {
  readonly secrets: readonly string[];
  readonly startedAs: readonly string[];
  readonly written: string;
  readonly logged: string;
}

/** A secret in every form in which it could be read off: a PEM line by line, then as JSON, a URL or base64 has it. */
function formsOf(secret: string): readonly string[] {
  const lines = secret.split("\n").filter((line) => line.length >= 16 && !line.startsWith("-----"));
  return [secret, ...lines].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    Buffer.from(text).toString("base64"),
  ]);
}

function found(secrets: readonly string[], text: string): readonly string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form)));
}

function run([program = "", ...args]: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [compiledProgram(program), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    encoding: "utf8",
  });
}

beforeAll(() => copyReferenceStacks(folder));

afterAll(() => rmSync(folder, { recursive: true }));

describe("on the reference stacks", () => {
  let stdout: string;
  let stderr: string;
  let results: readonly AccessResult[];
  let report: Report;

  beforeAll(() => {
    const path = join(folder, "report.json");
    const program = "test/demo/programs/watched-demo.ts";
    const demo = run([program, "--stacks", folder, "--json"], { WATCH_REPORT: path });
    expect(demo.status).toBe(0);
    ({ stdout, stderr } = demo);
    results = parsed(stdout);
    report = JSON.parse(readFileSync(path, "utf8")) as Report;
  });

  test("everything is as expected", () => {
    expect(results.filter(({ result }) => result !== "ok")).toEqual([]);
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
    ["token, missing scope", "403 insufficient_scope"],
    ["token, missing role", "403 insufficient_scope"],
    ["token, ID token", "401 unauthorized"],
    ["token, ID token for the API", "401 unauthorized"],
    ["token, unsigned", "401 unauthorized"],
    ["certificate, other CA", "403 forbidden"],
    ["certificate, revoked", "403 forbidden"],
    ["certificate, expired", "403 forbidden"],
    ["key, suspended", "401 unauthorized"],
    ["key of another client", "403 forbidden"],
    ["token, model not granted", "403 forbidden"],
    ["key, model not granted", "403 forbidden"],
    ["certificate, model not granted", "403 forbidden"],
    ["v1: token", "200"],
    ["v1: token, model not granted", "403 forbidden"],
    ["token, operation not granted", "403 forbidden"],
    ["v1: token, operation not granted", "403 forbidden"],
    ["token, unknown operation", "404 not_found"],
    ["token, unknown model", "403 forbidden"],
  ])("%s is among the cases and comes to %s", (how, got) => {
    expect(results.map((result) => [result.how, result.got])).toContainEqual([how, got]);
  });

  test("keys, tokens, private keys and the identity endpoint's secret are watched for", () => {
    const kinds = [/^[0-9a-f]{32}$/, /^eyJ/, /^-----BEGIN PRIVATE KEY-----/, /^[0-9a-f-]{36}$/];
    expect(kinds.filter((kind) => !report.secrets.some((secret) => kind.test(secret)))).toEqual([]);
    expect(report.secrets.length).toBeGreaterThan(50);
  });

  test("what is watched was there to be seen: every program and its answer, and the gateways' logs", () => {
    const programs = results.filter(({ got }) => got === "answer").length;
    expect(report.startedAs).toHaveLength(programs);
    expect(report.written.match(/Simulated answer/g)).toHaveLength(programs);
    expect(report.logged).toContain("callerClientId");
  });

  test.each([
    ["standard output", () => stdout],
    ["the table", () => accessTable(results)],
    ["standard error", () => stderr],
    ["what client programs write", () => report.written],
    ["arguments of processes", () => report.startedAs.join("\n")],
    ["logs, traces and metrics of the gateways", () => report.logged],
  ])("no secret is in %s", (_where, text) => {
    expect(found(report.secrets, text())).toEqual([]);
    // Tokens that programs fetched for themselves are in nobody's list.
    expect(text()).not.toMatch(/eyJ[\w-]{8,}\.|PRIVATE KEY/);
  });

  test.each([
    ["plain", (secret: string) => secret],
    ["as JSON", (secret: string) => JSON.stringify({ secret })],
    ["in a URL", (secret: string) => `https://gateway/?key=${encodeURIComponent(secret)}`],
    ["as base64", (secret: string) => Buffer.from(secret).toString("base64")],
    ["in part", (secret: string) => secret.split("\n")[1] ?? ""],
  ])("a private key that is printed %s is found", (_form, print) => {
    const key = report.secrets.find((secret) => secret.startsWith("-----BEGIN")) ?? "";
    expect(found([key], `got: ${print(key)}.`)).toEqual([key]);
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
    const failed = parsed(stdout).filter(({ result }) => result === "failed");
    expect(failed).toMatchObject([{ target: "prod/assistant", how: "token, wrong audience", got: "200" }]);
    expect(status).toBe(1);
  });

  /** Takes a refusal out of the policies: the rule is asked, and its answer is nothing. */
  const answer = (refusal: string) => new RegExp(`return &quot;${refusal}&quot;;`);
  const NOTHING = "return &quot;&quot;;";
  /** One of several lines of a policy, with another before it. */
  const before = (line: string, added: string) => ({
    pattern: new RegExp(line.replaceAll('"', "&quot;")),
    replacement: `${added} ${line}`.replaceAll('"', "&quot;"),
  });

  test.each([
    {
      rule: "tokens end",
      ...{
        environment: "test",
        pattern: /clock-skew=\\"0\\"/,
        replacement: String.raw`clock-skew=\"86400\"`,
      },
      failing: ["okta", "auth0"].flatMap((name) => [
        `test/assistant ${name} client: token, expired → 200`,
        `test/assistant ${name} client: token, not yet valid → 200`,
      ]),
    },
    {
      rule: "revoked certificates are out",
      ...{ environment: "prod", pattern: /validate-revocation=\\"true\\"/ },
      replacement: String.raw`validate-revocation=\"false\"`,
      failing: ["prod/assistant scanner-line-1: certificate, revoked → 200"],
    },
    {
      rule: "tokens carry a scope or role that counts",
      ...{ environment: "prod", pattern: answer("insufficient_scope token-scope"), replacement: NOTHING },
      failing: [
        "prod/assistant claims: token, missing scope → 200",
        "prod/assistant claims: token, missing role → 200",
        "prod/partners fabrikam: token, missing scope → 200",
      ],
    },
    {
      rule: "an application has the role that counts",
      ...{
        environment: "prod",
        pattern: /new\[\] \{ &quot;Models\.Invoke\.All&quot; \}\.Contains\(value\)/,
        replacement: "true",
      },
      failing: ["prod/assistant claims: token, missing role → 200"],
    },
    {
      rule: "ID tokens are no access tokens",
      ...{ environment: "prod", pattern: answer("unauthorized token-is-access-token"), replacement: NOTHING },
      failing: [
        "prod/assistant claims: token, ID token for the API → 200",
        "prod/partners fabrikam: token, ID token for the API → 200",
      ],
    },
    {
      rule: "marketing has its own models only",
      ...{ environment: "prod", ...before('case "2 chat-mini":', 'case "2 chat": case "2 embeddings":') },
      failing: [
        "prod/assistant marketing: token, model not granted → 200",
        "prod/assistant marketing: v1: token, model not granted → 200",
      ],
    },
    {
      rule: "partners have one model",
      environment: "prod",
      ...before(
        'case "chat-mini": return "chat-mini partners-chat-mini-pool 1";',
        'case "chat": return "chat assistant-chat-pool 2";',
      ),
      failing: ["fabrikam", "northwind"].flatMap((name) => [
        `prod/partners ${name}: token and key, model not granted → 200`,
        `prod/partners ${name}: v1: token and key, model not granted → 200`,
      ]),
    },
    {
      rule: "a client has its own operations only",
      ...{ environment: "prod", pattern: answer("forbidden operation-denied"), replacement: NOTHING },
      // An account runs no embeddings on a chat model.
      failing: [
        ["claims", "token", "200"],
        ["marketing", "token", "400 OperationNotSupported"],
        ["scanner-line-1", "certificate", "400 OperationNotSupported"],
      ].flatMap(([caller, credential, got]) => [
        `prod/assistant ${caller}: ${credential}, operation not granted → ${got}`,
        `prod/assistant ${caller}: v1: ${credential}, operation not granted → ${got}`,
      ]),
    },
    {
      rule: "the body of a v1 call names the model",
      environment: "prod",
      pattern: /return model\.Type == JTokenType\.String \? model\.ToString\(\) : &quot;\?&quot;;/,
      replacement: "return &quot;chat&quot;;",
      failing: [
        "prod/assistant marketing: v1: token → 403 forbidden",
        "prod/assistant scanner-line-1: v1: certificate → 403 forbidden",
        "prod/partners fabrikam: v1: token and key → 403 forbidden",
        "prod/partners northwind: v1: token and key → 403 forbidden",
      ],
    },
    {
      rule: "token and key are of one client",
      ...{ environment: "prod", pattern: answer("forbidden client-mismatch"), replacement: NOTHING },
      failing: [
        "prod/partners fabrikam: token, other application → 200",
        "prod/partners fabrikam: key of another client → 200",
      ],
    },
  ])("without the rule that $rule, its cases fail and no others", async (broken) => {
    change(broken.environment, broken.pattern, broken.replacement);
    expect(await failures(broken.environment)).toEqual(broken.failing);
  });
});

describe("npm run demo", () => {
  test("shows the table in 100 columns and ends with 0", () => {
    const { status, stdout } = run(["scripts/demo.ts", "--stacks", folder, "--env", "dev"]);
    expect(stdout).toMatch(/^\d+ cases: \d+ as expected, 0 not, 0 not run$/m);
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(status).toBe(0);
  });

  test.each([[["--env", "nowhere"]], [["--env", "toString"]], [["--stacks", "/nowhere"]], [["--nonsense"]]])(
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

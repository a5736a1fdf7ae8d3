import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccessResult } from "../../demo/access-case";
import { accessTable } from "../../demo/access-table";
import { demoOf } from "../../scripts/demo";
import { resultOf } from "../support/command-result";
import * as environments from "../support/reference-environments";
import { copyReferenceStacks } from "../support/reference-stacks";
import { TextSearch } from "./text-search";
import { WatchedDemo } from "./watched-demo";

// Client programs load their libraries in processes of their own, on a machine that may be busy.
jest.setTimeout(240_000);

const demo = demoOf(environments);
const folder = mkdtempSync(join(tmpdir(), "demonstration-"));

function parsed(stdout: string): readonly AccessResult[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AccessResult);
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
  const forms = new Map(secrets.map((secret) => [secret, formsOf(secret)]));
  const inText = new TextSearch([...forms.values()].flat()).foundIn(text);
  return secrets.filter((secret) => forms.get(secret)?.some((form) => inText.has(form)));
}

function widestLine(text: string): number {
  return Math.max(...text.split("\n").map(({ length }) => length));
}

beforeAll(() => copyReferenceStacks(folder));

afterAll(() => rmSync(folder, { recursive: true }));

describe("on the reference stacks", () => {
  let stdout: string;
  let stderr: string;
  let results: readonly AccessResult[];
  let watched: WatchedDemo;

  beforeAll(async () => {
    watched = new WatchedDemo();
    const demonstration = await resultOf(() => demo(["--stacks", folder, "--json"]));
    watched.end();
    expect(demonstration.exitCode).toBe(0);
    ({ stdout, stderr } = demonstration);
    results = parsed(stdout);
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
    ["background: true", "400 invalid_request"],
    ["a stored conversation", "400 invalid_request"],
    ["a stored prompt", "400 invalid_request"],
    ["an image elsewhere", "400 invalid_request"],
    ["a dearer tier", "400 invalid_request"],
    ["an answer without end", "400 invalid_request"],
    ["a body that is too large", "413 request_too_large"],
    ["JSON in another encoding", "415 unsupported_media_type"],
    ["headers that steer the account, in vain", "200"],
    ["61 calls at once", "429 rate_limited"],
    ["more than 10000 tokens at once", "429 rate_limited"],
  ])("%s is among the cases and comes to %s", (how, got) => {
    expect(results.map((result) => [result.how, result.got])).toContainEqual([how, got]);
  });

  test("the table of all cases has 100 columns", () => {
    expect(widestLine(accessTable(results))).toBeLessThanOrEqual(100);
  });

  test("keys, tokens, private keys and the identity endpoint's secret are watched for", () => {
    const kinds = [/^[0-9a-f]{32}$/, /^eyJ/, /^-----BEGIN PRIVATE KEY-----/, /^[0-9a-f-]{36}$/];
    expect(kinds.filter((kind) => !watched.secrets.some((secret) => kind.test(secret)))).toEqual([]);
    expect(watched.secrets.length).toBeGreaterThan(50);
  });

  test("what is watched was there to be seen: every program and its answer, and the gateways' logs", () => {
    const programs = results.filter(({ got }) => got === "answer").length;
    expect(watched.startedAs).toHaveLength(programs);
    expect(watched.written.match(/Simulated answer/g)).toHaveLength(programs);
    expect(watched.logged).toContain("callerClientId");
  });

  test.each([
    ["standard output", () => `${stdout}${watched.standardOutput}`],
    ["the table", () => accessTable(results)],
    ["standard error", () => `${stderr}${watched.standardError}`],
    ["what client programs write", () => watched.written],
    ["arguments of processes", () => watched.startedAs.join("\n")],
    ["logs, traces and metrics of the gateways", () => watched.logged],
  ])("no secret is in %s", (_where, text) => {
    expect(found(watched.secrets, text())).toEqual([]);
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
    const key = watched.secrets.find((secret) => secret.startsWith("-----BEGIN")) ?? "";
    expect(found([key], `got: ${print(key)}.`)).toEqual([key]);
  });
});

describe("npm run demo", () => {
  // An environment without client programs: those have run above.
  test("shows the table in 100 columns and ends with 0", async () => {
    const { exitCode, stdout } = await resultOf(() =>
      demo(["--stacks", folder, "--env", "test", "--only", "scanner-test"]),
    );
    expect(stdout).toMatch(/^[1-9]\d cases: \d+ as expected, 0 not, 0 not run$/m);
    expect(widestLine(stdout)).toBeLessThanOrEqual(100);
    expect(exitCode).toBe(0);
  });

  test("ends with 2 where no case has the text", async () => {
    const args = ["--stacks", folder, "--env", "test", "--only", "no such case"];
    const { exitCode, stdout, stderr } = await resultOf(() => demo(args));
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("No case has the text 'no such case'");
  });

  test.each([[["--env", "nowhere"]], [["--env", "toString"]], [["--stacks", "/nowhere"]], [["--nonsense"]]])(
    "ends with 2 for %p",
    async (args) => {
      const { exitCode, stdout, stderr } = await resultOf(() => demo(args));
      expect([exitCode, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(String(args.at(-1)));
    },
  );

  test("explains itself with --help", async () => {
    expect(await resultOf(() => demo(["--help"]))).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("Usage: npm run demo") as unknown,
    });
  });
});

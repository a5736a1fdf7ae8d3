import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { dev, prod, test as testEnvironment } from "./support/reference-environments";

const ROOT = resolve(__dirname, "..");
/** What a clone does not have, or gets otherwise. */
const NOT_COPIED = new Set([".git", "node_modules", "cdktf.out", "dist", "coverage"]);
const JEST = "node_modules/jest/bin/jest.js";

/** Test files that read `environments/`, or what they synthesize to. */
const READS_ENVIRONMENTS = /from "(\.\.\/)+environments"|\b(synthesizedEnvironments|environmentsFolder)\(/;
/** Some of those that name hosts, tenants and accounts of the environments that behaviour is tested on. */
const FURTHER = ["test/scenarios/failover.test.ts"];

interface Result {
  readonly exitCode: number | null;
  readonly output: string;
}

/**
 * Own names, tenant and hosts; in dev a client by another name, and one more with the capacity that it may take; in prod
 * one more region, and a client less.
 */
function ownEnvironments(): Readonly<Record<string, EnvironmentSettings>> {
  const own = (settings: EnvironmentSettings, nameSuffix: string): EnvironmentSettings => ({
    ...settings,
    nameSuffix,
    tenantId: "12121212-1212-4212-8212-121212121212",
    alertEmailAddresses: ["gateway@tailspin.com"],
    gateway: {
      ...settings.gateway,
      publisherName: "Tailspin",
      publisherEmail: "gateway@tailspin.com",
      hostName: settings.gateway.hostName && `models-${settings.name}.tailspin.com`,
    },
  });
  const [client, ...otherClients] = dev.clients ?? [];
  const { deployments: { chat } = {}, ...account } = prod.accounts.find(({ name }) => name === "payg") ?? {};
  if (client === undefined || chat === undefined) {
    throw new Error("dev has no client, or prod no account 'payg' with a deployment 'chat'");
  }
  const accounts = dev.accounts.map((each) => ({
    ...each,
    deployments: Object.fromEntries(
      Object.entries(each.deployments).map(([name, deployment]) => [name, { ...deployment, capacity: 60 }]),
    ),
  }));
  const renamed = { ...client, name: "damages" };
  const another = { ...client, name: "billing", requestsPerMinute: 30, tokensPerMinute: 5_000 };
  const france = { ...account, name: "payg", location: "francecentral", deployments: { chat } };
  return {
    dev: own({ ...dev, accounts, clients: [renamed, ...otherClients, another] }, "q17"),
    prod: own({ ...prod, accounts: [...prod.accounts, france], clients: prod.clients?.slice(1) }, "q93"),
    test: own(testEnvironment, "q42"),
  };
}

describe("a repository with names, a client and a region of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "fork-"));
  const fork = join(folder, "repository");
  const temporary = join(folder, "tmp");

  beforeAll(() => {
    cpSync(ROOT, fork, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
    // A folder of its own, so that what Jest keeps between runs stays in the copy.
    for (const made of [join(fork, "node_modules"), temporary]) {
      mkdirSync(made);
    }
    for (const name of readdirSync(join(ROOT, "node_modules")).filter((each) => each !== ".cache")) {
      symlinkSync(join(ROOT, "node_modules", name), join(fork, "node_modules", name));
    }
    for (const [name, settings] of Object.entries(ownEnvironments())) {
      const type = 'import type { EnvironmentSettings } from "../stacks/environment-settings";';
      const text = `${type}\n\nexport const ${name}: EnvironmentSettings = ${JSON.stringify(settings)};\n`;
      writeFileSync(join(fork, "environments", `${name}.ts`), text);
    }
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  function run(...args: readonly string[]): Promise<Result> {
    const child = spawn(process.execPath, args, { cwd: fork, env: { ...process.env, TMPDIR: temporary } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    }
    return new Promise((done) => child.once("close", (exitCode) => done({ exitCode, output })));
  }

  function runTests(paths: readonly string[]): Promise<Result> {
    return run(JEST, "--ci", "--runInBand", "--runTestsByPath", ...paths);
  }

  /** From the root of the repository. */
  function suites(): readonly string[] {
    const reading = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts") && !name.endsWith(".e2e.test.ts"))
      .map((name) => join("test", name))
      .filter((path) => READS_ENVIRONMENTS.test(readFileSync(join(ROOT, path), "utf8")));
    return [...reading, ...FURTHER];
  }

  it("is told by a test of recorded state how to accept the new one", async () => {
    const { exitCode, output } = await runTests(["test/addresses.test.ts"]);
    expect(exitCode).toBe(1);
    expect(output).toContain("`npm run accept` accepts the new state");
  });

  it("accepts it with one command, which says what it rewrote", async () => {
    const { exitCode, output } = await run("--require", "./scripts/typescript.cjs", "scripts/accept.ts");
    expect({ exitCode, output }).toEqual({
      exitCode: 0,
      output: [
        "rewrote  test/__snapshots__/addresses.test.ts.snap",
        "rewrote  test/__snapshots__/reference-environments.test.ts.snap",
        "rewrote  test/stacks/__snapshots__/environment-stacks.test.ts.snap",
        "rewrote  README.md",
        "Look at it: git diff",
        "",
      ].join("\n"),
    });
  });

  it("then passes the tests that read environments/, and those of the reference environments", async () => {
    expect(suites()).toEqual(
      expect.arrayContaining([
        "test/addresses.test.ts",
        "test/docs/synthesis-table.test.ts",
        "test/lib/security-checks/house-checks.test.ts",
      ]),
    );
    const { exitCode, output } = await runTests(suites());
    expect(exitCode === 0 ? "" : output).toBe("");
  });
});

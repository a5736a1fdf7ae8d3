import { spawn } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { EnvironmentSettings } from "../stacks/environment-settings";
import { dev, prod, test as testEnvironment } from "./support/reference-environments";

const ROOT = resolve(__dirname, "..");
/** What a clone does not have, or gets otherwise. */
const NOT_COPIED = new Set([".git", "node_modules", "cdktf.out", "dist", "coverage"]);
const JEST = "node_modules/jest/bin/jest.js";

/** Test files that read `environments/`, or what they synthesize to. */
const READS_ENVIRONMENTS = /from "(\.\.\/)+environments"|\b(synthesizedEnvironments|environmentsFolder)\(/;
/** Compares with its snapshot. */
const RECORDING = "test/addresses.test.ts";
/** The same test, with the snapshot of before. */
const NOT_ACCEPTED = "test/addresses-not-accepted.test.ts";
/** Some of those that name hosts, tenants and accounts of the environments that behaviour is tested on. */
const FURTHER = ["test/scenarios/failover.test.ts"];

/** What Jest writes of test files. */
interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
  }[];
}

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
  let recorded: string;

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

  function snapshotOf(test: string): string {
    return join(fork, dirname(test), "__snapshots__", `${basename(test)}.snap`);
  }

  /** From the root of the repository. */
  function suites(): readonly string[] {
    const reading = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts") && !name.endsWith(".e2e.test.ts"))
      .map((name) => join("test", name))
      .filter((path) => READS_ENVIRONMENTS.test(readFileSync(join(ROOT, path), "utf8")));
    return [...reading, ...FURTHER];
  }

  it("accepts it with one command, which says what it rewrote", async () => {
    recorded = readFileSync(snapshotOf(RECORDING), "utf8");
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

  describe("once it is accepted, but for one test", () => {
    const report = join(folder, "report.json");
    let results: ReadonlyMap<string, string>;

    // All in one Jest, which takes longer to start than most of them run.
    beforeAll(async () => {
      copyFileSync(join(fork, RECORDING), join(fork, NOT_ACCEPTED));
      writeFileSync(snapshotOf(NOT_ACCEPTED), recorded);
      const { output } = await run(
        ...[JEST, "--ci", "--runInBand", "--json", "--outputFile", report],
        ...["--runTestsByPath", ...suites(), NOT_ACCEPTED],
      );
      if (!existsSync(report)) {
        throw new Error(output);
      }
      const { testResults } = JSON.parse(readFileSync(report, "utf8")) as TestReport;
      results = new Map(
        testResults.map(({ name, status, message }) => [
          relative(realpathSync(fork), name).replaceAll("\\", "/"),
          status === "passed" ? status : message,
        ]),
      );
    });

    it("passes the tests that read environments/, and those of the reference environments", () => {
      expect(suites()).toEqual(
        expect.arrayContaining([
          "test/addresses.test.ts",
          "test/docs/synthesis-table.test.ts",
          "test/stacks/house-checks.test.ts",
        ]),
      );
      expect(suites().map((suite) => [suite, results.get(suite)])).toEqual(
        suites().map((suite) => [suite, "passed"]),
      );
    });

    it("is told by that one how to accept the new state", () => {
      expect(results.get(NOT_ACCEPTED)).toContain("`npm run accept` accepts the new state");
    });
  });
});

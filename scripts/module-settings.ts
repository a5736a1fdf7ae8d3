import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import manifest from "../package.json";
import { command, runIfMain } from "./command-line";
import { CDKTF } from "./flavour";
import { npm } from "./npm";
import { makeProject, packPackages } from "./packages";

const USAGE = `Usage: npm run test:modules [-- --keep]

Packs the packages and installs them in empty projects, the simulator with npm and with pnpm, the constructs with npm.
Checks types without skipLibCheck, with pnpm against the newest types of Node, and runs a test of ten lines, under each
way in which TypeScript and Jest find modules: CommonJS and ES modules (node16), node10, bundler, Jest with ts-jest and
with swc. Needs npm's registry.

  --keep  leaves the projects where they are, and says where
  --help  this text

Exit codes: 0 all pass, 1 one does not.`;

const SIMULATOR = "azure-apim-simulator";
const PNPM = "pnpm@9.15.9";
const TS_JEST = "29.4.15";
/** The last one that knows all these settings: later ones have done away with node10. */
const TYPESCRIPT = "5.9.3";
/** What an install without a version gets: types of Node that are taken away are missed by readers first. */
const NEWEST = "latest";
const RUNNERS = ["@swc/core", "@swc/jest", "@types/jest", "jest", "tsx"] as const;

/** What a project of TypeScript says of its modules. */
interface ModuleSetting {
  readonly type: "commonjs" | "module";
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  /** Runs the test, from the folder of the project. `compiled`: what the compiler has written. */
  readonly run: (folder: string, compiled: string) => readonly string[];
  /** Settings of Jest, where it runs the test. */
  readonly jest?: object;
}

const COMMON = { strict: true, target: "es2022", skipLibCheck: false, outDir: "out", rootDir: "." };
const ofNode = (_folder: string, compiled: string): readonly string[] => ["--test", compiled];
const ofJest = (folder: string): readonly string[] => [
  "node_modules/jest/bin/jest.js",
  "--config",
  `${folder}/jest.config.json`,
  // A reader's test has five seconds; a busy machine may need more.
  "--testTimeout=60000",
];
/** As docs/simulator.md says: jose is published as ES modules only, and pnpm keeps it in a folder of its own. */
const TRANSFORMED = ["/node_modules/(?!(\\.pnpm/[^/]+/node_modules/)?jose/)"];
const NODE16 = { module: "node16", moduleResolution: "node16" };

const SETTINGS: Readonly<Record<string, ModuleSetting>> = {
  cjs: { type: "commonjs", compilerOptions: NODE16, run: ofNode },
  esm: { type: "module", compilerOptions: NODE16, run: ofNode },
  node10: {
    type: "commonjs",
    compilerOptions: { module: "commonjs", moduleResolution: "node10" },
    run: ofNode,
  },
  bundler: {
    type: "module",
    compilerOptions: { module: "preserve", moduleResolution: "bundler" },
    // What reads such programs as they are: tsx has the rules of bundlers.
    run: (folder) => ["--import", "tsx", "--test", `${folder}/access.test.ts`],
  },
  "ts-jest": {
    type: "commonjs",
    compilerOptions: { ...NODE16, types: ["jest", "node"], allowJs: true, isolatedModules: true },
    run: ofJest,
    jest: {
      transform: { "\\.[jt]s$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.json" }] },
      transformIgnorePatterns: TRANSFORMED,
      testMatch: ["<rootDir>/*.test.ts"],
    },
  },
  "swc-jest": {
    type: "commonjs",
    compilerOptions: { ...NODE16, types: ["jest", "node"] },
    run: ofJest,
    jest: {
      transform: { "\\.[jt]s$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" } } }] },
      transformIgnorePatterns: TRANSFORMED,
      testMatch: ["<rootDir>/*.test.ts"],
    },
  },
};

/** Ten lines, with what each runner calls a test. */
const testWith = (
  imports: string,
): string => `${imports}import { simulate, type Simulation } from "${SIMULATOR}";
test("a key gets in, another one does not", async () => {
  const simulation: Simulation = await simulate("node_modules/${SIMULATOR}/example");
  const call = async (key: string): Promise<number> => {
    const path = "/assistant/deployments/chat/chat/completions?api-version=2024-10-21";
    const body = { messages: [{ role: "user", content: "Hello" }] };
    return (await simulation.call(path, { headers: { "api-key": key }, body })).status;
  };
  const got = [await call(simulation.subscriptionKey("claims")), await call("0123456789abcdef0123456789abcdef")];
  await simulation.close();
  if (got.join() !== "200,401") throw new Error(got.join());
});
`;
const NODE_TEST = 'import { test } from "node:test";\n';

/** A program that takes something from every entry of the constructs. */
const CONSTRUCTS_PROGRAM = `import { App, TerraformStack } from "cdktf";
import { Auth, AzureNames, OpenAiPlatform, SynthesisDate, type OpenAiPlatformProps } from "${CDKTF.name}";
import { AzapiResource } from "${CDKTF.name}/azapi";
import { Application } from "${CDKTF.name}/azuread";
import { csharp } from "${CDKTF.name}/policy";
import { SecurityChecks } from "${CDKTF.name}/security-checks";
export const entries: readonly unknown[] = [AzapiResource, Application, csharp, SecurityChecks];
const stack = new TerraformStack(new App(), "ai-dev");
SynthesisDate.set(stack, new Date());
const props: OpenAiPlatformProps = {
  names: new AzureNames({ workload: "ai", environment: "dev", region: "swedencentral", suffix: "7f3" }),
  tenantId: "11111111-1111-4111-8111-111111111111",
  subscriptionId: "00000000-0000-4000-8000-000000000001",
  publisherName: "Contoso",
  publisherEmail: "ai@contoso.com",
  deployments: { chat: { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 100 } },
};
new OpenAiPlatform(stack, "platform", props).addOpenAiApi("assistant", { path: "assistant", auth: Auth.subscriptionKey() });
`;

export const run = command({
  usage: USAGE,
  config: { options: { keep: { type: "boolean" } } },
  failureCode: 1,
  main: ({ values }) => {
    const folder = mkdtempSync(join(tmpdir(), "modules-"));
    try {
      return Promise.resolve(tryAll(folder));
    } finally {
      if (values.keep) {
        console.log(`kept in ${folder}`);
      } else {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  },
});

function tryAll(folder: string): number {
  console.error("packing …");
  const tarballs = packPackages(folder, [CDKTF.name, SIMULATOR]);
  const packed = (name: string): string => `file:${tarballs.get(name) ?? ""}`;
  const { "@types/node": types, ...others } = manifest.devDependencies;
  const tools = { "@types/node": types, typescript: TYPESCRIPT, ...pick(others, RUNNERS) };
  const passed: boolean[] = [];
  for (const installer of ["npm", "pnpm"]) {
    const project = join(folder, installer);
    console.error(`installing the simulator with ${installer} …`);
    makeProject(project, {
      dependencies: { [SIMULATOR]: packed(SIMULATOR) },
      devDependencies: {
        ...tools,
        "ts-jest": TS_JEST,
        ...(installer === "pnpm" ? { "@types/node": NEWEST } : {}),
      },
    });
    install(installer, project);
    for (const [name, setting] of Object.entries(SETTINGS)) {
      passed.push(tried(`simulator, ${installer}, ${name}`, () => trySimulator(project, name, setting)));
    }
  }
  const project = join(folder, "constructs");
  console.error("installing the constructs with npm …");
  makeProject(project, {
    dependencies: { ...CDKTF.tested, [CDKTF.name]: packed(CDKTF.name) },
    devDependencies: { "@types/node": types, typescript: TYPESCRIPT },
  });
  install("npm", project);
  for (const name of ["cjs", "esm", "node10", "bundler"]) {
    const { type, compilerOptions } = SETTINGS[name]!;
    passed.push(
      tried(`constructs, npm, ${name}`, () =>
        checkTypes(project, name, type, compilerOptions, { "main.ts": CONSTRUCTS_PROGRAM }),
      ),
    );
  }
  return passed.every((each) => each) ? 0 : 1;
}

function pick<T extends string>(
  all: Readonly<Record<T, string>>,
  names: readonly T[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

function install(installer: string, project: string): void {
  const quiet = ["--no-audit", "--no-fund", "--silent"];
  const args =
    installer === "npm"
      ? ["install", ...quiet]
      : ["exec", "--yes", "--silent", `--package=${PNPM}`, "--", "pnpm", "install", "--silent"];
  npm(args, { cwd: project });
}

function trySimulator(project: string, name: string, setting: ModuleSetting): void {
  const { type, compilerOptions, jest } = setting;
  checkTypes(project, name, type, compilerOptions, {
    "access.test.ts": testWith(jest === undefined ? NODE_TEST : ""),
  });
  if (jest !== undefined) {
    writeFileSync(join(project, name, "jest.config.json"), JSON.stringify(jest));
  }
  runNode(project, setting.run(name, `${name}/out/access.test.js`));
}

/** Writes a program in a folder with settings of its own, and compiles it there. @throws Error with what the compiler says */
function checkTypes(
  project: string,
  name: string,
  type: ModuleSetting["type"],
  compilerOptions: object,
  files: Readonly<Record<string, string>>,
): void {
  const folder = join(project, name);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type }));
  const settings = { compilerOptions: { ...COMMON, types: ["node"], ...compilerOptions } };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...settings, files: Object.keys(files) }));
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(join(folder, file), text);
  }
  runNode(project, ["node_modules/typescript/bin/tsc", "-p", name]);
}

/** @throws Error with what the program wrote when it fails */
function runNode(folder: string, args: readonly string[]): void {
  // Jest and tsx leave their caches in the folder for temporary files.
  const temporary = join(folder, "temporary");
  mkdirSync(temporary, { recursive: true });
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  execFileSync(process.execPath, args, { cwd: folder, env, encoding: "utf8", stdio: "pipe" });
}

/** Prints what came of it. @returns whether it passed */
function tried(title: string, work: () => void): boolean {
  const start = performance.now();
  try {
    work();
    console.log(`ok      ${title} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    console.log(`failed  ${title}\n${`${stdout}${stderr}`.trim() || message}`);
    return false;
  }
}

runIfMain(module, run);

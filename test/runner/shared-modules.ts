import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { compileFunction } from "node:vm";
import type { JestEnvironment } from "@jest/environment";
import { SourceMapSupport } from "@jest/source-map";
import type { Config } from "@jest/types";
import circus from "jest-circus/runner";
import type Runtime from "jest-runtime";
import { compiledSources } from "./compiled-sources";
import { CurrentContext } from "./current-context";
import { forget, forgetOwn, isolateModules, load } from "./loaded-modules";

const STACK_TRACES = new SourceMapSupport();
/** Where jest-circus keeps the tests of one file. */
const CIRCUS = load.resolve("jest-circus/runner").replace(/runner\.js$/, "jestAdapterInit.js");
let compiledCircus: ((...values: unknown[]) => void) | undefined;
/** What jest-circus and the `jest` object of a test file leave on the global object, some of it anew for each file. */
const LEFT_BEHIND = new Set([
  "JEST_STATE_SYMBOL",
  "EVENT_HANDLERS",
  "TEST_TIMEOUT_SYMBOL",
  "RETRY_TIMES",
  "RETRY_IMMEDIATELY",
  "WAIT_BEFORE_RETRY",
  "LOG_ERRORS_BEFORE_RETRY",
]);

/** What would replace modules in one test file. */
const NOT_SHARED = [
  "mock",
  "doMock",
  "setMock",
  "unstable_mockModule",
  "isolateModulesAsync",
  "resetModules",
];

// A worker that has nothing left to do. Node would give its memory back piece by piece, which takes longer than Jest
// waits before it calls the worker stuck.
if (process.send !== undefined) {
  process.once("beforeExit", () => process.exit());
}

/**
 * Runs a test file with jest-circus, as Jest does by default, but on Node's own modules: what one test file of a
 * worker has loaded, the next ones find loaded, setup files included. Hence no module can be mocked by its path.
 */
export default async function runTestFile(
  globalConfig: Config.GlobalConfig,
  config: Config.ProjectConfig,
  environment: JestEnvironment,
  runtime: Runtime,
  testPath: string,
  ...rest: readonly unknown[]
): Promise<unknown> {
  STACK_TRACES.install(await compiledSources(config));
  if (globalConfig.watch || globalConfig.watchAll) {
    forgetOwn();
  }
  loadCircus();
  const shared = Object.create(runtime, {
    requireInternalModule: { value: load },
    // Jest asks for setup files and test files only.
    requireModule: {
      value: (path: string): unknown => {
        const { jest } = runtime.requireModuleOrMock<{ readonly jest: object }>(testPath, "@jest/globals");
        const refused = Object.fromEntries(NOT_SHARED.map((name) => [name, (): never => refuse(name)]));
        const loading = { ...refused, isolateModules, requireActual: createRequire(testPath) };
        Object.assign(globalThis, { jest: Object.assign(jest, loading) });
        return load(path);
      },
    },
  }) as Runtime;
  try {
    return await circus(globalConfig, config, environment, shared, testPath, ...rest);
  } finally {
    letGoOf(testPath);
  }
}

/** Runs it anew, since it keeps the tests of one file. What it is compiled to remains. */
function loadCircus(): void {
  const asyncHooks = load("node:async_hooks") as Record<"AsyncLocalStorage", unknown>;
  const { AsyncLocalStorage } = asyncHooks;
  asyncHooks.AsyncLocalStorage = CurrentContext;
  try {
    const module = new Module(CIRCUS);
    load.cache[CIRCUS] = module;
    circusProgram()(module.exports, createRequire(CIRCUS), module, CIRCUS, dirname(CIRCUS));
    module.loaded = true;
  } finally {
    asyncHooks.AsyncLocalStorage = AsyncLocalStorage;
  }
}

function circusProgram(): typeof compiledCircus & object {
  const parameters = ["exports", "require", "module", "__filename", "__dirname"];
  return (compiledCircus ??= compileFunction(readFileSync(CIRCUS, "utf8"), parameters, {
    filename: CIRCUS,
  }) as (...values: unknown[]) => void);
}

/** Whatever its tests have made goes with a file: a worker runs hundreds of them. */
function letGoOf(testPath: string): void {
  forget(CIRCUS, testPath);
  for (const symbol of Object.getOwnPropertySymbols(globalThis)) {
    if (LEFT_BEHIND.has(symbol.description ?? "")) {
      Reflect.deleteProperty(globalThis, symbol);
    }
  }
}

/** @throws Error always */
function refuse(name: string): never {
  throw new Error(
    `jest.${name}: test files share their modules. Pass in what a test replaces, or use jest.spyOn`,
  );
}

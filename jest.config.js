/** What both projects need, with a sandbox for each test file or without. */
const COMMON = {
  roots: ["<rootDir>/test"],
  // Not in the directory for temporary files, where a run leaves nothing.
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  globalSetup: "<rootDir>/test/runner/global-setup.ts",
  globalTeardown: "<rootDir>/test/runner/global-teardown.ts",
  setupFilesAfterEnv: [
    "<rootDir>/test/support/no-creation-stacks.ts",
    "<rootDir>/test/support/shared-rsa-key-pairs.ts",
  ],
  transform: {
    "^.+\\.[cm]?[jt]s$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // Published as ES modules only; the module registry of a sandbox is CommonJS.
  transformIgnorePatterns: ["/node_modules/(?!(jose|@azure/msal-node|oidc-provider)/)"],
  moduleNameMapper: {
    "^cdktf-azure-openai-gateway$": "<rootDir>/lib/index.ts",
    "^cdktf-azure-openai-gateway/azapi$": "<rootDir>/entries/azapi.ts",
    "^cdktf-azure-openai-gateway/azuread$": "<rootDir>/entries/azuread.ts",
    "^cdktf-azure-openai-gateway/contracts$": "<rootDir>/entries/contracts.ts",
    "^cdktf-azure-openai-gateway/policy$": "<rootDir>/entries/policy.ts",
    "^cdktf-azure-openai-gateway/security-checks$": "<rootDir>/entries/security-checks.ts",
    "^cdktf-azure-openai-gateway/simulator$": "<rootDir>/entries/simulator.ts",
    "^azure-apim-simulator$": "<rootDir>/simulator/index.ts",
  },
};

/** All test files of a worker share their modules. */
const SHARED_MODULES = {
  testEnvironment: "<rootDir>/test/runner/bare-environment.ts",
  testRunner: "<rootDir>/test/runner/shared-modules.ts",
};

const IN_PROCESS = {
  displayName: "in-process",
  testMatch: ["**/*.test.ts"],
  testPathIgnorePatterns: ["/node_modules/", "\\.e2e\\.test\\.ts$"],
};
/** Suites that start programs of this repository, or a browser. */
const END_TO_END = { displayName: "end-to-end", testMatch: ["**/*.e2e.test.ts"] };

/** @type {import("jest").Config} */
module.exports = {
  projects: [IN_PROCESS, END_TO_END].map((project) => ({ ...COMMON, ...SHARED_MODULES, ...project })),
  // Jest leaves one core to itself, for which it has no use.
  maxWorkers: "100%",
  // What hangs fails, what waits for a core on a busy machine does not.
  testTimeout: 120_000,
  // The same holds for a worker that ends.
  workerGracefulExitTimeout: 20_000,
  testSequencer: "<rootDir>/test/runner/end-to-end-first.mjs",
  reporters: ["default", "<rootDir>/test/runner/run-report.mjs"],
};

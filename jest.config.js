/** @type {import("jest").Config} */
module.exports = {
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  // Jest leaves one core to itself, for which it has no use.
  maxWorkers: "100%",
  // What hangs fails, what waits for a core on a busy machine does not.
  testTimeout: 120_000,
  globalSetup: "<rootDir>/test/support/make-run-folder.ts",
  globalTeardown: "<rootDir>/test/support/remove-run-folder.ts",
  setupFiles: [
    "<rootDir>/test/support/no-creation-stacks.ts",
    "<rootDir>/test/support/shared-rsa-key-pairs.ts",
  ],
  transform: {
    "^.+\\.[cm]?[jt]s$": [
      "@swc/jest",
      { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // Published as ES modules only; Jest's module registry is CommonJS.
  transformIgnorePatterns: ["/node_modules/(?!(jose|@azure/msal-node|oidc-provider)/)"],
  moduleNameMapper: {
    "^cdktf-azure-openai-gateway$": "<rootDir>/lib/index.ts",
    "^cdktf-azure-openai-gateway/simulator$": "<rootDir>/entries/simulator.ts",
    "^azure-apim-simulator$": "<rootDir>/simulator/index.ts",
  },
};

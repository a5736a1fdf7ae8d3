const config = require("./jest.config");

/** A sandbox for each test file, as Jest has by default: no suite may depend on what others have loaded. */
const SANDBOX = { testEnvironment: "node", testRunner: "jest-circus/runner" };

module.exports = { ...config, projects: config.projects.map((project) => ({ ...project, ...SANDBOX })) };

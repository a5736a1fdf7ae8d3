#!/usr/bin/env node
import type * as Cli from "./cli";

// Looked at before anything else is loaded: an older Node.js would fail in the middle of a module.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`The simulator needs Node.js 20.19 or later; this is ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  const { run } = require("./cli") as typeof Cli;
  void run(process.argv.slice(2)).then((exitCode) => (process.exitCode = exitCode));
}

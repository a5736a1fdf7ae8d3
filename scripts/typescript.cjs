// Lets Node.js run the TypeScript of this repository: `node --require ./scripts/typescript.cjs <program>`.
// It is tsx for our own modules alone. Packages are JavaScript, and there are several times as many modules of theirs as
// of ours: tsx would look for TypeScript and for ES modules in each of them, which takes longer than to load it.
const Module = require("node:module");
const { sep } = require("node:path");

const PACKAGES = `${sep}node_modules${sep}`;
const inPackage = (path) => typeof path === "string" && path.includes(PACKAGES);

const { _extensions: extensions, _resolveFilename: resolveInPackage } = Module;
const loadOfPackage = extensions[".js"];
require("tsx/cjs");
const { _resolveFilename: resolve } = Module;
const load = extensions[".js"];

extensions[".js"] = (module, path) => (inPackage(path) ? loadOfPackage : load)(module, path);
Module._resolveFilename = (request, parent, ...options) =>
  (inPackage(parent?.filename) ? resolveInPackage : resolve)(request, parent, ...options);

// Lets Node.js run the TypeScript of this repository: `node --require ./scripts/typescript.cjs <program>`.
// There are a thousand modules in a program, packages included, and to look for each and to compile it takes longer than
// most programs run. Hence a program starts with what the last one made of its modules, in node_modules/.cache.
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, isAbsolute, join, relative, resolve } = require("node:path");
const { isNativeError } = require("node:util/types");
const { setFlagsFromString } = require("node:v8");
const { ProgramCache, stampOf } = require("./program-cache.cjs");
const { paths: ALIASES } = require("../tsconfig.json").compilerOptions;

const ROOT = resolve(__dirname, "..");
const PACKAGES = /[\\/]node_modules[\\/]/;
const RELATIVE = /^\.\.?(\/|$)/;
const { _load: loadModule, _resolveFilename: resolveByNode } = Module;
const { _compile: compileByNode, require: requireModule } = Module.prototype;
const loadJavaScript = Module._extensions[".js"];

// V8 takes code only under the flags that it was made with. When the simulator reads its grammar (expressions/syntax), up
// to Node.js 22 more of them change than are changed back: here that happens at once, or no code made since would count.
for (const flag of ["--liftoff-only", "--no-liftoff-only"]) {
  setFlagsFromString(flag);
}

const cache = new ProgramCache(cacheFile());
/** Paths of TypeScript, by what was asked for. */
const found = new Map();
/** Of JavaScript that is being loaded, from before it was read. */
const stamps = new Map();
const nodeModules = new Map();
const sourceMaps = new Map();

/** Of programs in this repository only: others have names that nobody uses again. */
function cacheFile() {
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(" ")];
  const isProgram = !options.some((option) =>
    // The last ones let names lead elsewhere.
    /^(-[ep]+|--eval|--print|--interactive|-i|-C.*|--(conditions|preserve-symlinks).*)$/.test(option),
  );
  const program = isProgram && process.argv[1] ? relative(ROOT, resolve(process.argv[1])) : "";
  return program === "" || /^\.\./.test(program) || isAbsolute(program) || PACKAGES.test(program)
    ? undefined
    : join(ROOT, "node_modules/.cache/programs", `${program.replace(/[\\/]/g, "-")}.bin`);
}

/** What is at a path without its ending, or with the one that it has once compiled. */
function typeScriptAt(path) {
  if (!found.has(path)) {
    const paths = [
      `${path}.ts`,
      ...(path.endsWith(".js") ? [path.replace(/js$/, "ts")] : []),
      join(path, "index.ts"),
    ];
    found.set(
      path,
      paths.find((candidate) => stampOf(candidate) !== undefined),
    );
  }
  return found.get(path);
}

/** @returns `undefined` for what is not TypeScript of this repository */
function typeScriptOf(name, parent) {
  if (RELATIVE.test(name)) {
    return typeScriptAt(resolve(dirname(parent), name));
  }
  for (const [alias, [path]] of Object.entries(ALIASES)) {
    const [start, end] = alias.split("*");
    if (end === undefined ? name === alias : name.startsWith(start)) {
      const target = resolve(ROOT, path.replace("*", name.slice(start.length)));
      return /(?<!\.d)\.ts$/.test(target) ? target : undefined;
    }
  }
  return undefined;
}

function compileTypeScript(path) {
  const stamp = stampOf(path);
  const { transformSync } = require("@swc/core");
  const { code, map } = transformSync(readFileSync(path, "utf8"), {
    filename: path,
    swcrc: false,
    configFile: false,
    sourceMaps: true,
    inlineSourcesContent: false,
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs", ignoreDynamic: true },
  });
  return cache.compile(path, stamp, code, map);
}

function run(module, path, { script, resolutions }) {
  const { exports } = module;
  const require = requireOf(module, PACKAGES.test(path), resolutions);
  return script.runInThisContext().call(exports, exports, require, module, path, dirname(path));
}

function requireOf(module, isInPackage, resolutions) {
  const require = (name) => {
    // As long as nobody else has something to do with modules.
    const isNodes = Module._load === loadModule && Module.prototype.require === requireModule;
    if (typeof name !== "string" || !isNodes || Module.isBuiltin(name)) {
      return module.require(name);
    }
    const path = Object.hasOwn(resolutions, name)
      ? resolutions[name]
      : isInPackage
        ? undefined
        : typeScriptOf(name, module.filename);
    return path === undefined ? requireByNode(module, name, resolutions) : requireAt(path, module, name);
  };
  require.resolve = (name, options) => Module._resolveFilename(name, module, false, options);
  require.resolve.paths = (name) => Module._resolveLookupPaths(name, module);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

/** Node looks for it, and in vain if it is not there; where it was found is where the next start looks. */
function requireByNode(module, name, resolutions) {
  const exports = module.require(name);
  const path = Module._resolveFilename(name, module);
  if (PACKAGES.test(path) && cache.has(path)) {
    cache.note(resolutions, name, path);
  }
  return exports;
}

function requireAt(path, parent, name) {
  const loaded = Module._cache[path];
  if (loaded !== undefined) {
    if (!loaded.loaded) {
      return parent.require(name);
    }
    if (!parent.children.includes(loaded)) {
      parent.children.push(loaded);
    }
    return loaded.exports;
  }
  const compiled = cache.find(path);
  if (compiled === undefined) {
    return parent.require(name);
  }
  const module = new Module(path, parent);
  const folder = dirname(path);
  if (!nodeModules.has(folder)) {
    nodeModules.set(folder, Module._nodeModulePaths(folder));
  }
  module.filename = path;
  module.paths = nodeModules.get(folder);
  Module._cache[path] = module;
  try {
    run(module, path, compiled);
    module.loaded = true;
  } finally {
    if (!module.loaded) {
      delete Module._cache[path];
      parent.children.splice(parent.children.indexOf(module), 1);
    }
  }
  return module.exports;
}

Module._extensions[".ts"] = (module, path) => {
  run(module, path, cache.find(path) ?? compileTypeScript(path));
};

Module._extensions[".js"] = (module, path) => {
  const compiled = cache.find(path);
  if (compiled !== undefined) {
    run(module, path, compiled);
    return;
  }
  stamps.set(path, stampOf(path));
  loadJavaScript(module, path);
};

Module.prototype._compile = function (text, path, format) {
  const stamp = stamps.get(path);
  stamps.delete(path);
  if (stamp !== undefined && (format === undefined || format === "commonjs")) {
    let compiled;
    try {
      compiled = cache.compile(path, stamp, text);
    } catch {
      // Node says what is wrong, or knows that it is an ES module.
    }
    if (compiled !== undefined) {
      return run(this, path, compiled);
    }
  }
  return compileByNode.call(this, text, path, format);
};

Module._resolveFilename = (name, parent, ...options) => {
  const isOwn = typeof parent?.filename === "string" && !PACKAGES.test(parent.filename);
  return (isOwn && typeScriptOf(name, parent.filename)) || resolveByNode(name, parent, ...options);
};

/** A frame with its place in the TypeScript. */
function original(frame) {
  const path = frame.getFileName();
  if (!path?.endsWith(".ts") || !cache.has(path)) {
    return String(frame);
  }
  if (!sourceMaps.has(path)) {
    sourceMaps.set(path, new Module.SourceMap(JSON.parse(cache.sourceMap(path))));
  }
  const [line, column] = [frame.getLineNumber(), frame.getColumnNumber()];
  const { originalLine, originalColumn } = sourceMaps.get(path).findEntry(line - 1, column - 1);
  const place = originalLine === undefined ? "" : `:${originalLine + 1}:${originalColumn + 1}`;
  return String(frame).replace(`${path}:${line}:${column}`, `${path}${place}`);
}

// With it, `import()` in a module does what it does in one that Node compiled.
const { emitWarning } = process;
process.emitWarning = (warning, ...options) => {
  if (!String(warning).includes("USE_MAIN_CONTEXT_DEFAULT_LOADER")) {
    emitWarning.call(process, warning, ...options);
  }
};

// Node would read every source map of a module as soon as that is loaded.
process.setSourceMapsEnabled(true);
Error.prepareStackTrace = (error, frames) => {
  // CDKTF takes one for every token, with all frames, which nobody reads.
  if (!isNativeError(error)) {
    return "";
  }
  return [Error.prototype.toString.call(error), ...frames.map(original)].join("\n    at ");
};

process.once("exit", () => cache.save());

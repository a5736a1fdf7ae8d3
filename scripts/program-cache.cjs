// What a program's modules were compiled to, kept for its next start: their JavaScript, and the code that V8 made of it,
// with the functions that ran. Node.js 22 can keep the code (`module.enableCompileCache`), Node.js 20 cannot.
const fs = require("node:fs");
const { dirname, join } = require("node:path");
const { Script, constants } = require("node:vm");

/** What the modules of a file depend on beside their own text: its format, V8, and what compiles TypeScript. */
const VERSION = [
  3,
  process.version,
  process.arch,
  stampOf(join(__dirname, "typescript.cjs")),
  stampOf(join(__dirname, "../node_modules/@swc/core/package.json")),
].join(" ");
const HEAD_BYTES = 12;
/** Half of CDKTF and its bindings, and V8 keeps it with the code. */
const INLINE_SOURCE_MAP = /\n\/\/# sourceMappingURL=data:[^\n]*\s*$/;
/** With it, a text has two bytes for each character. */
const BEYOND_LATIN1 = /[^\0-\xff]/;
/** Compiled anew each time: code that was kept knows no way to other modules. */
const DYNAMIC_IMPORT = /\bimport\s*(?:\(|\/[/*])/;
const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;
/** npm writes it with each installation. */
const INSTALLATION = join(__dirname, "../node_modules/.package-lock.json");

/**
 * What is another one as soon as a file was written. The time of its content is not: npm gives all files of packages the
 * same one.
 */
function stampOf(path) {
  let stats;
  try {
    stats = fs.statSync(path, { throwIfNoEntry: false });
  } catch {
    // A folder on the way to it is a file.
  }
  return stats?.isFile() ? `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}` : undefined;
}

/** A module of CommonJS as a function, without a change of its lines. */
function scriptOf(path, text, cachedData) {
  return new Script(`(function (exports, require, module, __filename, __dirname) {\n${text}\n})`, {
    filename: path,
    lineOffset: -1,
    cachedData,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

/**
 * The modules of one program in one file. What it has of a module counts only as long as that was not written since; what
 * it does not have is compiled. Nothing about the file is ever an error.
 */
exports.ProgramCache = class ProgramCache {
  #file;
  #descriptor;
  /** Where the modules begin in the file. */
  #start = 0;
  /** What the file has, by path of the module. */
  #kept = {};
  /** What this process compiled, likewise. */
  #compiled = {};
  /** Stamps of the files that say where names of packages lead. */
  #manifests = {};
  #isChanged = false;

  /** @param file `undefined`: nothing is kept */
  constructor(file) {
    this.#file = file;
    if (file !== undefined) {
      try {
        this.#open(file);
      } catch {
        // There is none, or it is not whole.
      }
    }
  }

  /** Whether a module is known, be it as it was once. */
  has(path) {
    return Object.hasOwn(this.#compiled, path) || Object.hasOwn(this.#kept, path);
  }

  /** @returns what the file has of a module, unless that was written since */
  find(path) {
    if (!Object.hasOwn(this.#kept, path)) {
      return undefined;
    }
    const kept = this.#kept[path];
    if (kept.stamp !== stampOf(path)) {
      return undefined;
    }
    const [text, code] = kept.sizes;
    let bytes;
    try {
      bytes = this.#read(kept.at, text + code);
    } catch {
      // Somebody has cut off the file since it was opened.
      return undefined;
    }
    const decoded = kept.isWide ? bytes.ucs2Slice(0, text) : bytes.latin1Slice(0, text);
    const script = scriptOf(path, decoded, code === 0 ? undefined : bytes.subarray(text));
    if (script.cachedDataRejected) {
      return this.#add(path, { ...kept, text: decoded, map: this.sourceMap(path), script });
    }
    return { script, resolutions: kept.resolutions };
  }

  /**
   * @param stamp of the module's file, from before that was read
   * @param text JavaScript, with a line for the shell in front or without
   * @param map source map of that, if any
   * @throws SyntaxError if it is not of CommonJS
   */
  compile(path, stamp, text, map = "") {
    const plain = text.replace(/^#!/, "//").replace(INLINE_SOURCE_MAP, "");
    return this.#add(path, { stamp, text: plain, map, script: scriptOf(path, plain), resolutions: {} });
  }

  /** @returns the source map of a module, empty if it has none */
  sourceMap(path) {
    if (Object.hasOwn(this.#compiled, path)) {
      return this.#compiled[path].map;
    }
    if (!Object.hasOwn(this.#kept, path)) {
      return "";
    }
    const { at, sizes } = this.#kept[path];
    const [text, code, map] = sizes;
    return this.#read(at + text + code, map).toString();
  }

  /**
   * Notes where a name leads, which then is not looked for again until packages are installed.
   *
   * @param resolutions of the module that has the name
   * @param path in a package
   */
  note(resolutions, name, path) {
    for (const manifest of [INSTALLATION, join(PACKAGE.exec(path)[0], "package.json")]) {
      this.#manifests[manifest] ??= stampOf(manifest) ?? "";
    }
    resolutions[name] = path;
    this.#isChanged = true;
  }

  /** Writes the file, if this process knows more than what is in it. */
  save() {
    if (!this.#isChanged || this.#file === undefined) {
      return;
    }
    try {
      const bytes = this.#bytes();
      fs.mkdirSync(dirname(this.#file), { recursive: true });
      const own = `${this.#file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
      try {
        fs.writeFileSync(own, bytes);
        // At once, so that nobody reads half of it.
        fs.renameSync(own, this.#file);
      } finally {
        fs.rmSync(own, { force: true });
      }
    } catch {
      // There is no room for it, or no right to write.
    }
  }

  #add(path, compiled) {
    this.#compiled[path] = compiled;
    this.#isChanged = true;
    return compiled;
  }

  #open(file) {
    this.#descriptor = fs.openSync(file);
    const head = this.#read(0, HEAD_BYTES);
    const size = head.readUInt32LE(0);
    const { version, manifests, modules } = JSON.parse(this.#read(HEAD_BYTES, size).toString());
    if (version !== VERSION || fs.fstatSync(this.#descriptor).size !== head.readDoubleLE(4)) {
      return;
    }
    this.#start = HEAD_BYTES + size;
    this.#kept = modules;
    if (Object.entries(manifests).every(([path, stamp]) => (stampOf(path) ?? "") === stamp)) {
      this.#manifests = manifests;
    } else {
      Object.values(modules).forEach((kept) => (kept.resolutions = {}));
    }
  }

  #read(at, size) {
    const bytes = Buffer.allocUnsafeSlow(size);
    for (let read = 0; read < size;) {
      const count = fs.readSync(this.#descriptor, bytes, read, size - read, this.#start + at + read);
      if (count === 0) {
        throw new Error(`${this.#file} ends before its end`);
      }
      read += count;
    }
    return bytes;
  }

  #bytes() {
    const modules = {};
    const parts = [];
    let at = 0;
    for (const path of new Set([...Object.keys(this.#kept), ...Object.keys(this.#compiled)])) {
      const module = this.#partsOf(path);
      if (module !== undefined) {
        const sizes = module.parts.map(({ length }) => length);
        modules[path] = {
          stamp: module.stamp,
          at,
          sizes,
          isWide: module.isWide,
          resolutions: module.resolutions,
        };
        parts.push(...module.parts);
        at += sizes.reduce((sum, size) => sum + size, 0);
      }
    }
    const index = Buffer.from(JSON.stringify({ version: VERSION, manifests: this.#manifests, modules }));
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(index.length, 0);
    head.writeDoubleLE(HEAD_BYTES + index.length + at, 4);
    return Buffer.concat([head, index, ...parts]);
  }

  /** @returns the text, the code and the source map of a module; `undefined` if its file was written since they were made */
  #partsOf(path) {
    if (Object.hasOwn(this.#compiled, path)) {
      const { stamp, text, map, script, resolutions } = this.#compiled[path];
      const isWide = BEYOND_LATIN1.test(text);
      const bytes = Buffer.from(text, isWide ? "utf16le" : "latin1");
      const code = DYNAMIC_IMPORT.test(text) ? Buffer.alloc(0) : script.createCachedData();
      return { stamp, isWide, resolutions, parts: [bytes, code, Buffer.from(map)] };
    }
    const { stamp, at, sizes, isWide, resolutions } = this.#kept[path];
    if (stamp !== stampOf(path)) {
      return undefined;
    }
    const [text, code, map] = sizes;
    const bytes = this.#read(at, text + code + map);
    const parts = [bytes.subarray(0, text), bytes.subarray(text, text + code), bytes.subarray(text + code)];
    return { stamp, isWide, resolutions, parts };
  }
};
exports.stampOf = stampOf;

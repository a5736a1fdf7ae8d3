import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

/** The published package has a copy of this one file of the grammar's package, which is 66 MB. */
const COPY = join(__dirname, "../../third-party/tree-sitter-c-sharp/tree-sitter-c_sharp.wasm");

/** Of the JavaScript interface of WebAssembly, which the types of Node.js 20 lack. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => object;
};

/** The grammar of C#. */
export function compileGrammar(): object {
  return compileQuickly(
    existsSync(COPY) ? COPY : require.resolve("tree-sitter-c-sharp/tree-sitter-c_sharp.wasm"),
  );
}

/** What runs the grammar: `instantiateWasm` of Emscripten. */
export function instantiateParser(
  imports: object,
  onInstance: (instance: object, module: object) => void,
): object {
  const module = compileQuickly(require.resolve("web-tree-sitter/web-tree-sitter.wasm"));
  onInstance(new WebAssembly.Instance(module, imports), module);
  return {};
}

/**
 * Compiles WebAssembly by V8's quick compiler alone. The other one would take half a second of a core for the one large
 * function of the lexer, as soon as the first expressions are read, and a sixth of a second for the parser, and make
 * nothing faster: most of the time goes into copying trees. V8 notes it with the module, so that nothing else is compiled
 * that way.
 */
function compileQuickly(path: string): object {
  const bytes = readFileSync(path);
  setFlagsFromString("--liftoff-only");
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString("--no-liftoff-only");
  }
}

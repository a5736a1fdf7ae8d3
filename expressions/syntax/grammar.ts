import { existsSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

/** The published package has a copy of this one file of the grammar's package, which is 66 MB. */
const COPY = join(__dirname, "../../third-party/tree-sitter-c-sharp/tree-sitter-c_sharp.wasm");

/** Of the JavaScript interface of WebAssembly, which the types of Node.js 20 lack. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => object;
};

/** The grammar of C#. Its 5 MB are read in one piece and beside everything else. */
export async function compileGrammar(): Promise<object> {
  const path = existsSync(COPY) ? COPY : require.resolve("tree-sitter-c-sharp/tree-sitter-c_sharp.wasm");
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafeSlow(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    return compileQuickly(bytesRead === size ? bytes : readFileSync(path));
  } finally {
    await file.close();
  }
}

/** What runs the grammar: `instantiateWasm` of Emscripten. */
export function instantiateParser(
  imports: object,
  onInstance: (instance: object, module: object) => void,
): object {
  const module = compileQuickly(readFileSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm")));
  onInstance(new WebAssembly.Instance(module, imports), module);
  return {};
}

/**
 * Compiles WebAssembly by V8's quick compiler alone. The other one would take half a second of a core for the one large
 * function of the lexer, as soon as the first expressions are read, and a sixth of a second for the parser, and make
 * nothing faster: most of the time goes into copying trees. V8 notes it with the module. Up to Node.js 22 the flag takes two
 * others along, which stay: what is compiled later gets the quick compiler alone, too.
 */
function compileQuickly(bytes: Uint8Array): object {
  setFlagsFromString("--liftoff-only");
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString("--no-liftoff-only");
  }
}

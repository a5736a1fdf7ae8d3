import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The published package has a copy of this one file of the grammar's package, which is 66 MB. */
const COPY = join(__dirname, "../../third-party/tree-sitter-c-sharp/tree-sitter-c_sharp.wasm");

/**
 * The grammar of C#, compiled to WebAssembly.
 * As bytes: given a path, `web-tree-sitter` imports "fs/promises" dynamically, which Jest's sandbox refuses.
 */
export function readGrammar(): Uint8Array {
  return readFileSync(
    existsSync(COPY) ? COPY : require.resolve("tree-sitter-c-sharp/tree-sitter-c_sharp.wasm"),
  );
}

import { readFileSync } from "node:fs";
import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import type { SyntaxNode } from "./syntax-node";
import { repairSyntax } from "./syntax-repair";

let parser: Parser | undefined;
let initialization: Promise<void> | undefined;

/**
 * Loads the C# grammar. Must have finished before any expression is compiled; further calls wait for the
 * first one.
 */
export function initializeExpressions(): Promise<void> {
  initialization ??= (async () => {
    await Parser.init();
    // As bytes: given a path, the library imports "fs/promises" dynamically, which Jest's sandbox refuses.
    const grammar = readFileSync(require.resolve("tree-sitter-c-sharp/tree-sitter-c_sharp.wasm"));
    const language = await Language.load(grammar);
    parser = new Parser().setLanguage(language);
  })();
  return initialization;
}

/** What the grammar says of a kind of node, by its number. */
const nodeKinds = new Map<number, { readonly type: string; readonly isNamed: boolean }>();

function kindOf(cursor: TreeCursor): { readonly type: string; readonly isNamed: boolean } {
  const id = cursor.nodeTypeId;
  let kind = nodeKinds.get(id);
  if (kind === undefined) {
    kind = { type: cursor.nodeType, isNamed: cursor.nodeIsNamed || cursor.nodeType === "ERROR" };
    nodeKinds.set(id, kind);
  }
  return kind;
}

// Each question to the cursor crosses into WebAssembly, so each is asked once.
function copy(cursor: TreeCursor, source: string, { type }: { readonly type: string }): SyntaxNode {
  const children: SyntaxNode[] = [];
  const fields: Record<string, SyntaxNode> = {};
  const tokens: string[] = [];
  const { startIndex: start, endIndex: end } = cursor;
  const isMissing = start === end && cursor.nodeIsMissing;
  if (cursor.gotoFirstChild()) {
    do {
      const kind = kindOf(cursor);
      if (kind.type === "comment") {
        continue;
      }
      const field = cursor.currentFieldName;
      const child = copy(cursor, source, kind);
      if (kind.isNamed || child.isMissing) {
        children.push(child);
      } else {
        tokens.push(child.type);
      }
      if (field !== null) {
        fields[field] ??= child;
      }
    } while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  // The grammar marks some of the tokens it has made up only by their being empty.
  const isMadeUp = isMissing || (type === "identifier" && start === end);
  return repairSyntax({
    type,
    text: source.slice(start, end),
    start,
    end,
    isMissing: isMadeUp,
    children,
    fields,
    tokens,
  });
}

/**
 * Parses C# statements or declarations.
 *
 * @throws Error if {@link initializeExpressions} has not finished.
 */
export function parseCSharp(source: string): SyntaxNode {
  if (parser === undefined) {
    throw new Error("Call and await initializeExpressions() before compiling expressions.");
  }
  const tree = parser.parse(source);
  if (tree === null) {
    throw new Error("The C# parser gave no tree.");
  }
  const cursor = tree.walk();
  try {
    return copy(cursor, source, kindOf(cursor));
  } finally {
    cursor.delete();
    tree.delete();
  }
}

/** Every place where the text is not C#. */
export function syntaxErrors(node: SyntaxNode): SyntaxNode[] {
  if (node.type === "ERROR" || node.isMissing) {
    return [node];
  }
  return node.children.flatMap(syntaxErrors);
}

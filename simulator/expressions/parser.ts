import { readFileSync } from "node:fs";
import { Language, Parser, type TreeCursor } from "web-tree-sitter";

/** A node of the syntax tree, copied out of the parser's memory. */
export interface SyntaxNode {
  /** Node type of the tree-sitter grammar. */
  readonly type: string;
  readonly text: string;
  /** Offset into the parsed text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly isMissing: boolean;
  /** Named children, comments left out. */
  readonly children: readonly SyntaxNode[];
  /** Named and anonymous children that carry a field name. */
  readonly fields: Readonly<Record<string, SyntaxNode>>;
  /** Anonymous tokens, for what the grammar tells by token alone: `out`, `params`, operators. */
  readonly tokens: readonly string[];
}

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

// Binding strength of the operators that C# puts below a pattern.
const BELOW_PATTERN = new Set(["&&", "||", "==", "!=", "&", "|", "^", "??"]);

function copy(cursor: TreeCursor, source: string): SyntaxNode {
  const children: SyntaxNode[] = [];
  const fields: Record<string, SyntaxNode> = {};
  const tokens: string[] = [];
  const { nodeType: type, startIndex: start, endIndex: end, nodeIsMissing: isMissing } = cursor;
  if (cursor.gotoFirstChild()) {
    do {
      if (cursor.nodeType === "comment") {
        continue;
      }
      const field = cursor.currentFieldName;
      const named = cursor.nodeIsNamed || cursor.nodeType === "ERROR" || cursor.nodeIsMissing;
      const child = copy(cursor, source);
      if (named) {
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
  return associatePattern({ type, text: source.slice(start, end), start, end, isMissing, children, fields, tokens });
}

/**
 * The grammar reads `a is T && b` as `a is (T && b)`. C# ends the pattern before `&&`, so the left end of the
 * operand is moved back under the `is`.
 */
function associatePattern(node: SyntaxNode): SyntaxNode {
  const { expression, pattern } = node.fields;
  const operand = pattern?.type === "constant_pattern" ? pattern.children[0] : undefined;
  if (node.type !== "is_pattern_expression" || expression === undefined || operand === undefined) {
    return node;
  }
  const rebuild = (inner: SyntaxNode): SyntaxNode => {
    const key = inner.type === "conditional_expression" ? "condition" : "left";
    const leftmost = inner.fields[key];
    const low =
      inner.type === "conditional_expression" ||
      (inner.type === "binary_expression" && BELOW_PATTERN.has(inner.fields.operator?.text ?? ""));
    if (!low || leftmost === undefined) {
      const narrowed: SyntaxNode = { ...inner, type: "constant_pattern", children: [inner], fields: {}, tokens: [] };
      return {
        ...node,
        end: inner.end,
        text: node.text.slice(0, inner.end - node.start),
        children: [expression, narrowed],
        fields: { expression, pattern: narrowed },
      };
    }
    const left = rebuild(leftmost);
    return {
      ...inner,
      start: node.start,
      text: node.text.slice(0, inner.end - node.start),
      children: inner.children.map((child) => (child.start === leftmost.start && child.end === leftmost.end ? left : child)),
      fields: { ...inner.fields, [key]: left },
    };
  };
  return rebuild(operand);
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
    return copy(cursor, source);
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

import { Language, Parser, type TreeCursor } from "web-tree-sitter";
import { compileGrammar, instantiateParser } from "./grammar";
import { type MisreadToken, misreadTokens } from "./misread-tokens";
import type { SyntaxNode } from "./syntax-node";
import { repairSyntax } from "./syntax-repair";

let parser: Parser | undefined;
let initialization: Promise<void> | undefined;

/**
 * Loads the C# grammar. Must have finished before any expression is compiled; further calls wait for the
 * first one.
 */
export function initializeExpressions(): Promise<void> {
  initialization ??= loadGrammar().catch((error: unknown) => {
    // Whoever asks next tries again.
    initialization = undefined;
    throw error;
  });
  return initialization;
}

async function loadGrammar(): Promise<void> {
  const [grammar] = await Promise.all([
    compileGrammar(),
    Parser.init({ instantiateWasm: instantiateParser }),
  ]);
  parser = new Parser().setLanguage(Language.loadSync(grammar));
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

/** Reserved words, which the grammar lets pass as names in some places. */
const RESERVED = new Set(
  (
    "abstract as base bool break byte case catch char checked class const continue decimal default delegate do " +
    "double else enum event explicit extern false finally fixed float for foreach goto if implicit in int " +
    "interface internal is lock long namespace new null object operator out override params private protected " +
    "public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true " +
    "try typeof uint ulong unchecked unsafe ushort using virtual void volatile while"
  ).split(" "),
);

/** Lists in which C#, unlike the grammar, has no comma at the end. */
const CLOSED_LISTS = new Set([
  "argument_list",
  "bracketed_argument_list",
  "element_binding_expression",
  "type_argument_list",
]);

const NO_PARTS: Pick<SyntaxNode, "children" | "fields" | "tokens"> = { children: [], fields: {}, tokens: [] };

/** Copies a tree; the errors are taken before anything is repaired, because repairs drop them. */
class TreeCopy {
  public readonly errors: SyntaxProblem[] = [];
  /** Where the grammar has put a token into the wrong place of the tree: see {@link misreadTokens}. */
  public readonly misread: MisreadToken[] = [];

  public constructor(
    private readonly cursor: TreeCursor,
    private readonly source: string,
    /** Where a `?.` or `?[` starts that the parser was given as `.` or `[`. */
    private readonly nullConditionals: ReadonlySet<number>,
    /** Whether the parser found errors, and put in or left out what the text would need to be C#. */
    private readonly hasErrors: boolean,
  ) {}

  // Each question to the cursor crosses into WebAssembly, so each is asked once, and none that has one answer.
  public copy({ type }: { readonly type: string } = kindOf(this.cursor)): SyntaxNode {
    const { cursor } = this;
    const { startIndex: start, endIndex: end } = cursor;
    const isMissing = start === end && (type === "identifier" || (this.hasErrors && cursor.nodeIsMissing));
    const mayBeMisread = type === "cast_expression" || type.startsWith("conditional_");
    const tokenStarts: number[] | undefined = mayBeMisread ? [] : undefined;
    let parts: Pick<SyntaxNode, "children" | "fields" | "tokens"> = NO_PARTS;
    if (cursor.gotoFirstChild()) {
      parts = this.parts(tokenStarts);
      cursor.gotoParent();
    }
    const text = this.source.slice(start, end);
    const { children, fields, tokens } = parts;
    const node: SyntaxNode = { type, text, start, end, children, fields, tokens };
    if (tokenStarts !== undefined) {
      this.misread.push(...misreadTokens(node, tokenStarts));
    }
    this.check(node, isMissing);
    // `@name` is the name.
    return repairSyntax(
      type === "identifier" && text.startsWith("@") ? { ...node, text: text.slice(1) } : this.asWritten(node),
    );
  }

  /**
   * What a node is made of, from the first one on.
   * @param tokenStarts gets where each token starts @default - not asked for
   */
  private parts(tokenStarts: number[] | undefined): Pick<SyntaxNode, "children" | "fields" | "tokens"> {
    const { cursor } = this;
    const children: SyntaxNode[] = [];
    const fields: Record<string, SyntaxNode> = {};
    const tokens: string[] = [];
    do {
      const kind = kindOf(cursor);
      if (kind.type === "comment") {
        continue;
      }
      const field = cursor.currentFieldName;
      if (!kind.isNamed) {
        tokens.push(kind.type);
        tokenStarts?.push(cursor.startIndex);
        if (field === null && !this.hasErrors) {
          continue;
        }
      }
      const child = this.copy(kind);
      if (kind.isNamed) {
        children.push(child);
      }
      if (field !== null) {
        fields[field] ??= child;
      }
    } while (cursor.gotoNextSibling());
    return { children, fields, tokens };
  }

  /** Gives a `.b` or `[1]` the `?` back that the parser did not see. */
  private asWritten(node: SyntaxNode): SyntaxNode {
    const { expression, name, subscript } = node.fields;
    const accessed = name ?? subscript;
    if (this.nullConditionals.size === 0 || expression === undefined || accessed === undefined) {
      return node;
    }
    const mark = this.source.slice(expression.end, accessed.start).search(/\S/);
    if (!this.nullConditionals.has(expression.end + mark) && !this.nullConditionals.has(expression.end)) {
      return node;
    }
    const isMember = accessed === name;
    const binding: SyntaxNode = {
      ...accessed,
      type: isMember ? "member_binding_expression" : "element_binding_expression",
      children: isMember ? [accessed] : accessed.children,
      fields: isMember ? { name: accessed } : {},
    };
    return {
      ...node,
      type: "conditional_access_expression",
      children: [expression, binding],
      fields: { condition: expression },
      tokens: ["?"],
    };
  }

  private check(node: SyntaxNode, isMissing: boolean): void {
    const { type, text, tokens, children } = node;
    if (isMissing) {
      this.errors.push({ node, message: `'${type}' is missing` });
    } else if (type === "ERROR") {
      this.errors.push({ node, message: "this is not C#" });
    } else if (type === "identifier" && RESERVED.has(text)) {
      this.errors.push({ node, message: `'${text}' is a keyword` });
    } else if (
      CLOSED_LISTS.has(type) &&
      tokens.filter((token) => token === ",").length >= Math.max(1, children.length)
    ) {
      this.errors.push({ node, message: "the list ends in a comma" });
    }
  }
}

/** A place where the text is not C#. */
export interface SyntaxProblem {
  readonly node: SyntaxNode;
  readonly message: string;
}

/** A syntax tree, and where the text is not C#. */
export interface ParsedSource {
  readonly root: SyntaxNode;
  readonly errors: readonly SyntaxProblem[];
}

/**
 * Parses C# statements or declarations.
 *
 * @throws Error if {@link initializeExpressions} has not finished.
 */
export function parseCSharp(source: string): ParsedSource {
  if (parser === undefined) {
    throw new Error("Call and await initializeExpressions() before compiling expressions.");
  }
  const nullConditionals = new Set<number>();
  let text = source;
  for (;;) {
    const tree = parser.parse(text);
    if (tree === null) {
      throw new Error("The C# parser gave no tree.");
    }
    const cursor = tree.walk();
    try {
      const copy = new TreeCopy(cursor, source, nullConditionals, tree.rootNode.hasError);
      const root = copy.copy();
      if (copy.misread.length === 0) {
        return { root, errors: copy.errors };
      }
      for (const { token, start } of copy.misread) {
        if (token === "?") {
          nullConditionals.add(start);
        }
        text = `${text.slice(0, start)} ${text.slice(start + 1)}`;
      }
    } finally {
      cursor.delete();
      tree.delete();
    }
  }
}

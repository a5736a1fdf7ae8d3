import { parsedCSharp, type SyntaxNode } from "../../expressions";

/** What C# of policies asks of a token's claims, as far as its text shows. */
export interface ClaimRules {
  /** Claims that are read, each with the texts it is compared with; none where only its presence counts. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Claims compared by `!=` and in no other way: a token may need the text, or must not have it. */
  readonly unequal: ReadonlySet<string>;
  /** Labels of `switch` statements: how policies list what they know. */
  readonly labels: readonly string[];
  /** The same labels, those of each statement together. */
  readonly tables: readonly (readonly string[])[];
  /** Every text. */
  readonly texts: readonly string[];
}

/**
 * Reads the rules from policy expressions: a claim belongs to the texts in the smallest expression around it. A
 * guess, to be tried; nothing relies on it.
 * @param expressions values of attributes and elements, `@(...)` or `@{...}`; literals are passed over
 */
export function readClaimRules(expressions: readonly string[]): ClaimRules {
  const values = new Map<string, Set<string>>();
  const unequal = new Map<string, boolean>();
  const labels = new Set<string>();
  const texts = new Set<string>();
  const tables = new Map<SyntaxNode, string[]>();
  const bodies = new Set(expressions.map((expression) => expression.trim()));
  for (const body of bodies) {
    if (body.startsWith("@")) {
      const code = body.startsWith("@(") ? `return ${body.slice(1)};` : body.slice(1);
      read(parsedCSharp(code).root, [], { values, unequal, labels, texts, tables });
    }
  }
  return {
    values: new Map([...values].map(([claim, texts]) => [claim, [...texts]])),
    unequal: new Set([...unequal].flatMap(([claim, only]) => (only ? [claim] : []))),
    labels: [...labels],
    tables: [...tables.values()],
    texts: [...texts],
  };
}

function read(
  node: SyntaxNode,
  /** From the root to the parent. */
  ancestors: readonly SyntaxNode[],
  found: {
    readonly values: Map<string, Set<string>>;
    readonly unequal: Map<string, boolean>;
    readonly labels: Set<string>;
    readonly texts: Set<string>;
    readonly tables: Map<SyntaxNode, string[]>;
  },
): void {
  const text = textOf(node);
  if (text !== undefined) {
    found.texts.add(text);
    if (/pattern|switch/.test(ancestors.at(-1)?.type ?? "")) {
      found.labels.add(text);
      const table = ancestors.findLast(({ type }) => type === "switch_statement");
      if (table !== undefined) {
        found.tables.set(table, [...(found.tables.get(table) ?? []), text]);
      }
    }
  }
  const claim = claimOf(node);
  if (claim !== undefined) {
    const known = found.values.get(claim) ?? new Set();
    found.values.set(claim, known);
    const compared = comparedTexts(ancestors);
    compared.texts.forEach((each) => known.add(each));
    if (compared.texts.length > 0) {
      found.unequal.set(claim, compared.unequal && (found.unequal.get(claim) ?? true));
    }
  }
  const inside = [...ancestors, node];
  node.children.forEach((child) => read(child, inside, found));
}

/** Texts in the nearest expression that has any beside names of claims. */
function comparedTexts(ancestors: readonly SyntaxNode[]): {
  readonly texts: readonly string[];
  readonly unequal: boolean;
} {
  for (const ancestor of [...ancestors].reverse()) {
    // What is put together with a claim is not a text to compare it with.
    const concatenates = ancestor.type === "binary_expression" && ancestor.tokens.includes("+");
    if (concatenates || /statement|block|section|compilation_unit/.test(ancestor.type)) {
      break;
    }
    const texts = textsIn(ancestor);
    if (texts.length > 0) {
      const unequal = ancestor.type === "binary_expression" && ancestor.tokens.includes("!=");
      return { texts, unequal };
    }
  }
  return { texts: [], unequal: false };
}

function textsIn(node: SyntaxNode): readonly string[] {
  const text = textOf(node);
  if (text !== undefined) {
    return text === "" ? [] : [text];
  }
  if (isLookup(node)) {
    return [];
  }
  const claim = claimOf(node);
  return node.children.flatMap(textsIn).filter((found) => found !== claim);
}

/** What is looked up by a name, which is nothing to compare with: `Variables["token"]`, `Headers.ContainsKey("x")`. */
function isLookup({ type, fields }: SyntaxNode): boolean {
  const object =
    type === "element_access_expression" ? fields["expression"] : fields["function"]?.fields["expression"];
  return object !== undefined && /\.\s*(Variables|Headers|MatchedParameters|Query)$/.test(object.text);
}

/** The claim of `Claims["name"]`, `Claims.ContainsKey("name")` and `Claims.GetValueOrDefault("name")`. */
function claimOf({ type, fields }: SyntaxNode): string | undefined {
  if (type === "element_access_expression") {
    return isClaims(fields["expression"]) ? firstText(fields["subscript"]) : undefined;
  }
  const callee = fields["function"]?.fields["expression"];
  return type === "invocation_expression" && isClaims(callee) ? firstText(fields["arguments"]) : undefined;
}

function isClaims(node: SyntaxNode | undefined): boolean {
  return node !== undefined && /\.\s*Claims$/.test(node.text);
}

function firstText(list: SyntaxNode | undefined): string | undefined {
  const argument = list?.children[0]?.children[0];
  return argument === undefined ? undefined : textOf(argument);
}

function textOf({ type, text }: SyntaxNode): string | undefined {
  switch (type) {
    case "string_literal":
      return text
        .slice(1, -1)
        .replace(/\\(?:u([0-9a-fA-F]{4})|(["\\]))/g, (_, code: string | undefined, other: string) =>
          code === undefined ? other : String.fromCharCode(Number.parseInt(code, 16)),
        );
    case "verbatim_string_literal":
      return text.slice(2, -1).replaceAll('""', '"');
    default:
      return undefined;
  }
}

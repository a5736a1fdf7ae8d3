import type { SyntaxNode } from "./syntax-node";

/**
 * A token that leads the grammar, which knows neither types nor C#'s precedence of `?.`, to another tree than
 * C# has. The parser reads the text again with a space in its place.
 */
export interface MisreadToken {
  readonly token: "?" | "(" | ")";
  readonly start: number;
}

/** Operators with one operand that have two when a value stands in front of them. */
const SIGN = /^[-+*&^]/;

/**
 * What is misread in one node:
 *
 * - the `?` of `?.` and `?[`: the grammar gives it less than any operator, C# as much as `.` and `[` have;
 * - the `?` of `$"{a?[1]:D2}"`, which the grammar takes for that of `a ? [1] : D2`;
 * - the parentheses of `(a.b) + c`: the grammar takes them for a cast of `+c`, C# for a name in parentheses,
 *   whatever the name means. As a name needs none, they can go.
 *
 * @param tokenStarts - where each of the node's tokens starts.
 */
export function misreadTokens(node: SyntaxNode, tokenStarts: readonly number[]): readonly MisreadToken[] {
  const found = (token: "?" | "(" | ")"): readonly MisreadToken[] => {
    const start = tokenStarts[node.tokens.indexOf(token)];
    return start === undefined ? [] : [{ token, start }];
  };
  const isAccess = node.type === "conditional_access_expression";
  if (
    isAccess ||
    (node.type === "conditional_expression" && /^\[/.test(node.fields.consequence?.text ?? ""))
  ) {
    return found("?");
  }
  return node.type === "cast_expression" && isNameBeforeSign(node) ? [...found("("), ...found(")")] : [];
}

function isNameBeforeSign({ fields: { type, value } }: SyntaxNode): boolean {
  return type !== undefined && SIGN.test(value?.text ?? "") && isValueName(type);
}

/** Whether what looks like a type is the name of a value: `a.b`, `a[1]`, `a?.b`. */
function isValueName({ type, text }: SyntaxNode): boolean {
  const isName = type === "identifier" || type === "qualified_name" || type === "array_type";
  const plain = text.replace(/\?(?=[.[])/g, "");
  return isName && !plain.endsWith("[]") && /^[^<>?]*$/.test(plain.replace(/\[.+\]$/s, ""));
}

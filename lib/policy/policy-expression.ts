import type { CSharp } from "./csharp";

/**
 * A policy expression, the whole value of an attribute or a text: `@( … )` for an expression, `@{ … }` for
 * statements that return.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#syntax
 */
export class PolicyExpression {
  private constructor(
    public readonly kind: "expression" | "statements",
    public readonly code: string,
  ) {
    // Two pieces of code may meet in what neither of them holds.
    if (/\{\{|\}\}/.test(code)) {
      throw new Error(
        `a policy expression must not hold '{{' or '}}', which enclose a named value, got ${code}`,
      );
    }
  }

  /** A single C# expression. */
  public static of(code: CSharp): PolicyExpression {
    return new PolicyExpression("expression", code.code);
  }

  /** C# statements of which every path returns a value. */
  public static block(code: CSharp): PolicyExpression {
    return new PolicyExpression("statements", code.code);
  }
}

import { csharp } from "../../../lib/policy/csharp";
import { PolicyExpression } from "../../../lib/policy/policy-expression";

describe("PolicyExpression", () => {
  it("knows an expression from statements", () => {
    expect(PolicyExpression.of(csharp`1`)).toMatchObject({ kind: "expression", code: "1" });
    expect(PolicyExpression.block(csharp`return 1;`)).toMatchObject({
      kind: "statements",
      code: "return 1;",
    });
  });

  it("refuses braces that API Management would take for a named value", () => {
    const inner = csharp`{ return 1; }`;
    expect(() => PolicyExpression.block(csharp`if (x) {${inner}}`)).toThrow(
      "a policy expression must not hold '{{' or '}}', which enclose a named value, got if (x) {{ return 1; }}",
    );
  });
});

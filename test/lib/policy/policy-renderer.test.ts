import { Lazy, TerraformOutput, Testing } from "cdktf";
import fc from "fast-check";
import { csharp } from "../../../lib/policy/csharp";
import { literalProblem } from "../../../lib/policy/literal-text";
import { NamedValueReference } from "../../../lib/policy/named-value-reference";
import { PolicyElement, type PolicyValue } from "../../../lib/policy/policy-element";
import { PolicyExpression } from "../../../lib/policy/policy-expression";
import { renderedBytes, renderPolicy } from "../../../lib/policy/policy-renderer";
import { TerraformText } from "../../../lib/policy/terraform-text";
import { anyText } from "../../support/any-text";
import { effort } from "../../support/effort";
import { elementOf, parsePolicy } from "../../support/policy-xml";

function element(attribute: PolicyValue, text: PolicyValue = "text"): PolicyElement {
  return new PolicyElement({
    name: "a",
    attributes: { b: attribute },
    children: [new PolicyElement({ name: "c", text })],
  });
}

/** What Terraform holds once cdktf has resolved all tokens. */
function synthesized(text: string): string {
  const synth = Testing.synthScope((scope) => {
    new TerraformOutput(scope, "policy", { value: text, staticId: true });
  });
  return (JSON.parse(synth) as { output: { policy: { value: string } } }).output.policy.value;
}

describe("renderPolicy", () => {
  it("writes one element per line, with attributes in the order given", () => {
    const tree = new PolicyElement({
      name: "policies",
      attributes: { z: 1, a: true, absent: undefined },
      children: [new PolicyElement({ name: "empty" }), new PolicyElement({ name: "value", text: "t" })],
    });
    expect(renderPolicy(tree)).toBe(
      '<policies z="1" a="true">\n  <empty />\n  <value>t</value>\n</policies>\n',
    );
  });

  it("gives any literal back after Terraform and an XML parser, or it is refused", () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, fc.string({ unit: fc.constantFrom(..."@({}$%<>&\"'\\]-?!/ ab\u0000\n\ud800😀") })),
        (text) => {
          fc.pre(literalProblem(text) === undefined);
          const root = elementOf(parsePolicy(renderPolicy(element(text, text))), "a");
          expect(root.getAttribute("b")).toBe(text);
          expect(elementOf(root, "c").textContent).toBe(text);
        },
      ),
      { numRuns: 100 * effort },
    );
  });

  it("gives any text in an expression back as the same C#", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const code = csharp`x == ${text}`;
        const root = elementOf(parsePolicy(renderPolicy(element(PolicyExpression.of(code)))), "a");
        expect(root.getAttribute("b")).toBe(`@(${code.code})`);
      }),
    );
  });

  it("lets cdktf resolve tokens and leaves everything else literal", () => {
    const token = Lazy.stringValue({ produce: () => "${azurerm_user_assigned_identity.x.client_id}" });
    const xml = renderPolicy(
      element(
        new TerraformText(`$${token}%{if}\${file("x")}`),
        PolicyExpression.of(csharp`${new TerraformText(token)} == ${"${x}"}`),
      ),
    );
    expect(synthesized(xml)).toBe(
      '<a b="&#36;${azurerm_user_assigned_identity.x.client_id}%%{if}$${file(&quot;x&quot;)}">\n' +
        '  <c>@("${azurerm_user_assigned_identity.x.client_id}" == "\\u0024\\u007bx\\u007d")</c>\n</a>\n',
    );
  });

  it("leaves no run of '$' or '%' before a template sequence, which Terraform could read in two ways", () => {
    expect(renderPolicy(new PolicyElement({ name: "a", text: "$${x}%%%{y}$$" }))).toBe(
      "<a>&#36;$${x}&#37;&#37;%%{y}$$</a>\n",
    );
  });

  it("writes statements on lines of their own", () => {
    const statements = PolicyExpression.block(csharp`
      if (a < b) {
        return "x";
      }
      return "y";
    `);
    expect(renderPolicy(element(1, statements))).toBe(
      '<a b="1">\n  <c>@{\n    if (a &lt; b) {\n      return "x";\n    }\n    return "y";\n  }</c>\n</a>\n',
    );
  });

  it("writes a named value by its display name", () => {
    expect(renderPolicy(new PolicyElement({ name: "a", text: new NamedValueReference("x-1") }))).toBe(
      "<a>{{x-1}}</a>\n",
    );
  });

  it("counts bytes as Azure stores them, a token as a GUID", () => {
    const token = Lazy.stringValue({ produce: () => "x" });
    expect(renderedBytes(new PolicyElement({ name: "a", text: "${é" }))).toBe("<a>${é</a>\n".length + 1);
    expect(renderedBytes(new PolicyElement({ name: "a", text: new TerraformText(token) }))).toBe(
      "<a></a>\n".length + 36,
    );
  });
});

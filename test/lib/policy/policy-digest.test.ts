import { Lazy } from "cdktf";
import fc from "fast-check";
import { setHeader, setVariable } from "../../../lib/policy/elements";
import { policyDigest } from "../../../lib/policy/policy-digest";
import { PolicyElement } from "../../../lib/policy/policy-element";
import { PolicyFragment } from "../../../lib/policy/policy-fragment";
import { TerraformText } from "../../../lib/policy/terraform-text";
import { effort } from "../../support/effort";
import { comparedByAzurerm } from "../../support/provider-comparison";

/** What azurerm drops, and what could stand for markup once it has. */
const TEXT = fc.string({
  unit: fc.constantFrom(" ", "\t", "a", "b", "<", ">", '"', "&", "/", "amp;"),
  maxLength: 8,
});
const POLICIES = fc.array(
  fc.oneof(
    TEXT.map((value) => setVariable("a", value)),
    TEXT.map((value) => setHeader("b", value)),
  ),
  { maxLength: 2 },
);

function digestOf(...values: readonly (string | TerraformText)[]): unknown {
  const children = values.map((value) => new PolicyElement({ name: "value", text: value }));
  return policyDigest(new PolicyElement({ name: "fragment", children })).attributes.get("value");
}

describe("policyDigest", () => {
  it("tells any two fragments apart that azurerm would take for one", () => {
    fc.assert(
      fc.property(POLICIES, POLICIES, (one, other) => {
        const [a, b] = [one, other].map((policies) => new PolicyFragment(policies).render());
        fc.pre(a !== b);
        expect(comparedByAzurerm(a ?? "")).not.toBe(comparedByAzurerm(b ?? ""));
      }),
      { numRuns: 500 * effort },
    );
  });

  it.each([
    ["a role that loses its blank", ["AI User"], ["AIUser"]],
    ["one value that looks like two", ["a</value><value>b"], ["a", "b"]],
  ])("notices %s", (_what, one, other) => {
    const [a, b] = [one, other].map((values) =>
      values
        .map((text) => `<value>${text}</value>`)
        .join("")
        .replaceAll(" ", ""),
    );
    expect(a).toBe(b);
    expect(digestOf(...one)).not.toBe(digestOf(...other));
  });

  it("does not change with the number of a token", () => {
    const token = (): TerraformText => new TerraformText(Lazy.stringValue({ produce: () => "x" }));
    expect(digestOf(token())).toBe(digestOf(token()));
    expect(digestOf(token())).not.toBe(digestOf("x"));
  });
});

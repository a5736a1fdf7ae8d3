import { requiredClaims, textList } from "../../../../lib/policy/elements/required-claim";
import type { PolicyElement } from "../../../../lib/policy/policy-element";
import { contentProblems } from "../../../../lib/policy/policy-problems";

function problemsOf(elements: readonly PolicyElement[]): readonly string[] {
  return elements.flatMap(contentProblems).map(({ rule }) => rule);
}

describe("requiredClaims", () => {
  it("accepts a claim with values", () => {
    expect(problemsOf(requiredClaims([{ name: "ver", values: ["2.0"] }]))).toEqual([]);
  });

  it("refuses a claim without values, which any value would satisfy", () => {
    expect(problemsOf(requiredClaims([{ name: "ver", values: [] }]))).toEqual([
      "a required claim must have values",
    ]);
  });

  it("refuses an empty value, which reads as none", () => {
    expect(problemsOf(requiredClaims([{ name: "ver", values: ["2.0", ""] }]))).toEqual([
      "text of <value> must not be empty",
    ]);
  });

  it.each([" ", "2.0 ", " 2.0"])("refuses %j, which XML parsers trim", (value) => {
    expect(problemsOf(requiredClaims([{ name: "ver", values: [value] }]))).toEqual([
      "text of <value> must not begin or end with white space, which XML parsers drop",
    ]);
  });
});

describe("textList", () => {
  it("refuses an empty item", () => {
    expect(problemsOf(textList("audiences", "audience", [""]))).toEqual([
      "text of <audience> must not be empty",
    ]);
  });
});

import { Lazy } from "cdktf";
import { literalProblem } from "../../../lib/policy/literal-text";

describe("literalProblem", () => {
  it.each(["", "plain", `<>&"'`, "a@b.c", "{ }", "${x} %{y}", "😀", "$(x)"])("accepts %j", (text) => {
    expect(literalProblem(text)).toBeUndefined();
  });

  it.each([
    ["@(x)", "must not hold '@(' or '@{', which start a policy expression"],
    ["abc @{x}", "must not hold '@(' or '@{', which start a policy expression"],
    ["{{x", "must not hold '{{' or '}}', which enclose a named value"],
    ["x}}", "must not hold '{{' or '}}', which enclose a named value"],
    ["a\u0000", "must not hold control characters"],
    ["a\nb", "must not hold control characters"],
    ["\ufffe", "must not hold control characters"],
    ["a\u2028b", "must not hold control characters"],
    [" a", "must not begin or end with white space, which XML parsers drop"],
    ["a\u00a0", "must not begin or end with white space, which XML parsers drop"],
    ["\ud800", "must not hold half of a surrogate pair"],
    [Lazy.stringValue({ produce: () => "x" }), "must be known at synthesis, not a token"],
    ["${TfToken[TOKEN.99999]}", "must be known at synthesis, not a token"],
  ])("refuses %j", (text, why) => {
    expect(literalProblem(text)).toBe(why);
  });
});

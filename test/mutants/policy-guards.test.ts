import type { CoveredPlace } from "../../simulator";
import { guardOf } from "./policy-guards";

const ADDRESS = "azurerm_api_management_api_policy.main";
const SOURCE =
  '<choose><when condition="@(a)"><set-body>@{ if (b) { return c; } return d; }</set-body></when></choose>';

function place(kind: CoveredPlace["kind"], what: string, text: string): CoveredPlace {
  const start = SOURCE.indexOf(text);
  return {
    address: ADDRESS,
    kind,
    what,
    line: 1,
    column: start + 1,
    start,
    end: start + text.length,
    count: 0,
  };
}

const PLACES = [
  place("policy", "choose", SOURCE),
  place("arm", "when", SOURCE.slice(8, -9)),
  place("policy", "set-body", SOURCE.slice(31, -16)),
  place("branch", "if", "{ return c; }"),
  place("branch", "no else", "if (b) { return c; }"),
];

test.each([
  ["a condition", "@(a)", "choose"],
  ["an element in an arm", "<set-body", "set-body"],
  ["C# in a branch", "return c", "if"],
  ["C# outside of it", "return d", "set-body"],
  ["a condition of C#", "(b)", "set-body"],
])("only requests that reach its innermost place can tell whether %s was changed", (_, text, what) => {
  const guard = guardOf(PLACES, SOURCE, ADDRESS, SOURCE.indexOf(text));
  expect(guard === undefined ? undefined : PLACES[guard]?.what).toBe(what);
});

test("every request may tell what stands in no place", () => {
  expect(guardOf(PLACES, SOURCE, "azurerm_api_management_policy.other", 0)).toBeUndefined();
});

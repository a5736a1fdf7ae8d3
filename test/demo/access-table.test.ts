import type { AccessResult } from "../../demo/access-case";
import { accessTable } from "../../demo/access-table";

const GOOD: AccessResult = {
  target: "prod/assistant",
  who: "claims",
  how: "token",
  expected: "200",
  got: "200",
  result: "ok",
};
const BAD: AccessResult = { ...GOOD, how: "token, expired", expected: "401 unauthorized", result: "failed" };
const SKIPPED: AccessResult = {
  target: "prod/partners",
  who: "fabrikam",
  how: "token and key",
  expected: "200",
  result: "not run",
  reason: "needs a sign-in at the identity provider 'okta'",
};

test("says who, how, expected and got, by API, and counts", () => {
  expect(accessTable([GOOD, BAD, SKIPPED])).toBe(
    [
      "who       how             expected          got",
      "",
      "prod/assistant",
      "claims    token           200               200  ok",
      "claims    token, expired  401 unauthorized  200  FAIL",
      "",
      "prod/partners",
      "fabrikam  token and key   200               –",
      "",
      "not run: prod/partners, fabrikam, token and key: needs a sign-in at the identity provider 'okta'",
      "",
      "3 cases: 1 as expected, 1 not, 1 not run",
    ].join("\n"),
  );
});

test("fits into 100 columns, whatever the names are", () => {
  const long: AccessResult = {
    ...BAD,
    how: "a credential with a name that no terminal is wide enough for, by far and by design",
    expected: "403 insufficient_scope",
    got: "403 insufficient_scope",
    reason: "word ".repeat(60),
  };
  const widths = accessTable([long])
    .split("\n")
    .map(({ length }) => length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(100);
});

test("a word that is longer than a line is broken, not cut off", () => {
  const word = "/abcdefghij".repeat(12);
  const text = accessTable([{ ...BAD, reason: `ENOENT open ${word}` }]);
  expect(text.replaceAll("\n  ", "")).toContain(word);
  expect(text).toContain("ENOENT open");
});

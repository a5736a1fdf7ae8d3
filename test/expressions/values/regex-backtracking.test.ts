import { RegexBacktracking } from "../../../expressions/values/regex-backtracking";

function work(source: string, length: number): number {
  return new RegexBacktracking(source, false).work(length);
}

test.each([
  ["a loop in a loop", "^(a+)+$"],
  ["a loop that may take nothing, in a loop", "(a*)*b"],
  ["two ways to take the same letter", "(?:a|a)*b"],
  ["two ways to take the same letters", "(?:a|b|ab)*c"],
  ["classes that overlap", "(?:[a-m]|[k-z])*0"],
  ["classes beyond ASCII, which may overlap", "(?:[\\u{e0}-\\u{ff}]|[^a])*0"],
  ["an optional letter that is repeated", "(?:a?){30}b"],
  ["two loops in a loop", "(x+x+)+y"],
  ["two ways to take nothing", "(?:(?:a?|b?)c?)*"],
  ["a loop that looks ahead", "(?:(?=a*b)a)*"],
  ["a back reference", "(a*)\\1b"],
  ["more positions than are looked into", "a".repeat(100)],
])("has no bound: %s", (_, source) => {
  expect(work(source, 1)).toBe(Infinity);
});

test.each([
  ["a token", "^Bearer [A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+(?![\\s\\S])", 2],
  ["a JSON string", '"[^"\\\\]*(?:\\\\(?:[^\\n]|\\n)[^"\\\\]*)*(?:"|\\\\?(?![\\s\\S]))', 2],
  ["a name in braces", "\\{(?<name>[^}]+)\\}", 2],
  ["a count", "^[0-9]{1,9}$", 2],
  ["two loops of the same letters", "a*a*b", 3],
  ["three loops of the same letters", "a*a*a*b", 5],
])("grows by a power of the length: %s", (_, source, degree) => {
  expect(Math.log10(work(source, 10 ** 6 - 1) / work(source, 10 ** 5 - 1))).toBeCloseTo(degree);
});

test("letters in either case may be beyond ASCII", () => {
  expect(new RegexBacktracking("(?:k|\\u{212a})*x", true).work(1)).toBe(Infinity);
});

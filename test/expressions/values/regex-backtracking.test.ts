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
  ["what looks ahead two ways", "(?:(?=(?:a|a)*b)a)*"],
  ["a loop that looks back", "(?:(?<=a*)a)*"],
  ["two ways that meet after a while", "(?:ab?c|ad?c)*e"],
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
  ["two ways in a loop, of which one ends at once", "^(?:/[a-z-](?:[a-z.-]*[a-z-])?)+/?$", 2],
  ["two ways in a loop, of which one ends at once, before another loop", "^(?:/[a-z.-]*[a-z-])+[0-9]*$", 3],
  ["a loop that looks ahead", "(?:(?=a*b)a)*", 3],
])("grows by a power of the length: %s", (_, source, degree) => {
  expect(Math.log10(work(source, 10 ** 6 - 1) / work(source, 10 ** 5 - 1))).toBeCloseTo(degree);
});

test.each([
  ["letters", "^(?:[a-z]+[0-9])*[^a-z]*x", 2],
  ["letters that are others beyond ASCII", "^(?:k+[ſ])*$", 2],
  [
    "a list of parameters",
    '^a[ \\t]*(?:;[ \\t]*(?:[^ \\t;,="]+=(?:[^ \\t;,="]+|"(?:[^"\\\\]|\\\\.)*")[ \\t]*)?)*$',
    2,
  ],
])("case makes no other way: %s", (_, source, degree) => {
  const of = (length: number): number => new RegexBacktracking(source, true).work(length);
  expect(Math.log10(of(10 ** 6 - 1) / of(10 ** 5 - 1))).toBeCloseTo(degree);
});

test("a letter of ASCII and its like beyond are one where case is ignored", () => {
  expect(new RegexBacktracking("(?:s|\\u{17f})*x", true).work(1)).toBe(Infinity);
  expect(new RegexBacktracking("(?:s|\\u{17f})*x", false).work(1)).toBeLessThan(1000);
});

test("letters in either case may be beyond ASCII", () => {
  expect(new RegexBacktracking("(?:k|\\u{212a})*x", true).work(1)).toBe(Infinity);
});

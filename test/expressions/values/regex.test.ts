import { CsRegex, REGEX_OPTIONS } from "../../../expressions/values/regex";
import { UnsupportedFeature } from "../../../expressions/values/unsupported-feature";

test.each([
  [String.raw`^a$`, "a\n", true],
  [String.raw`^a\z`, "a\n", false],
  [String.raw`^.$`, "\r", true],
  [String.raw`^.$`, "\n", false],
  [String.raw`^\d$`, "٣", true],
  [String.raw`\bé\b`, "x é y", true],
  [String.raw`(?>a+)ab`, "aaab", false],
  [String.raw`(?#note)a`, "a", true],
  [String.raw`{a}`, "{a}", true],
  [String.raw`[\w-]+@[\w.]+`, "me-too@example.com", true],
  [String.raw`[^]]`, "]", false],
  [String.raw`\p{Lu}`, "É", true],
])("%s on %j: %s", (pattern, text, expected) => {
  expect(CsRegex.of(pattern).isMatch(text)).toBe(expected);
});

test("ECMAScript keeps \\d to ASCII", () => {
  expect(CsRegex.of(String.raw`\d`, REGEX_OPTIONS.ECMAScript).isMatch("٣")).toBe(false);
});

test("white space and comments may be ignored", () => {
  expect(CsRegex.of("a b # c\n d", REGEX_OPTIONS.IgnorePatternWhitespace).match("abd").value).toBe("abd");
});

test("named groups are numbered after the unnamed ones", () => {
  const match = CsRegex.of("(?<n>a)(b)").match("ab");
  expect([match.group(1).value, match.group(2).value, match.group("n").value]).toEqual(["b", "a", "a"]);
});

test.each([
  "(?(a)b|c)",
  String.raw`\Ga`,
  String.raw`\p{IsGreek}`,
  "(?<open-close>a)",
  "(?i:a)",
  "(?<n>a)|(?<n>b)",
])("%s is refused rather than read differently", (pattern) => {
  expect(() => CsRegex.of(pattern)).toThrow(UnsupportedFeature);
});

test.each(["(", ")", "[a", "a{2,1}", String.raw`\y`, "*"])("%s is not a pattern", (pattern) => {
  expect(() => CsRegex.of(pattern)).toThrow("parsing");
});

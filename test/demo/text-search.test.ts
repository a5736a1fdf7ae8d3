import { TextSearch } from "./text-search";

const LONG = `${"x".repeat(40)}0123456789abcdef-end ${"é—".repeat(30)} 0123456789abcdef`;

test.each([
  ["at the start", "x".repeat(16)],
  ["in the middle", "x0123456789abcdef-end"],
  ["at the end", " 0123456789abcdef"],
  ["of characters beyond Latin", "é—é—é—é—é—é—é—é—é—"],
  ["the whole", LONG],
])("a text %s is found", (_where, text) => {
  expect([...new TextSearch([text, "not in the text at all"]).foundIn(LONG)]).toEqual([text]);
});

test("texts that begin alike are told apart", () => {
  const texts = ["0123456789abcdef-end", "0123456789abcdef-eno", "0123456789abcdef"];
  expect([...new TextSearch(texts).foundIn(LONG)].sort()).toEqual([
    "0123456789abcdef",
    "0123456789abcdef-end",
  ]);
});

test("a text that is longer than what is searched is not found", () => {
  expect([...new TextSearch(["0123456789abcdef"]).foundIn("0123456789abcde")]).toEqual([]);
});

test("it finds what a plain search finds, at any place", () => {
  const long = Array.from({ length: 500 }, (_, at) => String(at * at * 7919)).join("");
  const texts = Array.from({ length: 400 }, (_, at) => long.slice(at * 3, at * 3 + 16 + (at % 9)));
  expect(new TextSearch([...texts, "1".repeat(16)]).foundIn(long)).toEqual(new Set(texts));
});

test("a text that is too short to look for is refused", () => {
  expect(() => new TextSearch(["short"])).toThrow("a text of 5 characters is shorter than 16");
});

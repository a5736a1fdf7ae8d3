import { printableLine, printableText } from "../../../simulator/cli/printable-text";

test.each([
  ["colours", "\x1b[31mred", "�[31mred"],
  ["a title of the window", "\x1b]0;title\x07", "�]0;title�"],
  ["a return to the line's beginning", "a\rb", "a�b"],
  ["text that runs the other way", "a\u202eb", "a�b"],
])("%s stays text", (_name, line, shown) => {
  expect(printableLine(line)).toBe(shown);
});

test("lines stay lines in a text, and are none in a line", () => {
  expect([printableText("a\nb"), printableLine("a\nb")]).toEqual(["a\nb", "a�b"]);
});

import { markdownText } from "../../scripts/markdown-text";

test.each([
  ["plain words, 1,200 → 2,400 (a-b, c.d: e!)", "plain words, 1,200 → 2,400 (a-b, c.d: e!)"],
  ["<!-- hidden", "\\<!-- hidden"],
  ["&lt;b&gt;", "\\&lt;b\\&gt;"],
  ["a `b` *c* _d_ ~~e~~ #", "a \\`b\\` \\*c\\* \\_d\\_ \\~\\~e\\~\\~ \\#"],
  ["[all](https://x.example) ![i](y)", "\\[all\\](https\\://x.example) !\\[i\\](y)"],
  ["WWW.x.example", "WWW\\.x.example"],
  ["a \\", "a \\\\"],
  ["@team, (@one/two) and a@contoso.com", "@<!-- -->team, (@<!-- -->one/two) and a@contoso.com"],
])("%s is a text of Markdown", (text, expected) => {
  expect(markdownText(text)).toBe(expected);
});

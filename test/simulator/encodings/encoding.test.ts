import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { loadEncoding } from "../../../simulator/encodings";

const encoding = loadEncoding("o200k_base");

test.each(["hello", "", "Grüße, Welt!\n\n  def f(x):", "a".repeat(512), "12345 ".repeat(300)])(
  "text as people write it has the tokens of the library: %#",
  (text) => {
    expect(encoding.encode(text)).toEqual(encode(text));
    expect(encoding.countTokens(text)).toBe(encode(text).length);
    expect(encoding.decode(encoding.encode(text))).toBe(text);
  },
);

test.each(["a", " ", "!", "ü", "\n", "漢", "😀"])(
  "three million times %j is counted in linear time",
  (sign) => {
    const text = sign.repeat(3_000_000 / sign.length);
    const started = performance.now();
    const tokens = encoding.countTokens(text);
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(tokens).toBeGreaterThan(1_000);
  },
  30_000,
);

test("what is cut is the same text again", () => {
  const text = `${"a".repeat(2_000)} ${"!".repeat(2_000)} b`;
  expect(encoding.decode(encoding.encode(text))).toBe(text);
});

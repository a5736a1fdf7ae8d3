import { tokenCounter } from "../../../../simulator/policies/language-models/token-count";

describe("tokenCounter", () => {
  it.each([
    ["", 0],
    ["hello world", 2],
    ["<|endoftext|>", 7],
  ])("counts the tokens of '%s'", (text, tokens) => {
    expect(tokenCounter()(text)).toBe(tokens);
  });

  it("counts long ordinary text exactly", () => {
    const count = tokenCounter();
    expect(count("hello world ".repeat(1000))).toBe(2001);
  });

  it("counts a very long word in pieces, close to its tokens", () => {
    const count = tokenCounter();
    const tokens = count("a".repeat(200_000));
    expect(tokens).toBeGreaterThanOrEqual(25_000);
    expect(tokens).toBeLessThan(26_000);
  });
});

import { modelLimits } from "../../../lib/openai/model-limits";

describe("modelLimits", () => {
  it.each([
    ["gpt-4.1", 32_768],
    ["GPT-4.1-mini", 32_768],
    ["gpt-5", 128_000],
    ["gpt-5.4-mini", 128_000],
    ["o4-mini", 100_000],
  ])("%s answers with at most %d tokens", (model, tokens) => {
    expect(modelLimits(model)?.maxOutputTokens).toBe(tokens);
  });

  it.each(["gpt-9", "constructor", ""])("says nothing of '%s', which it does not know", (model) => {
    expect(modelLimits(model)).toBeUndefined();
  });
});

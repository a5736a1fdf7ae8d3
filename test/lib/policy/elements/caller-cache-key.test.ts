import { csharp } from "../../../../lib/policy/csharp";
import { CallerCacheKey } from "../../../../lib/policy/elements/caller-cache-key";

describe("the key of what is cached", () => {
  const key = CallerCacheKey.of({
    variable: "key",
    caller: csharp`caller`,
    request: [csharp`deployment`, csharp`version`],
    body: csharp`text`,
  });

  it("is a hash of its caller first, then of all that was asked, each part escaped", () => {
    const value = JSON.stringify(key.compute(csharp`if (never) { return ""; }`).attributes.get("value"));
    expect(value).toMatch(
      /Uri\.EscapeDataString\(caller\).*Uri\.EscapeDataString\(deployment\).*Uri\.EscapeDataString\(version\).*text;/,
    );
    expect(value).toContain("SHA256");
  });

  it("is empty where nothing may be kept", () => {
    expect(key.value.code).toBe('context.Variables.GetValueOrDefault<string>("key", "")');
  });

  it("has a caller", () => {
    const everybodys = { variable: "key", request: [], body: csharp`text` };
    // @ts-expect-error: without a caller it would be everybody's
    expect(() => CallerCacheKey.of(everybodys)).toThrow("begins with its caller");
  });
});

import { csharp } from "../../../../lib/policy/csharp";
import {
  cacheLookupValue,
  cacheStoreValue,
  CallerCacheKey,
} from "../../../../lib/policy/elements/cache-value";

describe("a cached value", () => {
  const key = CallerCacheKey.of({
    variable: "key",
    caller: csharp`caller`,
    request: [csharp`deployment`, csharp`version`],
    body: csharp`text`,
  });

  it("has a key that is a hash of its caller first, then of all that was asked, each part escaped", () => {
    const [[, value] = []] = [...key.compute(csharp`if (never) { return ""; }`).attributes].filter(
      ([name]) => name === "value",
    );
    expect(JSON.stringify(value)).toMatch(
      /Uri\.EscapeDataString\(caller\).*Uri\.EscapeDataString\(deployment\).*Uri\.EscapeDataString\(version\).*text;/,
    );
    expect(JSON.stringify(value)).toContain("SHA256");
  });

  it("is looked up and kept under the same key, in the gateway's own cache", () => {
    const lookup = cacheLookupValue({ key, variable: "found" });
    const store = cacheStoreValue({ key, value: csharp`answer`, durationSeconds: 60 });
    expect(store.attributes.get("key")).toEqual(lookup.attributes.get("key"));
    expect([lookup, store].map(({ attributes }) => attributes.get("caching-type"))).toEqual([
      "internal",
      "internal",
    ]);
    expect(store.attributes.get("duration")).toBe(60);
  });

  it("cannot be kept under a key without a caller", () => {
    // @ts-expect-error: a text is not a key
    expect(() => cacheLookupValue({ key: "everybody", variable: "found" })).toThrow();
  });
});

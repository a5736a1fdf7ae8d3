import { csharp } from "../../../../lib/policy/csharp";
import { cacheLookupValue, cacheStoreValue } from "../../../../lib/policy/elements/cache-value";
import { CallerCacheKey } from "../../../../lib/policy/elements/caller-cache-key";

describe("a cached value", () => {
  const key = CallerCacheKey.of({
    variable: "key",
    caller: csharp`caller`,
    request: [csharp`deployment`, csharp`version`],
    body: csharp`text`,
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

import { csharp } from "../../../../lib/policy/csharp";
import { CallerCacheKey } from "../../../../lib/policy/elements/caller-cache-key";
import {
  llmSemanticCacheLookup,
  llmSemanticCacheStore,
} from "../../../../lib/policy/elements/llm-semantic-cache";

describe("a semantic cache", () => {
  const key = CallerCacheKey.of({ variable: "key", caller: csharp`caller`, request: [], body: csharp`text` });
  const lookup = (maxDistance: number): ReturnType<typeof llmSemanticCacheLookup> =>
    llmSemanticCacheLookup({ key, maxDistance, embeddingsBackendId: "embeddings" });

  it("looks among answers of its key alone, and compares no system messages", () => {
    const { attributes, children } = lookup(0.05);
    expect(Object.fromEntries(attributes)).toEqual({
      "score-threshold": 0.05,
      "embeddings-backend-id": "embeddings",
      "embeddings-backend-auth": "system-assigned",
      "ignore-system-messages": true,
    });
    expect(children.map(({ name, text }) => [name, text])).toEqual([
      ["vary-by", expect.objectContaining({ code: key.value.code })],
    ]);
  });

  it("takes a distance", () => {
    expect(lookup(1).problems).toEqual([]);
    expect([lookup(-0.1), lookup(1.1), lookup(NaN)].map(({ problems }) => problems.length)).toEqual([
      1, 1, 1,
    ]);
  });

  it("keeps answers in outbound for a while", () => {
    const { name, attributes, placement } = llmSemanticCacheStore({ durationSeconds: 60 });
    expect([name, attributes.get("duration"), placement?.sections]).toEqual([
      "llm-semantic-cache-store",
      60,
      ["outbound"],
    ]);
  });

  it("cannot be looked into without a caller", () => {
    const everybody = { key: "everybody", maxDistance: 0, embeddingsBackendId: "e" };
    // @ts-expect-error: a text is not a key
    expect(() => llmSemanticCacheLookup(everybody)).toThrow();
    // @ts-expect-error: nor is nothing
    expect(() => llmSemanticCacheLookup({ maxDistance: 0, embeddingsBackendId: "e" })).toThrow();
  });
});

import { semanticCacheStore } from "../language-models/semantic-cache";

/** Source: https://learn.microsoft.com/azure/api-management/llm-semantic-cache-store-policy */
export const llmSemanticCacheStore = semanticCacheStore({
  lookup: "llm-semantic-cache-lookup",
  store: "llm-semantic-cache-store",
});

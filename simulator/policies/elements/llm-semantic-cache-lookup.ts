import { semanticCacheLookup } from "../language-models/semantic-cache";

/** Source: https://learn.microsoft.com/azure/api-management/llm-semantic-cache-lookup-policy */
export const llmSemanticCacheLookup = semanticCacheLookup({
  lookup: "llm-semantic-cache-lookup",
  store: "llm-semantic-cache-store",
});

import { semanticCacheStore } from "../language-models/semantic-cache";

/** Source: https://learn.microsoft.com/azure/api-management/azure-openai-semantic-cache-store-policy */
export const azureOpenaiSemanticCacheStore = semanticCacheStore({
  lookup: "azure-openai-semantic-cache-lookup",
  store: "azure-openai-semantic-cache-store",
});

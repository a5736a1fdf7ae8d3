import { semanticCacheLookup } from "../language-models/semantic-cache";

/** Source: https://learn.microsoft.com/azure/api-management/azure-openai-semantic-cache-lookup-policy */
export const azureOpenaiSemanticCacheLookup = semanticCacheLookup({
  lookup: "azure-openai-semantic-cache-lookup",
  store: "azure-openai-semantic-cache-store",
});

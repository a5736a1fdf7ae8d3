import { tokenMetric } from "../language-models/token-metric";

/** Source: https://learn.microsoft.com/azure/api-management/azure-openai-emit-token-metric-policy */
export const azureOpenaiEmitTokenMetric = tokenMetric("azure-openai-emit-token-metric");

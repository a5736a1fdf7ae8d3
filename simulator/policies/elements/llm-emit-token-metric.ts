import { tokenMetric } from "../language-models/token-metric";

/** Source: https://learn.microsoft.com/azure/api-management/llm-emit-token-metric-policy */
export const llmEmitTokenMetric = tokenMetric("llm-emit-token-metric");

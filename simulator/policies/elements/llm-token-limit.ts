import { tokenLimit } from "../language-models/token-limit";

/** Source: https://learn.microsoft.com/azure/api-management/llm-token-limit-policy */
export const llmTokenLimit = tokenLimit({ name: "llm-token-limit", quotaExpressions: true });

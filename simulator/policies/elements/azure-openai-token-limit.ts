import { tokenLimit } from "../language-models/token-limit";

/** Source: https://learn.microsoft.com/azure/api-management/azure-openai-token-limit-policy */
export const azureOpenaiTokenLimit = tokenLimit({
  name: "azure-openai-token-limit",
  quotaExpressions: false,
});

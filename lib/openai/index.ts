/**
 * Azure OpenAI accounts, their model deployments and content filters.
 *
 * @packageDocumentation
 */
export type { BlockedSeverity, ContentFilter, ContentFilterOptions, IContentFilter } from "./content-filter";
export type { DeploymentSku } from "./deployment-sku";
export type { IModelDeployment, ModelDeployment, ModelDeploymentOptions } from "./model-deployment";
export {
  OpenAiAccount,
  type IOpenAiAccount,
  type OpenAiAccountAttributes,
  type OpenAiAccountProps,
} from "./openai-account";
export { isProvisionedSku } from "./deployment-sku";
export { modelLimits } from "./model-limits";

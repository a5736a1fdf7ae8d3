/**
 * Resources that azurerm cannot express. Import them from `cdktf-azure-openai-gateway/azapi`.
 *
 * @packageDocumentation
 */
export { AzapiObject, type AzapiObjectProps } from "./azapi-object";
export { AzapiProvider, type AzapiProviderProps } from "./azapi-provider";
export { AzapiResource, type AzapiResourceProps, type AzapiRetry } from "./azapi-resource";
export { AzapiUpdateResource, type AzapiUpdateResourceProps } from "./azapi-update-resource";
export type { AzapiBody } from "./request-body";

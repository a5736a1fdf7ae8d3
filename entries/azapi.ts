export {
  type AzapiBody,
  AzapiObject,
  type AzapiObjectProps,
  AzapiProvider,
  type AzapiProviderProps,
  AzapiResource,
  type AzapiResourceProps,
  type AzapiRetry,
  AzapiUpdateResource,
  type AzapiUpdateResourceProps,
} from "../lib/azapi";

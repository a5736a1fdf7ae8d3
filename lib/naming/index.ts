export { AzureNames, type AzureNamesProps } from "./azure-names";

/**
 * Names of Azure resources, from one place.
 *
 * @packageDocumentation
 */
export { AzureNames, type AzureNamesProps } from "./azure-names";

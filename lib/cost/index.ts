/**
 * What calls cost, and who pays.
 *
 * @packageDocumentation
 */
export { CostReport, type CostReportProps } from "./cost-report";
export type { CostClient, CostQueryProps } from "./cost-query";
export type { ModelPrice, PriceList } from "./price-list";

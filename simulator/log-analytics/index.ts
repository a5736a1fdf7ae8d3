export { KustoError } from "./kusto-error";
export { type KustoFunction, type KustoRow, type KustoTable, runKusto } from "./kusto-evaluation";
export { LogAnalytics, type LogAnalyticsProps } from "./log-analytics";

/**
 * Logs, metrics and traces: where they go, and who is told.
 *
 * @packageDocumentation
 */
export { ActionGroup, type ActionGroupProps, type IActionGroup } from "./action-group";
export { DailyQuotaAlert, type DailyQuotaAlertProps } from "./daily-quota-alert";
export { DiagnosticSetting, type DiagnosticSettingProps } from "./diagnostic-setting";
export { DiagnosticTarget, type DiagnosticSource } from "./diagnostic-target";
export { EndDateAlert, type EndDateAlertProps } from "./end-date-alert";
export { MetricAlert, type MetricAlertProps } from "./metric-alert";
export { type AlertProps, alertText, QueryAlert, type QueryAlertProps } from "./query-alert";
export { workbookDocument, type WorkbookChart, type WorkbookContent } from "./query-workbook";
export {
  PrivateLinkScope,
  type IPrivateLinkScope,
  type PrivateLinkScopeAttributes,
  type PrivateLinkScopeProps,
} from "./private-link-scope";
export { Telemetry, type ITelemetry, type TelemetryAttributes, type TelemetryProps } from "./telemetry";

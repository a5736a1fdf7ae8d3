import type { Construct } from "constructs";
import { type AlertProps, QueryAlert } from "./query-alert";

/** An alert once the daily quota of logs is used up. */
export type DailyQuotaAlertProps = AlertProps;

/** The workspace writes this once, when it stops collecting; its own operations are recorded beyond the quota. */
const OVER_QUOTA = '_LogOperation\n| where Category =~ "Ingestion" and Detail contains "OverQuota"';

/**
 * Tells somebody that a workspace has reached `dailyQuotaGb`: until its reset, at an hour that Azure chooses, nothing
 * is recorded, audit records included.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap#alert-when-daily-cap-is-reached
 */
export class DailyQuotaAlert extends QueryAlert {
  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: DailyQuotaAlertProps) {
    super(scope, id, {
      ...props,
      displayName: "The gateway's logs have reached their daily quota",
      description:
        "Until the workspace resets its quota nothing is recorded, audit records included. Find out in " +
        "ApiManagementGatewayLogs who sent so much, suspend or block it, and raise dailyQuotaGb for today if need be.",
      anchor: "the-daily-quota-of-logs-is-reached",
      severity: 1,
      query: OVER_QUOTA,
      evaluationFrequency: "PT15M",
      // The record comes once: a search of the last hour finds it even if it arrives late.
      windowDuration: "PT1H",
      // Once for each time the quota is reached.
      muteActionsAfterAlertDuration: "PT6H",
    });
  }
}

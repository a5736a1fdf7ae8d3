import { MonitorScheduledQueryRulesAlertV2 } from "@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2";
import { Construct } from "constructs";
import { checkPlacement, guardAgainstTemplates, NAME_RULES, type Placement } from "../private";
import { Problems } from "../validation";
import type { IActionGroup } from "./action-group";
import type { ITelemetry } from "./telemetry";

/** An alert once the daily quota of logs is used up. */
export interface DailyQuotaAlertProps extends Placement {
  /** Name of the alert rule: 1 to 260 characters. */
  readonly name: string;
  /** Whose workspace is watched. */
  readonly telemetry: ITelemetry;
  /** Who is told. */
  readonly actionGroup: IActionGroup;
}

/** The workspace writes this once, when it stops collecting; its own operations are recorded beyond the quota. */
const OVER_QUOTA = '_LogOperation\n| where Category =~ "Ingestion" and Detail contains "OverQuota"';

/**
 * Tells somebody that a workspace has reached `dailyQuotaGb`: until its reset, at an hour that Azure chooses, nothing
 * is recorded, audit records included.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap#alert-when-daily-cap-is-reached
 */
export class DailyQuotaAlert extends Construct {
  /** The alert rule itself, for what this class does not offer. */
  public readonly resource: MonitorScheduledQueryRulesAlertV2;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: DailyQuotaAlertProps) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(props.name, NAME_RULES.alertRule.pattern, {
      rule: `name must be ${NAME_RULES.alertRule.words}`,
      remedy: "shorten or change it",
    });
    checkPlacement(problems, props);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.resource = new MonitorScheduledQueryRulesAlertV2(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      displayName: "The gateway's logs have reached their daily quota",
      description:
        "Until the workspace resets its quota nothing is recorded, audit records included. Find out in " +
        "ApiManagementGatewayLogs who sent so much, suspend or block it, and raise dailyQuotaGb for today if need be.",
      severity: 1,
      scopes: [props.telemetry.logAnalyticsWorkspaceId],
      evaluationFrequency: "PT15M",
      // The record comes once: a search of the last hour finds it even if it arrives late.
      windowDuration: "PT1H",
      criteria: [
        {
          query: OVER_QUOTA,
          timeAggregationMethod: "Count",
          operator: "GreaterThan",
          threshold: 0,
          failingPeriods: { numberOfEvaluationPeriods: 1, minimumFailingPeriodsToTriggerAlert: 1 },
        },
      ],
      action: { actionGroups: [props.actionGroup.id] },
      // Once for each time the quota is reached. Excludes autoMitigationEnabled.
      muteActionsAfterAlertDuration: "PT6H",
      autoMitigationEnabled: false,
      tags: props.tags,
      provider: props.provider,
    });
  }
}

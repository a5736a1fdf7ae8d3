import { MonitorScheduledQueryRulesAlertV2 } from "@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2";
import { Construct } from "constructs";
import { DiagnosticTarget, type IActionGroup, type ITelemetry } from "../observability";
import { checkPlacement, guardAgainstTemplates, NAME_RULES, type Placement, stackPath } from "../private";
import { Problems } from "../validation";
import type { ICertificateStore } from "./certificate-store";

/** An alert before certificates of a vault end. */
export interface CertificateExpiryAlertProps extends Placement {
  /** Name of the alert rule: 1 to 260 characters. */
  readonly name: string;
  /** The vault that is watched. */
  readonly store: ICertificateStore;
  /** Whose workspace receives the vault's audit log, and is searched. */
  readonly telemetry: ITelemetry;
  /** Who is told. */
  readonly actionGroup: IActionGroup;
  /**
   * Whether the vault's logs reach the workspace already, by a diagnostic setting made elsewhere: a second
   * one for the same workspace is refused by Azure.
   *
   * @default false - the alert adds one to `telemetry`
   */
  readonly logsCollected?: boolean;
}

/**
 * Key Vault writes these 30 days before an object ends and when it has, whether or not anybody subscribed to
 * its events. Certificate authorities are secrets here, so secrets count as well.
 *
 * Source: https://learn.microsoft.com/azure/key-vault/general/logging#event-grid-notifications
 */
const NOTICES = [
  "CertificateNearExpiryEventGridNotification",
  "CertificateExpiredEventGridNotification",
  "SecretNearExpiryEventGridNotification",
  "SecretExpiredEventGridNotification",
];

/** The column of the object's name exists only once a first notice has been written. */
const OBJECT_NAME = "eventGridEventProperties_data_ObjectName_s";

/**
 * Tells somebody, for each certificate, that it ends in 30 days or has ended: certificate authorities, which
 * a human has to replace, and server certificates whose renewal failed.
 *
 * Source: https://learn.microsoft.com/azure/key-vault/general/logging
 */
export class CertificateExpiryAlert extends Construct {
  /** The alert rule itself, for what this class does not offer. */
  public readonly resource: MonitorScheduledQueryRulesAlertV2;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: CertificateExpiryAlertProps) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(props.name, NAME_RULES.alertRule.pattern, {
      rule: `name must be ${NAME_RULES.alertRule.words}`,
      remedy: "shorten or change it",
    });
    checkPlacement(problems, props);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    const logs = props.logsCollected
      ? undefined
      : props.telemetry.addDiagnosticSetting(
          `${stackPath(this).join("-")}-vault`,
          DiagnosticTarget.keyVault(props.store),
        );
    this.resource = new MonitorScheduledQueryRulesAlertV2(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      displayName: "A certificate of the gateway ends soon",
      description:
        "Key Vault announces the end of a certificate 30 days ahead. Add the successor of a certificate " +
        "authority, or find out why the vault did not renew a server certificate.",
      severity: 1,
      scopes: [props.telemetry.logAnalyticsWorkspaceId],
      evaluationFrequency: "PT1H",
      // A notice comes once: a search of the last day finds it even if the log arrives late.
      windowDuration: "P1D",
      criteria: [
        {
          query: expiryNotices(props.store.id),
          timeAggregationMethod: "Count",
          operator: "GreaterThan",
          threshold: 0,
          dimension: [{ name: "ObjectName", operator: "Include", values: ["*"] }],
          failingPeriods: { numberOfEvaluationPeriods: 1, minimumFailingPeriodsToTriggerAlert: 1 },
        },
      ],
      action: { actionGroups: [props.actionGroup.id] },
      // Once a day for each certificate is enough. Excludes autoMitigationEnabled.
      muteActionsAfterAlertDuration: "P1D",
      autoMitigationEnabled: false,
      // The table has no columns, and may not exist, before the vault has logged anything.
      skipQueryValidation: true,
      tags: props.tags,
      dependsOn: logs ? [logs.resource] : undefined,
      provider: props.provider,
    });
  }
}

function expiryNotices(vaultId: string): string {
  return [
    "AzureDiagnostics",
    `| where _ResourceId =~ "${vaultId}"`,
    `| where OperationName in (${NOTICES.map((notice) => `"${notice}"`).join(", ")})`,
    `| extend ObjectName = column_ifexists("${OBJECT_NAME}", "")`,
    "| project TimeGenerated, OperationName, ObjectName",
  ].join("\n");
}

import { MonitorDiagnosticSetting } from "@cdktf/provider-azurerm/lib/monitor-diagnostic-setting";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { guardAgainstTemplates } from "../private";
import { Problems } from "../validation";
import type { DiagnosticTarget } from "./diagnostic-target";

/** What one resource logs, and where to. */
export interface DiagnosticSettingProps {
  /** Whose logs and metrics. */
  readonly target: DiagnosticTarget;
  /** ARM id of the Log Analytics workspace that receives them. */
  readonly logAnalyticsWorkspaceId: string;
  /**
   * 1 to 260 characters without `<>*%&:\?+/`. A resource takes five settings, and one category reaches a
   * workspace through one of them only.
   *
   * @default "audit"
   */
  readonly name?: string;
  /** Provider of the setting. @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

/**
 * Sends everything that a resource logs to a Log Analytics workspace, over Azure's own network: it works
 * whether or not the workspace accepts public traffic.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings
 */
export class DiagnosticSetting extends Construct {
  /** The setting itself, for what this class does not offer. */
  public readonly resource: MonitorDiagnosticSetting;

  /** @throws ValidationError if the name is not one that Azure takes */
  public constructor(scope: Construct, id: string, props: DiagnosticSettingProps) {
    super(scope, id);
    const { target, logAnalyticsWorkspaceId, name = "audit", provider } = props;
    const problems = new Problems(this);
    // Azure cannot delete a setting of the name 'service' again.
    problems.checkPattern(name, /^(?!service$)[^<>*%&:\\?+/]{1,260}$/, {
      rule: "name must be 1 to 260 characters without <>*%&:\\?+/ and not 'service'",
      remedy: "choose a plain word, such as 'audit'",
    });
    problems.throwIfAny();
    guardAgainstTemplates(this);

    const { logs = [], logGroups = [], metrics, dedicatedTables } = target.categories;
    this.resource = new MonitorDiagnosticSetting(this, "Resource", {
      name,
      targetResourceId: target.resourceId,
      logAnalyticsWorkspaceId,
      // Only API Management can choose its tables: elsewhere Azure answers null, a change in every plan.
      logAnalyticsDestinationType: dedicatedTables ? "Dedicated" : undefined,
      enabledLog: [
        ...logs.map((category) => ({ category })),
        ...logGroups.map((categoryGroup) => ({ categoryGroup })),
      ],
      enabledMetric: metrics.map((category) => ({ category })),
      provider,
    });
  }
}

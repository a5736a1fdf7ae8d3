import { MonitorMetricAlert } from "@cdktf/provider-azurerm/lib/monitor-metric-alert";
import { Construct } from "constructs";
import { checkResourceGroupName, guardAgainstTemplates, NAME_RULES } from "../private";
import { Problems } from "../validation";
import { type AlertProps, alertText, type QueryAlertProps } from "./query-alert";

/** An alert about a metric that Azure measures by itself. */
export interface MetricAlertProps
  extends
    Omit<AlertProps, "telemetry" | "location">,
    Pick<QueryAlertProps, "description" | "anchor" | "severity"> {
  /** ARM id of what is measured. */
  readonly resourceId: string;
  /** Type of what is measured, such as `Microsoft.ApiManagement/service`. */
  readonly metricNamespace: string;
  /** Name of the metric in the REST API. */
  readonly metricName: string;
  /** What it must be above for the alert to fire. */
  readonly threshold: number;
  /** Of what time the average, or the minimum, is. */
  readonly windowSize: "PT5M" | "PT15M" | "PT30M" | "PT1H" | "PT6H" | "PT12H" | "P1D";
  /** Whether all of the window must be above the threshold, or its average. @default "Average" */
  readonly aggregation?: "Average" | "Minimum";
  /** Values of a dimension that are looked at one by one. @default - the metric as a whole */
  readonly dimension?: { readonly name: string; readonly values: readonly string[] };
}

/**
 * Tells somebody when a metric is too high. Resolves by itself.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-metric-alert-rule
 */
export class MetricAlert extends Construct {
  /** The alert rule itself, for what this class does not offer. */
  public readonly resource: MonitorMetricAlert;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: MetricAlertProps) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(props.name, NAME_RULES.alertRule.pattern, {
      rule: `name must be ${NAME_RULES.alertRule.words}`,
      remedy: "shorten or change it",
    });
    checkResourceGroupName(problems, props.resourceGroupName);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    const { dimension } = props;
    this.resource = new MonitorMetricAlert(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      scopes: [props.resourceId],
      description: alertText(props),
      severity: props.severity,
      frequency: "PT5M",
      windowSize: props.windowSize,
      criteria: [
        {
          metricNamespace: props.metricNamespace,
          metricName: props.metricName,
          aggregation: props.aggregation ?? "Average",
          operator: "GreaterThan",
          threshold: props.threshold,
          dimension: dimension && [
            { name: dimension.name, operator: "Include", values: [...dimension.values] },
          ],
          // Azure knows some metrics only once they were measured.
          skipMetricValidation: true,
        },
      ],
      action: [{ actionGroupId: props.actionGroup.id }],
      tags: props.tags,
      provider: props.provider,
    });
  }
}

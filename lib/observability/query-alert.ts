import {
  MonitorScheduledQueryRulesAlertV2,
  type MonitorScheduledQueryRulesAlertV2CriteriaDimension,
} from "@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2";
import { Construct } from "constructs";
import { checkPlacement, guardAgainstTemplates, NAME_RULES, type Placement } from "../private";
import { Problems } from "../validation";
import type { IActionGroup } from "./action-group";
import type { ITelemetry } from "./telemetry";

/**
 * Who is told what of, and where it stands.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-overview
 */
export interface AlertProps extends Placement {
  /** Name of the alert rule: 1 to 260 characters. */
  readonly name: string;
  /** Whose workspace is searched. */
  readonly telemetry: ITelemetry;
  /** Who is told. */
  readonly actionGroup: IActionGroup;
  /**
   * Page that says what to do, up to the `#` of its headings: the last words of the alert's text.
   *
   * @default "docs/operations.md"
   */
  readonly page?: string;
}

/** An alert about rows of the workspace. */
export interface QueryAlertProps extends AlertProps {
  /** First line of the mail. */
  readonly displayName: string;
  /** What happened and what to do first, in one or two sentences. */
  readonly description: string;
  /** Heading of the page, as an anchor without '#'. */
  readonly anchor: string;
  /** 0 (critical) to 4 (verbose). */
  readonly severity: 0 | 1 | 2 | 3 | 4;
  /** Kusto. Its rows are counted, for each combination of `dimensions`. */
  readonly query: string;
  /** Rows above which it fires. @default 0 */
  readonly threshold?: number;
  /** Columns that are looked at value by value, each with an alert of its own: 6 at most. @default - none */
  readonly dimensions?: readonly string[];
  /** How often it is asked: `PT5M` to `P1D`. Azure bills by it. */
  readonly evaluationFrequency: "PT5M" | "PT15M" | "PT1H" | "P1D";
  /** How far back it looks: not less than `evaluationFrequency`, so that no row falls between two. */
  readonly windowDuration: "PT5M" | "PT15M" | "PT1H" | "P1D" | "P2D";
  /**
   * How long it is silent once it has told somebody; the alert then stays until somebody closes it.
   *
   * @default - it resolves by itself once the query counts less
   */
  readonly muteActionsAfterAlertDuration?: "PT1H" | "PT6H" | "P1D";
  /** Whether Azure may save a query whose tables do not exist yet. @default false */
  readonly skipQueryValidation?: boolean;
}

/**
 * Asks the workspace again and again, and tells somebody when rows come back.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
 */
export class QueryAlert extends Construct {
  /** The alert rule itself, for what this class does not offer. */
  public readonly resource: MonitorScheduledQueryRulesAlertV2;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: QueryAlertProps) {
    super(scope, id);
    const problems = new Problems(this);
    checkAlert(problems, props);
    const { dimensions = [], threshold = 0, muteActionsAfterAlertDuration: mute } = props;
    problems.check(dimensions.length <= 6, {
      rule: "dimensions must be 6 at most",
      value: dimensions,
      remedy: "leave out what does not tell who has to act",
    });
    problems.check(Number.isSafeInteger(threshold) && threshold >= 0, {
      rule: "threshold must be a whole number of rows, 0 or more",
      value: threshold,
      remedy: "say how many rows are still normal",
    });
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.resource = new MonitorScheduledQueryRulesAlertV2(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      displayName: props.displayName,
      description: alertText(props),
      severity: props.severity,
      scopes: [props.telemetry.logAnalyticsWorkspaceId],
      evaluationFrequency: props.evaluationFrequency,
      windowDuration: props.windowDuration,
      criteria: [
        {
          query: props.query,
          timeAggregationMethod: "Count",
          operator: "GreaterThan",
          threshold,
          dimension: dimensions.length > 0 ? dimensions.map(everyValue) : undefined,
          failingPeriods: { numberOfEvaluationPeriods: 1, minimumFailingPeriodsToTriggerAlert: 1 },
        },
      ],
      action: { actionGroups: [props.actionGroup.id] },
      // Each excludes the other.
      muteActionsAfterAlertDuration: mute,
      autoMitigationEnabled: mute === undefined,
      skipQueryValidation: props.skipQueryValidation,
      tags: props.tags,
      provider: props.provider,
    });
  }
}

/** Reports what Azure would refuse of an alert rule of any kind. */
export function checkAlert(problems: Problems, props: AlertProps): void {
  problems.checkPattern(props.name, NAME_RULES.alertRule.pattern, {
    rule: `name must be ${NAME_RULES.alertRule.words}`,
    remedy: "shorten or change it",
  });
  checkPlacement(problems, props);
}

/** What the mail says: what happened, and which page helps. */
export function alertText({
  description,
  anchor,
  page = "docs/operations.md",
}: Pick<QueryAlertProps, "description" | "anchor" | "page">): string {
  return `${description} What to do: ${page}#${anchor}`;
}

function everyValue(name: string): MonitorScheduledQueryRulesAlertV2CriteriaDimension {
  return { name, operator: "Include", values: ["*"] };
}

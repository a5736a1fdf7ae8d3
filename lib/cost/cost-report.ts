import { ApplicationInsightsWorkbook } from "@cdktf/provider-azurerm/lib/application-insights-workbook";
import { LogAnalyticsSavedSearch } from "@cdktf/provider-azurerm/lib/log-analytics-saved-search";
import { MonitorScheduledQueryRulesAlertV2 } from "@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { nameBasedUuid } from "../identity";
import type { IActionGroup, ITelemetry } from "../observability";
import { checkPlacement, guardAgainstTemplates, type Placement, terraformLiteral } from "../private";
import { Problems } from "../validation";
import { type CostClient, type CostQueryProps, costStatements } from "./cost-query";
import { checkPriceList } from "./price-list";

/** What the calls of a gateway cost, and who pays. */
export interface CostReportProps extends Placement, CostQueryProps {
  /** Whose workspace has the gateway's records and logs. */
  readonly telemetry: ITelemetry;
  /**
   * Who is told when a client spends faster than its budget allows.
   *
   * @default - nobody: budgets stand in the report only
   */
  readonly actionGroup?: IActionGroup;
}

/** Days by which a month is reckoned when a pace is. */
const DAYS_OF_MONTH = 30;
/** How far back Azure lets the query of an alert look. */
const DAYS_OF_ALERT = 2;
const CATEGORY = "AI gateway";

/** A question about money: how it is called, and what is asked of `spent`. */
interface CostQuestion {
  readonly id: string;
  readonly title: string;
  readonly tail: string;
  /** As workbooks draw it. */
  readonly visualization: "table" | "timechart" | "barchart";
}

const QUESTIONS: readonly CostQuestion[] = [
  {
    id: "cost-by-client",
    title: "Cost by client",
    tail: `spent
| summarize Cost = sum(Cost), PromptTokens = sum(PromptTokens), CompletionTokens = sum(CompletionTokens), Calls = count(),
    Budget = max(Budget) by Client, Owner, CostCentre
| order by Cost desc`,
    visualization: "table",
  },
  {
    id: "cost-by-owner",
    title: "Cost by owner and cost centre",
    tail: `spent
| summarize Cost = sum(Cost), Calls = count() by CostCentre, Owner
| order by Cost desc`,
    visualization: "table",
  },
  {
    id: "cost-by-model",
    title: "Cost by model",
    tail: `spent
| summarize Cost = sum(Cost), PromptTokens = sum(PromptTokens), CompletionTokens = sum(CompletionTokens) by Model, Sku, Deployment
| order by Cost desc`,
    visualization: "table",
  },
  {
    id: "cost-by-day",
    title: "Cost by day and client",
    tail: `spent
| summarize Cost = sum(Cost) by Day, Client
| order by Day asc, Client asc`,
    visualization: "barchart",
  },
  {
    id: "cost-unpriced",
    title: "Calls that no price is known of",
    tail: `spent
| where isnull(Cost)
| summarize Calls = count(), PromptTokens = sum(PromptTokens), CompletionTokens = sum(CompletionTokens) by Deployment
| order by Calls desc`,
    visualization: "table",
  },
];

/**
 * What the calls of a gateway cost: saved queries and a workbook, by client, owner, cost centre, model and day, from
 * audit records and the gateway's log of tokens; and an alert for clients that spend faster than their budgets allow.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-overview
 */
export class CostReport extends Construct {
  /** The workbook itself, for what this class does not offer. */
  public readonly workbook: ApplicationInsightsWorkbook;
  /** Saved queries, in the order of the workbook. */
  public readonly queries: readonly LogAnalyticsSavedSearch[];
  /** The alert about budgets. @default - no client has one, or nobody is to be told */
  public readonly budgetAlert?: MonitorScheduledQueryRulesAlertV2;
  private readonly statements: string;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: CostReportProps) {
    super(scope, id);
    const problems = new Problems(this);
    checkPlacement(problems, props);
    checkPriceList(props.priceList, problems);
    checkClients(props.clients, problems);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.statements = terraformLiteral(costStatements(props));
    this.queries = QUESTIONS.map(
      ({ id: name, title, tail }) =>
        new LogAnalyticsSavedSearch(this, name, {
          name,
          category: CATEGORY,
          displayName: `${title} (${props.priceList.currency})`,
          logAnalyticsWorkspaceId: props.telemetry.logAnalyticsWorkspaceId,
          query: `${this.statements}\n${tail}`,
          provider: props.provider,
        }),
    );
    this.workbook = this.createWorkbook(props);
    const { actionGroup } = props;
    const hasBudgets = props.clients.some(({ monthlyBudget }) => monthlyBudget !== undefined);
    if (actionGroup !== undefined && hasBudgets) {
      this.budgetAlert = this.createBudgetAlert(props, actionGroup);
    }
  }

  private createWorkbook({
    resourceGroupName,
    location,
    tags,
    provider,
    telemetry,
    priceList,
  }: CostReportProps): ApplicationInsightsWorkbook {
    return new ApplicationInsightsWorkbook(this, "Workbook", {
      // Azure asks for a UUID; the same at each synthesis.
      name: nameBasedUuid(`workbook:${this.node.path}`),
      resourceGroupName,
      location,
      displayName: "What the AI gateway costs",
      sourceId: Fn.lower(telemetry.logAnalyticsWorkspaceId),
      dataJson: JSON.stringify({
        version: "Notebook/1.0",
        items: [
          {
            type: 9,
            name: "time",
            content: {
              version: "KqlParameterItem/1.0",
              parameters: [
                {
                  name: "TimeRange",
                  type: 4,
                  label: "Time",
                  value: { durationMs: DAYS_OF_MONTH * 86_400_000 },
                  typeSettings: {
                    selectableValues: [1, 7, 30, 90].map((days) => ({ durationMs: days * 86_400_000 })),
                  },
                },
              ],
            },
          },
          ...QUESTIONS.map(({ id: name, title, tail, visualization }) => ({
            type: 3,
            name,
            content: {
              version: "KqlItem/1.0",
              title: `${title} (${priceList.currency})`,
              query: `${this.statements}\n${tail}`,
              queryType: 0,
              resourceType: "microsoft.operationalinsights/workspaces",
              timeContextFromParameter: "TimeRange",
              visualization,
            },
          })),
        ],
        fallbackResourceIds: [telemetry.logAnalyticsWorkspaceId],
        $schema:
          "https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json",
      }),
      tags,
      provider,
    });
  }

  private createBudgetAlert(
    { resourceGroupName, location, tags, provider, telemetry }: CostReportProps,
    actionGroup: IActionGroup,
  ): MonitorScheduledQueryRulesAlertV2 {
    return new MonitorScheduledQueryRulesAlertV2(this, "budget-alert", {
      name: "budget-pace",
      resourceGroupName,
      location,
      displayName: "A client spends faster than its budget allows",
      description:
        `At the pace of the last ${DAYS_OF_ALERT} days, a month would cost more than the client's budget. See the workbook ` +
        '"What the AI gateway costs", talk to its owner; cut it off if need be: docs/cost.md#budgets',
      severity: 2,
      scopes: [telemetry.logAnalyticsWorkspaceId],
      evaluationFrequency: "PT1H",
      windowDuration: `P${DAYS_OF_ALERT}D`,
      criteria: [
        {
          query: `${this.statements}\n${PACE}`,
          timeAggregationMethod: "Count",
          operator: "GreaterThan",
          threshold: 0,
          dimension: [{ name: "Client", operator: "Include", values: ["*"] }],
          failingPeriods: { numberOfEvaluationPeriods: 1, minimumFailingPeriodsToTriggerAlert: 1 },
        },
      ],
      action: { actionGroups: [actionGroup.id] },
      // Once a day for each client is enough. Excludes autoMitigationEnabled.
      muteActionsAfterAlertDuration: "P1D",
      autoMitigationEnabled: false,
      // Tables may not exist before the gateway has logged anything.
      skipQueryValidation: true,
      tags,
      provider,
    });
  }
}

/** Throughput that is billed by the hour costs the same whatever a client does. */
const PACE = `spent
| where not(Sku has "Provisioned")
| summarize Cost = sum(Cost), Budget = max(Budget) by Client, Owner
| extend MonthAtThisPace = Cost * decimal(${DAYS_OF_MONTH / DAYS_OF_ALERT})
| where isnotnull(Budget) and MonthAtThisPace > Budget
| project Client, Owner, MonthAtThisPace, Budget`;

function checkClients(clients: readonly CostClient[], problems: Problems): void {
  const names = clients.map(({ name }) => name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.add({ rule: "a client is paid for by one owner", value: name, remedy: "remove one" });
  }
  for (const { name, monthlyBudget } of clients) {
    problems.check(monthlyBudget === undefined || (Number.isFinite(monthlyBudget) && monthlyBudget > 0), {
      rule: `monthlyBudget of client '${name}' must be an amount above 0`,
      value: monthlyBudget,
      remedy: "give the amount of a month, or leave it out",
    });
  }
}

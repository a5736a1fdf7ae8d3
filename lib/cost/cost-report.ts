import { ApplicationInsightsWorkbook } from "@cdktf/provider-azurerm/lib/application-insights-workbook";
import { LogAnalyticsSavedSearch } from "@cdktf/provider-azurerm/lib/log-analytics-saved-search";
import type { MonitorScheduledQueryRulesAlertV2 } from "@cdktf/provider-azurerm/lib/monitor-scheduled-query-rules-alert-v2";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { SpendingSource } from "../gateway";
import { type IPrincipal, nameBasedUuid, type RoleGrant } from "../identity";
import { type IActionGroup, type ITelemetry, QueryAlert, workbookDocument } from "../observability";
import type { IModelDeployment, IOpenAiAccount } from "../openai";
import { checkPlacement, guardAgainstTemplates, type Placement, terraformLiteral } from "../private";
import { describeProblem, Problems } from "../validation";
import { type CostClient, type CostQueryProps, costStatements, isPriced } from "./cost-query";
import { checkPriceList } from "./price-list";
import { SPENDING_FUNCTION, SPENDING_PARAMETERS, spendingStatements } from "./spending-function";

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

const DAY_MS = 86_400_000;
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
 * audit records and the gateway's log of tokens; an alert for clients that spend faster than their budgets allow; and
 * a function of what a caller has spent this month, which APIs with `spending` ask.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-overview
 */
export class CostReport extends Construct implements SpendingSource {
  /** The workbook itself, for what this class does not offer. */
  public readonly workbook: ApplicationInsightsWorkbook;
  /** Saved queries, in the order of the workbook. */
  public readonly queries: readonly LogAnalyticsSavedSearch[];
  /** The alert about budgets. @default - no client has one, or nobody is to be told */
  public readonly budgetAlert?: MonitorScheduledQueryRulesAlertV2;
  public readonly functionName = SPENDING_FUNCTION;
  public readonly limitedClients: readonly string[];
  public readonly clientsWithUserBudgets: readonly string[];
  private readonly statements: string;
  private spending?: LogAnalyticsSavedSearch;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: CostReportProps,
  ) {
    super(scope, id);
    const { clients, telemetry, priceList, actionGroup, ownerBudgets = {} } = props;
    const problems = new Problems(this);
    checkPlacement(problems, props);
    checkPriceList(priceList, problems);
    checkBudgets(props, problems);
    problems.throwIfAny();
    guardAgainstTemplates(this);
    const deployments = deploymentsOf(props);
    this.node.addValidation({ validate: () => this.checkLateDeployments(deployments) });

    this.clientsWithUserBudgets = namesOf(clients, (each) => each.monthlyBudgetPerUser !== undefined);
    this.limitedClients = namesOf(
      clients,
      (each) =>
        each.atBudget === "cutOff" ||
        each.monthlyBudgetPerUser !== undefined ||
        ownerBudgets[each.owner] !== undefined,
    );
    this.statements = terraformLiteral(costStatements(props));
    this.queries = QUESTIONS.map(
      ({ id: name, title, tail }) =>
        new LogAnalyticsSavedSearch(this, name, {
          name,
          category: CATEGORY,
          displayName: `${title} (${priceList.currency})`,
          logAnalyticsWorkspaceId: telemetry.logAnalyticsWorkspaceId,
          query: `${this.statements}\n${tail}`,
          provider: props.provider,
        }),
    );
    this.workbook = this.createWorkbook(props);
    const hasBudgets = clients.some(({ monthlyBudget }) => monthlyBudget !== undefined);
    if (actionGroup !== undefined && hasBudgets) {
      this.budgetAlert = this.createBudgetAlert(actionGroup);
    }
  }

  /**
   * Workspace id, the GUID by which it is queried.
   *
   * @throws ValidationError if imported telemetry does not say it
   */
  public get workspaceGuid(): string {
    const { workspaceGuid } = this.props.telemetry;
    if (workspaceGuid === undefined) {
      const problems = new Problems(this);
      problems.add({
        rule: "APIs that ask for spending need the workspace id of the telemetry",
        remedy: "give workspaceGuid to Telemetry.fromTelemetryAttributes()",
      });
      problems.throwIfAny();
    }
    return workspaceGuid ?? "";
  }

  /** The function that policies ask. Made once somebody does: without, nothing of it is there. */
  public get resource(): LogAnalyticsSavedSearch {
    this.spending ??= new LogAnalyticsSavedSearch(this, "spending", {
      name: "spending",
      category: CATEGORY,
      displayName: `What a caller has spent this month (${this.props.priceList.currency})`,
      logAnalyticsWorkspaceId: this.props.telemetry.logAnalyticsWorkspaceId,
      functionAlias: SPENDING_FUNCTION,
      functionParameters: [...SPENDING_PARAMETERS],
      query: terraformLiteral(spendingStatements(this.props)),
      provider: this.props.provider,
    });
    return this.spending;
  }

  public hasPrice(account: IOpenAiAccount, deployment: IModelDeployment): boolean {
    return isPriced(this.props, account, deployment.name);
  }

  /** The texts of queries are written once. */
  private checkLateDeployments(known: readonly string[]): string[] {
    const problems = new Problems(this);
    const late = deploymentsOf(this.props).filter((name) => !known.includes(name));
    problems.check(late.length === 0, {
      rule: "deployments must be added to accounts before the report is made",
      value: late,
      remedy: "move addDeployment() before the report",
    });
    return problems.all.map(describeProblem);
  }

  public grantQuery(principal: IPrincipal): RoleGrant {
    return this.props.telemetry.grantQuery(principal);
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
      dataJson: workbookDocument({
        timeName: "time",
        durationsMs: [1, 7, 30, 90].map((days) => days * DAY_MS),
        durationMs: DAYS_OF_MONTH * DAY_MS,
        charts: QUESTIONS.map(({ id: name, title, tail, visualization }) => ({
          name,
          title: `${title} (${priceList.currency})`,
          query: `${this.statements}\n${tail}`,
          visualization,
        })),
      }),
      tags,
      provider,
    });
  }

  private createBudgetAlert(actionGroup: IActionGroup): MonitorScheduledQueryRulesAlertV2 {
    const { resource } = new QueryAlert(this, "budget-alert", {
      ...this.props,
      actionGroup,
      name: "budget-pace",
      displayName: "A client spends faster than its budget allows",
      description:
        `At the pace of the last ${DAYS_OF_ALERT} days, a month would cost more than the client's budget. See the workbook ` +
        '"What the AI gateway costs", talk to its owner; cut it off if need be.',
      page: "docs/cost.md",
      anchor: "budgets",
      severity: 2,
      query: `${this.statements}\n${PACE}`,
      dimensions: ["Client"],
      evaluationFrequency: "PT1H",
      windowDuration: `P${DAYS_OF_ALERT}D`,
      // Once a day for each client is enough.
      muteActionsAfterAlertDuration: "P1D",
      // Tables may not exist before the gateway has logged anything.
      skipQueryValidation: true,
    });
    return resource;
  }
}

/** Throughput that is billed by the hour costs the same whatever a client does. */
const PACE = `spent
| where not(Sku contains "Provisioned")
| summarize Cost = sum(Cost), Budget = max(Budget) by Client, Owner
| extend MonthAtThisPace = Cost * decimal(${DAYS_OF_MONTH / DAYS_OF_ALERT})
| where isnotnull(Budget) and MonthAtThisPace > Budget
| project Client, Owner, MonthAtThisPace, Budget`;

function deploymentsOf({ accounts }: CostQueryProps): readonly string[] {
  return accounts.flatMap(({ node, deployments }) =>
    deployments.map(({ name }) => `${name} at ${node.path}`),
  );
}

function namesOf(
  clients: readonly CostClient[],
  applies: (client: CostClient) => boolean,
): readonly string[] {
  return clients.filter(applies).map(({ name }) => name);
}

function checkBudgets({ clients, ownerBudgets = {} }: CostReportProps, problems: Problems): void {
  const names = clients.map(({ name }) => name);
  for (const name of new Set(names.filter((each, index) => names.indexOf(each) !== index))) {
    problems.add({ rule: "a client is paid for by one owner", value: name, remedy: "remove one" });
  }
  for (const { name, monthlyBudget, monthlyBudgetPerUser, atBudget } of clients) {
    checkAmount(`monthlyBudget of client '${name}'`, monthlyBudget, problems);
    checkAmount(`monthlyBudgetPerUser of client '${name}'`, monthlyBudgetPerUser, problems);
    problems.check(atBudget !== "cutOff" || monthlyBudget !== undefined, {
      rule: `client '${name}' is cut off at a budget that it does not have`,
      value: atBudget,
      remedy: "give monthlyBudget, or leave atBudget out",
    });
  }
  for (const [owner, budget] of Object.entries(ownerBudgets)) {
    checkAmount(`budget of owner '${owner}'`, budget, problems);
    problems.check(
      clients.some((client) => client.owner === owner),
      {
        rule: "ownerBudgets must name owners of clients",
        value: owner,
        remedy: `write it as one of ${[...new Set(clients.map((client) => client.owner))].join(", ")}`,
      },
    );
  }
}

function checkAmount(what: string, amount: number | undefined, problems: Problems): void {
  problems.check(amount === undefined || (Number.isFinite(amount) && amount > 0), {
    rule: `${what} must be an amount above 0`,
    value: amount,
    remedy: "give the amount of a month, or leave it out",
  });
}

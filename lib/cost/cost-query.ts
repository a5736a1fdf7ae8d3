import { AUDIT_MESSAGE } from "../gateway";
import type { IOpenAiAccount } from "../openai";
import type { ModelPrice, PriceList } from "./price-list";

/** Who pays for a client of the gateway. */
export interface CostClient {
  /** Name of the client, as audit records have it. */
  readonly name: string;
  /** Team that answers for it. */
  readonly owner: string;
  /** Who pays. */
  readonly costCentre: string;
  /** Amount for a calendar month in UTC, in the currency of the price list. @default - none */
  readonly monthlyBudget?: number;
  /**
   * What happens when the month's spending has reached `monthlyBudget`. `alert`: whoever watches costs was told on the
   * way there. `cutOff`: the client's requests to models are refused besides, on APIs with `spending`, until the month is
   * over.
   *
   * @default "alert"
   */
  readonly atBudget?: "alert" | "cutOff";
  /**
   * Amount for a calendar month of each user that a token names, after which that user's requests are refused, on APIs
   * with `spending`. @default - none
   */
  readonly monthlyBudgetPerUser?: number;
}

/** What calls may cost, and for whom. */
export interface CostQueryProps {
  /** Accounts whose deployments answer. */
  readonly accounts: readonly IOpenAiAccount[];
  /** Clients with their owners; calls of others are nobody's. */
  readonly clients: readonly CostClient[];
  /** What models cost. */
  readonly priceList: PriceList;
  /**
   * Amounts for a calendar month of all clients of an owner together, by owner, after which requests of each of them are
   * refused, on APIs with `spending`. @default - none
   */
  readonly ownerBudgets?: Readonly<Record<string, number>>;
}

/** Part of the records that a query is about. */
export interface CostScope {
  /** Kusto: records from this moment on. @default - the time range of whoever asks */
  readonly since?: string;
  /** Kusto: names of the only clients that matter. @default - everybody */
  readonly clients?: string;
}

const FOREVER = "9999-12-31";
const EVER = "2000-01-01";

/** A deployment of an account with a price, for some time. */
interface PricedDeployment {
  readonly host: string;
  readonly deployment: string;
  readonly model: string;
  readonly sku: string;
  readonly from: string;
  readonly until: string;
  readonly price: ModelPrice;
  /** Provisioned throughput units. */
  readonly units: number;
}

/**
 * Statements of Kusto that define `spent`: a row for each call that took tokens, with `Day`, `Client`, `Owner`,
 * `CostCentre`, `Budget`, `Deployment`, `Model`, `Sku`, `PromptTokens`, `CompletionTokens` and `Cost`, a decimal number
 * that is null where the answering host has no price, and `User`, who is `<issuer>#<id>` as policies ask for. Throughput that is billed by the hour costs its day, in shares of
 * the tokens of that day.
 *
 * What answered is the host of the log's last call, which retries and pools leave there; an answer that was kept has none,
 * and costs nothing.
 *
 * Tokens that a model still knew of an earlier prompt stand in audit records of APIs with `spending`, but for streams:
 * where they are not known, they have the price of new ones, so that sums are never too low.
 */
export function costStatements(props: CostQueryProps, scope: CostScope = {}): string {
  return [
    table(
      "clients",
      { Client: "string", Owner: "string", CostCentre: "string", Budget: "decimal" },
      props.clients.map(({ name, owner, costCentre, monthlyBudget }) => [
        text(name),
        text(owner),
        text(costCentre),
        amountOrNone(monthlyBudget),
      ]),
    ),
    ...callStatements(props, scope),
  ].join("\n");
}

function callStatements(props: CostQueryProps, { since, clients }: CostScope): readonly string[] {
  const priced = pricedDeployments(props);
  const byToken = priced.filter(({ price }) => price.unitPerHour === undefined);
  const byHour = priced.filter(({ price }) => price.unitPerHour !== undefined);
  const from = (slack: string): string =>
    since === undefined ? "" : `\n| where TimeGenerated >= ${since}${slack}`;
  // Rows of one call are not written at one moment.
  const fromBefore = from(" - 1h").replace("\n", "\n    ");
  return [
    table(
      "prices",
      {
        Host: "string",
        Deployment: "string",
        Model: "string",
        Sku: "string",
        From: "datetime",
        Until: "datetime",
        Input: "decimal",
        Output: "decimal",
        CachedInput: "decimal",
      },
      byToken.map((each) => [
        ...priceKey(each),
        amount(each.price.inputPerMillion ?? 0),
        amount(each.price.outputPerMillion ?? 0),
        amount(each.price.cachedInputPerMillion ?? each.price.inputPerMillion ?? 0),
      ]),
    ),
    table(
      "reserved",
      {
        Host: "string",
        Deployment: "string",
        Model: "string",
        Sku: "string",
        From: "datetime",
        Until: "datetime",
        PerDay: "decimal",
      },
      byHour.map((each) => [...priceKey(each), amount((each.price.unitPerHour ?? 0) * each.units * 24)]),
    ),
    `let calls = AppTraces${from("")}
| where Message has "${AUDIT_MESSAGE}"${clients === undefined ? "" : `\n| where tostring(Properties.Client) in (${clients})`}
| project Time = TimeGenerated, RequestId = tostring(Properties.RequestId), Client = tostring(Properties.Client),
    User = strcat(tostring(Properties.Issuer), "#", tostring(Properties.User)), Deployment = tolower(tostring(Properties.Deployment)),
    CachedTokens = coalesce(tolong(Properties.CachedTokens), 0)
| join kind=inner (
    ApiManagementGatewayLlmLog${fromBefore}
    | summarize PromptTokens = max(PromptTokens), CompletionTokens = max(CompletionTokens) by CorrelationId
    ) on $left.RequestId == $right.CorrelationId
| join kind=inner (
    ApiManagementGatewayLogs${fromBefore}
    | where isnotempty(BackendUrl)
    | project CorrelationId, Host = tolower(tostring(parse_url(BackendUrl).Host))
    ) on $left.RequestId == $right.CorrelationId
| project Day = startofday(Time), Time, Client, User, Host, Deployment, PromptTokens, CompletionTokens,
    CachedTokens = iff(CachedTokens > PromptTokens, tolong(PromptTokens), CachedTokens);`,
    `let metered = calls
| join kind=inner prices on Host, Deployment
| where Time >= From and Time < Until
| extend Cost = (todecimal(PromptTokens - CachedTokens) * Input + todecimal(CachedTokens) * CachedInput
    + todecimal(CompletionTokens) * Output) / decimal(1000000)
| project Day, Client, User, Deployment, Model, Sku, PromptTokens, CompletionTokens, Cost;`,
    `let shared = calls
| join kind=inner reserved on Host, Deployment
| where Time >= From and Time < Until
| join kind=inner (
    calls
    | summarize TokensOfDay = sum(PromptTokens + CompletionTokens) by Day, Host, Deployment
    ) on Day, Host, Deployment
| extend Cost = iff(TokensOfDay == 0, decimal(0), PerDay * todecimal(PromptTokens + CompletionTokens) / todecimal(TokensOfDay))
| project Day, Client, User, Deployment, Model, Sku, PromptTokens, CompletionTokens, Cost;`,
    `let unpriced = calls
| join kind=leftanti prices on Host, Deployment
| join kind=leftanti reserved on Host, Deployment
| project Day, Client, User, Deployment, Model = "", Sku = "", PromptTokens, CompletionTokens, Cost = decimal(null);`,
    `let spent = union metered, shared, unpriced
| join kind=leftouter clients on Client
| project Day, Client, User, Owner = iff(isempty(Owner), "nobody", Owner), CostCentre = iff(isempty(CostCentre), "none", CostCentre),
    Budget, Deployment, Model, Sku, PromptTokens, CompletionTokens, Cost;`,
  ];
}

/** Whether calls that the deployment of the account answers cost something in these statements. */
export function isPriced(props: CostQueryProps, account: IOpenAiAccount, deployment: string): boolean {
  const host = hostOf(account);
  return pricedDeployments(props).some(
    (each) => each.host === host && each.deployment === deployment.toLowerCase(),
  );
}

/** Each price of each deployment for as long as it holds. */
function pricedDeployments({ accounts, priceList }: CostQueryProps): readonly PricedDeployment[] {
  return accounts.flatMap((account) =>
    account.deployments.flatMap(({ name, model, sku, capacity }) => {
      const own = priceList.prices
        .filter((price) => price.model === model && price.sku === sku)
        .sort((left, right) => (left.from < right.from ? -1 : 1));
      return own.map((price, index) => ({
        host: hostOf(account),
        deployment: name.toLowerCase(),
        model,
        sku,
        from: index === 0 ? EVER : price.from,
        until: own[index + 1]?.from ?? FOREVER,
        price,
        units: capacity,
      }));
    }),
  );
}

function hostOf({ openAiBaseUrl }: IOpenAiAccount): string {
  return new URL(openAiBaseUrl).host.toLowerCase();
}

function priceKey({ host, deployment, model, sku, from, until }: PricedDeployment): readonly string[] {
  return [text(host), text(deployment), text(model), text(sku), `datetime(${from})`, `datetime(${until})`];
}

/** An amount of Kusto, or none. */
export function amountOrNone(value: number | undefined): string {
  return value === undefined ? "decimal(null)" : amount(value);
}

/** A constant table; one without rows has a row that matches nothing, for Kusto takes no empty one. */
export function table(
  name: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly string[])[],
): string {
  const schema = Object.entries(columns).map(([column, type]) => `${column}: ${type}`);
  const nothing = Object.values(columns).map((type) => (type === "string" ? '"none"' : `${type}(null)`));
  const lines = (rows.length > 0 ? rows : [nothing]).map((row) => `  ${row.join(", ")}`);
  return `let ${name} = datatable(${schema.join(", ")}) [\n${lines.join(",\n")}\n];`;
}

/** A string literal of Kusto. */
export function text(value: string): string {
  return `"${value.replace(/[\\"]/g, "\\$&").replace(/\s+/g, " ")}"`;
}

/** Exact: `0.1` is not what a real number makes of it. Prices have up to twelve digits after the point. */
function amount(value: number): string {
  return `decimal(${value.toFixed(12).replace(/\.?0+$/, "")})`;
}

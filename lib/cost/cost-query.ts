import type { IOpenAiAccount } from "../openai";
import { AUDIT_TRACE } from "./audit-trace";
import type { ModelPrice, PriceList } from "./price-list";

/** Who pays for a client of the gateway. */
export interface CostClient {
  /** Name of the client, as audit records have it. */
  readonly name: string;
  /** Team that answers for it. */
  readonly owner: string;
  /** Who pays. */
  readonly costCentre: string;
  /** Amount for a calendar month, in the currency of the price list. @default - none */
  readonly monthlyBudget?: number;
}

/** What calls may cost, and for whom. */
export interface CostQueryProps {
  /** Accounts whose deployments answer. */
  readonly accounts: readonly IOpenAiAccount[];
  /** Clients with their owners; calls of others are nobody's. */
  readonly clients: readonly CostClient[];
  /** What models cost. */
  readonly priceList: PriceList;
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
 * that is null where the answering host has no price. Throughput that is billed by the hour costs its day, in shares of
 * the tokens of that day.
 *
 * What answered is the host of the log's last call, which retries and pools leave there; an answer that was kept has none,
 * and costs nothing.
 */
export function costStatements(props: CostQueryProps): string {
  const priced = pricedDeployments(props);
  const byToken = priced.filter(({ price }) => price.unitPerHour === undefined);
  const byHour = priced.filter(({ price }) => price.unitPerHour !== undefined);
  return [
    table(
      "clients",
      { Client: "string", Owner: "string", CostCentre: "string", Budget: "decimal" },
      props.clients.map(({ name, owner, costCentre, monthlyBudget }) => [
        text(name),
        text(owner),
        text(costCentre),
        monthlyBudget === undefined ? "decimal(null)" : amount(monthlyBudget),
      ]),
    ),
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
      },
      byToken.map((each) => [
        ...priceKey(each),
        amount(each.price.inputPerMillion ?? 0),
        amount(each.price.outputPerMillion ?? 0),
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
    `let calls = AppTraces
| where Message has "${AUDIT_TRACE}"
| project Time = TimeGenerated, RequestId = tostring(Properties.RequestId), Client = tostring(Properties.Client),
    Deployment = tolower(tostring(Properties.Deployment))
| join kind=inner (
    ApiManagementGatewayLlmLog
    | summarize PromptTokens = max(PromptTokens), CompletionTokens = max(CompletionTokens) by CorrelationId
    ) on $left.RequestId == $right.CorrelationId
| join kind=inner (
    ApiManagementGatewayLogs
    | where isnotempty(BackendUrl)
    | project CorrelationId, Host = tolower(tostring(parse_url(BackendUrl).Host))
    ) on $left.RequestId == $right.CorrelationId
| project Day = startofday(Time), Time, Client, Host, Deployment, PromptTokens, CompletionTokens;`,
    `let metered = calls
| join kind=inner prices on Host, Deployment
| where Time >= From and Time < Until
| extend Cost = (todecimal(PromptTokens) * Input + todecimal(CompletionTokens) * Output) / decimal(1000000)
| project Day, Client, Deployment, Model, Sku, PromptTokens, CompletionTokens, Cost;`,
    `let shared = calls
| join kind=inner reserved on Host, Deployment
| where Time >= From and Time < Until
| join kind=inner (
    calls
    | summarize TokensOfDay = sum(PromptTokens + CompletionTokens) by Day, Host, Deployment
    ) on Day, Host, Deployment
| extend Cost = iff(TokensOfDay == 0, decimal(0), PerDay * todecimal(PromptTokens + CompletionTokens) / todecimal(TokensOfDay))
| project Day, Client, Deployment, Model, Sku, PromptTokens, CompletionTokens, Cost;`,
    `let unpriced = calls
| join kind=leftanti prices on Host, Deployment
| join kind=leftanti reserved on Host, Deployment
| project Day, Client, Deployment, Model = "", Sku = "", PromptTokens, CompletionTokens, Cost = decimal(null);`,
    `let spent = union metered, shared, unpriced
| join kind=leftouter clients on Client
| project Day, Client, Owner = iff(isempty(Owner), "nobody", Owner), CostCentre = iff(isempty(CostCentre), "none", CostCentre),
    Budget, Deployment, Model, Sku, PromptTokens, CompletionTokens, Cost;`,
  ].join("\n");
}

/** Each price of each deployment for as long as it holds. */
function pricedDeployments({ accounts, priceList }: CostQueryProps): readonly PricedDeployment[] {
  return accounts.flatMap(({ openAiBaseUrl, deployments }) =>
    deployments.flatMap(({ name, model, sku, capacity }) => {
      const own = priceList.prices
        .filter((price) => price.model === model && price.sku === sku)
        .sort((left, right) => (left.from < right.from ? -1 : 1));
      return own.map((price, index) => ({
        host: new URL(openAiBaseUrl).host.toLowerCase(),
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

function priceKey({ host, deployment, model, sku, from, until }: PricedDeployment): readonly string[] {
  return [text(host), text(deployment), text(model), text(sku), `datetime(${from})`, `datetime(${until})`];
}

/** A constant table; one without rows has a row that matches nothing, for Kusto takes no empty one. */
function table(
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
function text(value: string): string {
  return `"${value.replace(/[\\"]/g, "\\$&").replace(/\s+/g, " ")}"`;
}

/** Exact: `0.1` is not what a real number makes of it. Prices have up to twelve digits after the point. */
function amount(value: number): string {
  return `decimal(${value.toFixed(12).replace(/\.?0+$/, "")})`;
}

import { amountOrNone, type CostQueryProps, costStatements, table, text } from "./cost-query";

/** Name of the function that policies call. */
export const SPENDING_FUNCTION = "AiGatewaySpending";
/** Its parameters, as Log Analytics wants them: the name of a client, and a user of it as `<issuer>#<id>`, `""` for none. */
export const SPENDING_PARAMETERS: readonly string[] = ["Caller:string", "CallerUser:string"];

/**
 * Kusto of a function with the parameters {@link SPENDING_PARAMETERS}: one row with what the caller has taken since the
 * month began, in UTC, what it has spent, its budgets, and in `Over` which of them is used up: `client`, `owner`, `user`
 * or nothing. Throughput that is billed by the hour is not spent by anybody: it costs the same whatever a client does.
 */
export function spendingStatements(props: CostQueryProps): string {
  const { clients, ownerBudgets = {}, priceList } = props;
  return [
    table(
      "budgets",
      {
        Name: "string",
        Team: "string",
        ClientBudget: "decimal",
        UserBudget: "decimal",
        OwnerBudget: "decimal",
      },
      clients.map(({ name, owner, monthlyBudget, atBudget, monthlyBudgetPerUser }) => [
        text(name),
        text(owner),
        amountOrNone(atBudget === "cutOff" ? monthlyBudget : undefined),
        amountOrNone(monthlyBudgetPerUser),
        amountOrNone(ownerBudgets[owner]),
      ]),
    ),
    `let team = toscalar(budgets | where Name == Caller | project Team);
let names = union (budgets | where Team == team | project Name), (print Name = Caller);`,
    costStatements(props, { since: "startofmonth(now())", clients: "names" }),
    `let clientBudget = toscalar(budgets | where Name == Caller | project todouble(ClientBudget));
let userBudget = toscalar(budgets | where Name == Caller | project todouble(UserBudget));
let ownerBudget = toscalar(budgets | where Name == Caller | project todouble(OwnerBudget));
spent
| extend Amount = iff(Sku contains "Provisioned" or isnull(Cost), 0.0, todouble(Cost))
| summarize Requests = countif(Client == Caller), PromptTokens = sumif(PromptTokens, Client == Caller),
    CompletionTokens = sumif(CompletionTokens, Client == Caller), Spent = sumif(Amount, Client == Caller),
    SpentByOwner = sum(Amount), SpentByUser = sumif(Amount, Client == Caller and User == CallerUser)
| project Requests, PromptTokens = coalesce(PromptTokens, 0), CompletionTokens = coalesce(CompletionTokens, 0),
    Spent = coalesce(Spent, 0.0), SpentByOwner = coalesce(SpentByOwner, 0.0), SpentByUser = coalesce(SpentByUser, 0.0)
| extend Budget = clientBudget, OwnerBudget = ownerBudget, UserBudget = iff(CallerUser == "", real(null), userBudget),
    Currency = ${text(priceList.currency)}
| extend Over = case(isnotnull(Budget) and Spent >= Budget, "client",
    isnotnull(OwnerBudget) and SpentByOwner >= OwnerBudget, "owner",
    isnotnull(UserBudget) and SpentByUser >= UserBudget, "user", "")`,
  ].join("\n");
}

import {
  cacheLookupValue,
  cacheStoreValue,
  CallerCacheKey,
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  includeFragment,
  managedIdentityToken,
  type PolicyElement,
  PolicyExpression,
  returnResponse,
  sendRequest,
  setHeader,
  setVariable,
  terraformText,
  when,
} from "../../../policy";
import { CALLER, variable, variableOrEmpty } from "../caller";
import type { CallerLimitValues, ClientTable } from "../client-table";
import type { OpenAiApiDescription, SpendingDescription } from "../openai-api-description";
import { USAGE_GROUP } from "../openai-operation";
import { REFUSAL, verdict } from "../refusal";
import { operationTrait } from "./operation-table";
import { NOW, statusOf } from "./queued-request";
import { ANSWER_HEADERS } from "./response";
import { SPENDS_TOKENS } from "./routing";

/** Where Log Analytics is asked, and for whom tokens must be to ask it. */
const LOG_ANALYTICS = "https://api.loganalytics.io";

/** After so many seconds it is asked again. */
const FRESH_SECONDS = 900;
/** After so many seconds, where it did not answer. Meanwhile nobody else asks. */
const RETRY_SECONDS = 60;
/** Seconds for which one request may be kept waiting by it. */
const CALL_SECONDS = 20;
const DAY_SECONDS = 86_400;

/** Header of answers with what is left of the month's budget, in the currency of the prices. */
export const BUDGET_HEADER = "x-budget-remaining";

const KEY = "spendingKey";
/** JSON: the row, `asOf`, the second in which it was read, `at`, from which its age counts, and `month`. */
const FOUND = "spendingFound";
/** `string`: what is left of the tightest budget. */
const REMAINING = "spendingRemaining";
const TOKEN = "spendingToken";
const ANSWER = "spendingAnswer";

/** C# `string`: the month, in UTC by the gateway's clock. */
const MONTH: CSharp = csharp`context.Timestamp.ToString("yyyy-MM")`;
/** C# `string`: the user, where users of the client have a budget. */
const user = ({ clientsWithUserBudgets }: SpendingDescription): CSharp =>
  csharp`(${csharpStrings(clientsWithUserBudgets)}.Contains(${variable(CALLER.clientId)}) ? ${variableOrEmpty(CALLER.user)} : "")`;

/** Finds out what the caller has spent, where it asks for that, or a budget of it cuts off. */
export function lookUpSpending(api: OpenAiApiDescription): readonly PolicyElement[] {
  const { spending } = api;
  if (!spending) {
    return [];
  }
  const group = operationTrait("group");
  const isLimited = csharp`${csharpStrings(spending.limitedClients)}.Contains(${variable(CALLER.clientId)})`;
  return [
    when(
      spending.limitedClients.length === 0
        ? csharp`${group} == ${USAGE_GROUP}`
        : csharp`${group} == ${USAGE_GROUP} || ${operationTrait("body")} != "none" && ${isLimited}`,
      ...findSpending(api, spending),
    ),
  ];
}

/** Refuses requests for models of callers who have used up a budget, as far as the records tell by now. */
export function limitSpending({
  spending,
  refusalFragmentId,
}: OpenAiApiDescription): readonly PolicyElement[] {
  if (!spending || spending.limitedClients.length === 0) {
    return [];
  }
  return [
    when(
      csharp`${SPENDS_TOKENS} && context.Variables.ContainsKey(${FOUND})`,
      setVariable(
        REFUSAL.verdict,
        PolicyExpression.block(csharp`
          var found = JObject.Parse(${variable(FOUND)});
          switch (${isOfThisMonth(csharp`found`)} ? found["Over"].ToString() : "") {
            case "client": return ${verdict("quota_exceeded", "budget-client")};
            case "owner": return ${verdict("quota_exceeded", "budget-owner")};
            case "user": return ${verdict("quota_exceeded", "budget-user")};
            default: return "";
          }
        `),
      ),
      when(
        csharp`${variable(REFUSAL.verdict)} != ""`,
        // Only now: whoever refuses later reads it as well.
        setVariable(
          REFUSAL.retryAfter,
          PolicyExpression.block(csharp`
            var now = context.Timestamp;
            var next = now.Date.AddDays(1 - now.Day).AddMonths(1);
            return ((int)Math.Ceiling((next - now).TotalSeconds)).ToString();
          `),
        ),
        includeFragment(refusalFragmentId),
      ),
    ),
  ];
}

/** Answers what the caller has used, and what is left to it. Nobody sees what another caller has used. */
export function answerUsage(
  { spending, auditFragmentId }: OpenAiApiDescription,
  table: ClientTable,
): readonly PolicyElement[] {
  if (!spending) {
    return [];
  }
  return [
    when(
      csharp`${operationTrait("group")} == ${USAGE_GROUP}`,
      includeFragment(auditFragmentId),
      returnResponse({
        statusCode: 200,
        headers: [setHeader("Content-Type", "application/json"), ...ANSWER_HEADERS],
        body: PolicyExpression.block(usage(table)),
      }),
    ),
  ];
}

/** Says in answers what is left of the budget, where it was asked for this request. */
export function tellBudget({ spending }: OpenAiApiDescription): readonly PolicyElement[] {
  if (!spending || spending.limitedClients.length === 0) {
    return [];
  }
  return [
    when(
      csharp`${variableOrEmpty(FOUND)} != ""`,
      setVariable(
        REMAINING,
        PolicyExpression.block(csharp`
          var found = JObject.Parse(${variable(FOUND)});
          ${remainingBudget()}
          return left.Type == JTokenType.Null ? "" : left.ToString();
        `),
      ),
      when(
        csharp`${variable(REMAINING)} != ""`,
        setHeader(BUDGET_HEADER, PolicyExpression.of(variable(REMAINING))),
      ),
    ),
  ];
}

/**
 * Fills {@link FOUND}. What is known is kept for its caller; once it is old, one request asks again, and whoever comes
 * meanwhile has what was known. Without an answer the old one stays, and without any, nothing is known.
 */
function findSpending(api: OpenAiApiDescription, spending: SpendingDescription): readonly PolicyElement[] {
  const key = CallerCacheKey.of({
    variable: KEY,
    caller: variable(CALLER.clientId),
    request: [user(spending)],
    body: csharp`"spending"`,
  });
  const keep = cacheStoreValue({ key, value: variable(FOUND), durationSeconds: DAY_SECONDS });
  const known = csharp`JObject.Parse(${variable(FOUND)})`;
  return [
    key.compute(csharp``),
    cacheLookupValue({ key, variable: FOUND }),
    when(
      csharp`!context.Variables.ContainsKey(${FOUND}) || ${NOW} - (long)${known}["at"] >= ${FRESH_SECONDS}
        || ${known}["month"] != null && !${isOfThisMonth(known)}`,
      setVariable(
        FOUND,
        PolicyExpression.block(csharp`
          var found = context.Variables.ContainsKey(${FOUND}) && ${isOfThisMonth(known)} ? ${known} : new JObject();
          found["at"] = ${NOW} - ${FRESH_SECONDS - RETRY_SECONDS};
          return found.ToString(Formatting.None);
        `),
      ),
      keep,
      managedIdentityToken(LOG_ANALYTICS, terraformText(api.managedIdentityClientId), TOKEN, true),
      sendRequest({
        responseVariable: ANSWER,
        url: terraformText(`${LOG_ANALYTICS}/v1/workspaces/${spending.workspaceGuid}/query`),
        method: "POST",
        headers: [
          setHeader("Authorization", PolicyExpression.of(csharp`"Bearer\u0020" + ${variableOrEmpty(TOKEN)}`)),
          setHeader("Content-Type", "application/json"),
        ],
        body: PolicyExpression.block(query(spending)),
        timeout: CALL_SECONDS,
      }),
      when(csharp`${statusOf(ANSWER)} == 200`, setVariable(FOUND, PolicyExpression.block(answered())), keep),
    ),
  ];
}

/** Names go as Base64: whatever an issuer puts into a token, it stays a text. */
function query(spending: SpendingDescription): CSharp {
  const literal = (text: CSharp): CSharp =>
    csharp`"base64_decode_tostring(\"" + Convert.ToBase64String(Encoding.UTF8.GetBytes(${text})) + "\")"`;
  return csharp`
    var call = ${`${spending.functionName}(`} + ${literal(variable(CALLER.clientId))} + "," + ${literal(user(spending))} + ")";
    return new JObject(new JProperty("query", call)).ToString(Formatting.None);
  `;
}

/** The one row, by the names of its columns; the old one where the answer is no such table. */
function answered(): CSharp {
  return csharp`
    try {
      var answer = ((IResponse)context.Variables[${ANSWER}]).Body.As<JObject>();
      var table = answer["tables"][0];
      var columns = (JArray)table["columns"];
      var found = new JObject(
        new JProperty("at", ${NOW}),
        new JProperty("asOf", ${NOW}),
        new JProperty("month", ${MONTH}));
      for (var index = 0; index < columns.Count; index++) {
        found.Add(new JProperty(columns[index]["name"].ToString(), table["rows"][0][index]));
      }
      return answer["error"] == null && found["Over"] != null ? found.ToString(Formatting.None) : ${variable(FOUND)};
    } catch (Exception) {
      return ${variable(FOUND)};
    }
  `;
}

function isOfThisMonth(found: CSharp): CSharp {
  return csharp`(${found}["month"] != null && ${found}["month"].ToString() == ${MONTH})`;
}

/** C# statements: `JToken left`, what is left of the tightest budget of `found`; null where there is none, or not known. */
function remainingBudget(): CSharp {
  const pairs = [
    ["Budget", "Spent"],
    ["OwnerBudget", "SpentByOwner"],
    ["UserBudget", "SpentByUser"],
  ] as const;
  const comparisons = pairs.map(
    ([budget, spent]) => csharp`
      if (known && found[${budget}] != null && found[${budget}].Type != JTokenType.Null) {
        least = Math.Min(least, Math.Max(0, (double)found[${budget}] - (double)found[${spent}]));
      }
    `,
  );
  return csharp`
    var known = ${isOfThisMonth(csharp`found`)};
    var least = double.MaxValue;
    ${csharpJoin(comparisons, "\n")}
    JToken left = least == double.MaxValue ? new JValue((object)null) : new JValue(Math.Round(least, 4));
  `;
}

/** Members that are not known are null; before the records of a call are there, it is not in the sums. */
function usage({ limits }: ClientTable): CSharp {
  const fact = (name: string): CSharp => csharp`(known ? found[${name}] : null)`;
  const amount = (name: string): CSharp =>
    csharp`(known && found[${name}].Type != JTokenType.Null ? new JValue(Math.Round((double)found[${name}], 4)) : null)`;
  return csharp`
    var found = JObject.Parse(${variable(FOUND)});
    ${remainingBudget()}
    return new JObject(
      new JProperty("object", "usage"),
      new JProperty("client", ${variable(CALLER.clientId)}),
      new JProperty("month", ${MONTH}),
      new JProperty("as_of", ${fact("asOf")}),
      new JProperty("requests", ${fact("Requests")}),
      new JProperty("prompt_tokens", ${fact("PromptTokens")}),
      new JProperty("completion_tokens", ${fact("CompletionTokens")}),
      new JProperty("currency", ${fact("Currency")}),
      new JProperty("spent", ${amount("Spent")}),
      new JProperty("budget", ${amount("Budget")}),
      new JProperty("budget_remaining", left),
      new JProperty("limits", JObject.Parse(${limitsOfCaller(limits)}))).ToString(Formatting.None);
  `;
}

/** C# `string`: JSON of the caller's limits. */
function limitsOfCaller(limits: readonly CallerLimitValues[]): CSharp {
  const json = ({
    requestsPerMinute,
    tokensPerMinute,
    tokenQuota,
    tokenQuotaPeriod,
  }: CallerLimitValues): string =>
    JSON.stringify({
      requests_per_minute: requestsPerMinute,
      tokens_per_minute: tokensPerMinute,
      token_quota: tokenQuota,
      token_quota_period: tokenQuotaPeriod?.toLowerCase(),
    });
  const [ofApi, ...others] = limits;
  return others.reduce<CSharp>(
    (rest, each, index) =>
      csharp`(${variable(CALLER.limits)} == ${String(index + 1)} ? ${json(each)} : ${rest})`,
    csharp`${ofApi ? json(ofApi) : "{}"}`,
  );
}

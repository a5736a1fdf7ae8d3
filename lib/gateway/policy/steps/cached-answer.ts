import {
  cacheLookupValue,
  cacheStoreValue,
  CallerCacheKey,
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  emitMetric,
  includeFragment,
  type PolicyElement,
  PolicyExpression,
  returnResponse,
  setHeader,
  setVariable,
  when,
} from "../../../policy";
import { CALLER, REQUEST_TEXT, ROUTE, variable, variableOrEmpty } from "../caller";
import type { AnswerCacheDescription, OpenAiApiDescription } from "../openai-api-description";
import { METRIC_NAMESPACE } from "../refusal-fragment";
import { describeCaller } from "./caller-description";
import { operationTrait } from "./operation-table";
import { BODY } from "./request-body";
import { ANSWER_HEADERS } from "./response";

/** Says whether an answer was kept before (`hit`) or could have been (`miss`). */
const CACHE_HEADER = "x-ai-gateway-cache";

/** Who is given an answer again: a group of clients, or one user of one client. */
const SHARER = "answerSharer";
const KEY = "answerKey";
/** What was found: JSON with the answer, its tokens and the second in which it was kept. */
const FOUND = "answerFound";
/** The same, about to be kept; `""` if it must not be. */
const KEPT = "answerKept";

/** Operations whose answers are whole, and depend on nothing but the request. */
const GROUPS = ["chat", "completions", "embeddings"];
/** Members with which an answer is a step of something larger, or depends on more than the request. */
const UNSHARED_MEMBERS = ["tools", "functions", "web_search_options", "data_sources", "dataSources", "audio"];
/** Longer answers are asked for again: the cache of the smallest tier has 10 MB. */
const MAX_ANSWER_CHARACTERS = 262_144;
/** White space between the members of strict JSON, and each string, which stays. */
const BETWEEN_MEMBERS = csharp`"(\"[^\"\\\\]*(?:\\\\.[^\"\\\\]*)*\")|[\u0020\\t\\r\\n]+"`;

const SECONDS: CSharp = csharp`(context.Timestamp.Ticks / 10000000L)`;

function keyOf({ apiName }: OpenAiApiDescription): CallerCacheKey {
  return CallerCacheKey.of({
    variable: KEY,
    caller: variable(SHARER),
    request: [
      csharp`${apiName}`,
      csharp`context.Operation.Id`,
      variable(ROUTE.deployment),
      csharp`context.Request.Url.Query.GetValueOrDefault("api-version", "")`,
    ],
    body: csharp`Regex.Replace(${variable(REQUEST_TEXT)}, ${BETWEEN_MEMBERS}, "$1")`,
  });
}

/**
 * Answers with what the same caller was answered before. After everything that could refuse the request, and before
 * what it would spend: a hit takes no tokens of anybody.
 */
export function answerFromCache(api: OpenAiApiDescription): readonly PolicyElement[] {
  const { cache } = api;
  if (!cache) {
    return [];
  }
  const key = keyOf(api);
  return [
    when(
      csharp`${csharpStrings(GROUPS)}.Contains(${operationTrait("group")}) && ${operationTrait("body")} == "json"`,
      setVariable(SHARER, PolicyExpression.block(sharer(cache))),
      key.compute(unlessShared(cache)),
      when(
        csharp`${key.value} != "" && !${cacheControl("no-cache")}`,
        cacheLookupValue({ key, variable: FOUND }),
        when(csharp`context.Variables.ContainsKey(${FOUND})`, ...giveAgain(api)),
      ),
    ),
  ];
}

/** Keeps an answer that says everything that was asked for, and nothing that a filter stopped. */
export function keepAnswer(api: OpenAiApiDescription): readonly PolicyElement[] {
  const { cache } = api;
  if (!cache) {
    return [];
  }
  const key = keyOf(api);
  return [
    when(
      csharp`${key.value} != ""`,
      setHeader(CACHE_HEADER, "miss"),
      setVariable(KEPT, PolicyExpression.block(entry())),
      when(
        csharp`${variable(KEPT)} != ""`,
        cacheStoreValue({ key, value: variable(KEPT), durationSeconds: cache.durationSeconds }),
      ),
    ),
  ];
}

/** A registered client shares with its group; every other caller with nobody, not even another user of its client. */
function sharer({ sharedBy }: AnswerCacheDescription): CSharp {
  const groups = Object.entries(sharedBy).sort(([left], [right]) => (left < right ? -1 : 1));
  const cases = groups.map(
    ([group, clients]) =>
      csharp`${csharpJoin(
        [...clients].sort().map((client) => csharp`case ${client}:`),
        "\n",
      )} return ${`group/${group}`};`,
  );
  const own = csharp`return "caller/" + Uri.EscapeDataString(${variable(CALLER.clientId)}) + "/"
    + Uri.EscapeDataString(${variableOrEmpty(CALLER.userId)});`;
  return cases.length === 0
    ? own
    : csharp`
        switch (${variable(CALLER.clientId)}) {
          ${csharpJoin(cases, "\n")}
          default: ${own}
        }
      `;
}

function unlessShared({ onlyAtTemperatureZero }: AnswerCacheDescription): CSharp {
  const deterministic = csharp`
    if (${operationTrait("group")} != "embeddings"
      && (body["temperature"] == null || !Regex.IsMatch(body["temperature"].ToString(), "^0([.]0+)?\\z"))) {
      return "";
    }
  `;
  return csharp`
    var body = (JObject)context.Variables[${BODY}];
    if (${cacheControl("no-store")}
      || (body["stream"] != null && body["stream"].ToString() == "True")
      || (body["store"] != null && body["store"].ToString() == "True")
      || ${csharpStrings(UNSHARED_MEMBERS)}.Any(name =>
        body[name] != null && body[name].Type != JTokenType.Null)) {
      return "";
    }
    ${onlyAtTemperatureZero ? deterministic : csharp``}
  `;
}

/** C# `bool`: a directive of the client's (RFC 9111 section 5.2.1). */
function cacheControl(directive: "no-store" | "no-cache"): CSharp {
  return csharp`context.Request.Headers.GetValueOrDefault("Cache-Control", "").ToLowerInvariant().Contains(${directive})`;
}

function giveAgain({
  auditFragmentId,
}: Pick<OpenAiApiDescription, "auditFragmentId">): readonly PolicyElement[] {
  const found = (member: string): CSharp =>
    csharp`JObject.Parse((string)context.Variables[${FOUND}])[${member}]`;
  return [
    emitMetric({
      name: "Tokens Saved",
      namespace: METRIC_NAMESPACE,
      value: csharp`(double)${found("tokens")}`,
      dimensions: [
        { name: "API", value: csharp`context.Api.Id` },
        { name: "Operation", value: csharp`context.Operation.Id` },
        { name: "Client", value: variable(CALLER.clientId) },
        { name: "Deployment", value: variable(ROUTE.deployment) },
      ],
    }),
    setVariable(ROUTE.cache, "hit"),
    includeFragment(auditFragmentId),
    returnResponse({
      statusCode: 200,
      headers: [
        setHeader("Content-Type", "application/json"),
        setHeader(CACHE_HEADER, "hit"),
        setHeader(
          "Age",
          PolicyExpression.of(csharp`Math.Max(0, ${SECONDS} - (long)${found("at")}).ToString()`),
        ),
        // No account is told who asks: here the log of the answer is.
        ...describeCaller(),
        ...ANSWER_HEADERS,
      ],
      body: PolicyExpression.of(csharp`${found("body")}.ToString()`),
    }),
  ];
}

function entry(): CSharp {
  return csharp`
    if (context.Response.StatusCode != 200
      || !context.Response.Headers.GetValueOrDefault("Content-Type", "").StartsWith("application/json")) {
      return "";
    }
    var text = context.Response.Body.As<string>(preserveContent: true);
    if (text.Length > ${MAX_ANSWER_CHARACTERS}) {
      return "";
    }
    try {
      var answer = JObject.Parse(text);
      var usage = answer["usage"];
      var stopped = answer.Descendants().Where(part => part.Type == JTokenType.Property)
        .Select(part => (JProperty)part)
        .Any(part => (part.Name == "filtered" && part.Value.ToString() == "True")
          || (part.Name == "finish_reason" && part.Value.ToString() == "content_filter")
          || (part.Name == "refusal" && part.Value.Type == JTokenType.String));
      if (stopped || answer["error"] != null || usage == null || usage.Type != JTokenType.Object) {
        return "";
      }
      return new JObject(
        new JProperty("at", ${SECONDS}),
        new JProperty("tokens", usage["total_tokens"] == null ? 0 : (int)usage["total_tokens"]),
        new JProperty("body", text)).ToString();
    } catch (Exception) {
      return "";
    }
  `;
}

import {
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  emitMetric,
  type PolicyElement,
  setHeader,
} from "../../../policy";
import { CALLER, CLIENT_AND_USER, ROUTE, variable } from "../caller";
import type { AnswerCacheDescription } from "../openai-api-description";
import { METRIC_NAMESPACE } from "../refusal-fragment";
import { describeCaller } from "./caller-description";
import { operationTrait } from "./operation-table";
import { BODY } from "./request-body";

/** Says whether an answer was kept before (`hit`) or could have been (`miss`). */
export const CACHE_HEADER = "x-ai-gateway-cache";

/** Who is given an answer again: a group of clients, or one user of one client. */
export const SHARER = "answerSharer";
/** Key of the answer, `""` where it may not be kept. */
export const KEY = "answerKey";

/** Members with which an answer is a step of something larger, or depends on more than the request. */
const UNSHARED_MEMBERS = ["tools", "functions", "web_search_options", "data_sources", "dataSources", "audio"];
/** Longer answers are asked for again: the cache of the smallest tier has 10 MB. */
const MAX_ANSWER_CHARACTERS = 262_144;

/** C# `string`s that tell requests apart which their bodies do not. */
export function askedOf(apiName: string): readonly CSharp[] {
  return [
    csharp`${apiName}`,
    csharp`context.Operation.Id`,
    variable(ROUTE.deployment),
    csharp`context.Request.Url.Query.GetValueOrDefault("api-version", "")`,
  ];
}

/** A registered client shares with its group; every other caller with nobody, not even another user of its client. */
export function sharer({ sharedBy }: Pick<AnswerCacheDescription, "sharedBy">): CSharp {
  const groups = Object.entries(sharedBy).sort(([left], [right]) => (left < right ? -1 : 1));
  const cases = groups.map(
    ([group, clients]) =>
      csharp`${csharpJoin(
        [...clients].sort().map((client) => csharp`case ${client}:`),
        "\n",
      )} return ${`group/${group}`};`,
  );
  const own = csharp`return "caller/" + ${CLIENT_AND_USER};`;
  return cases.length === 0
    ? own
    : csharp`
        switch (${variable(CALLER.clientId)}) {
          ${csharpJoin(cases, "\n")}
          default: ${own}
        }
      `;
}

/** C# statements that declare `body`, and return `""` where the answer depends on more than the request. */
export function unlessShared({
  onlyAtTemperatureZero,
}: Pick<AnswerCacheDescription, "onlyAtTemperatureZero">): CSharp {
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
export function cacheControl(directive: "no-store" | "no-cache"): CSharp {
  return csharp`context.Request.Headers.GetValueOrDefault("Cache-Control", "").ToLowerInvariant().Contains(${directive})`;
}

/**
 * C# statements that return `""` for an answer which is not to be kept: one that is not whole, an error, a refusal,
 * one that a filter stopped.
 *
 * @param kept statement that returns what is kept of `text`, which has used so many `tokens`
 */
export function unlessStopped(kept: CSharp): CSharp {
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
      var tokens = usage["total_tokens"] == null ? 0 : (int)usage["total_tokens"];
      ${kept}
    } catch (Exception) {
      return "";
    }
  `;
}

/** Adds what a hit has saved. @param tokens C# `double` */
export function countSaved(tokens: CSharp): PolicyElement {
  return emitMetric({
    name: "Tokens Saved",
    namespace: METRIC_NAMESPACE,
    value: tokens,
    dimensions: [
      { name: "API", value: csharp`context.Api.Id` },
      { name: "Operation", value: csharp`context.Operation.Id` },
      { name: "Client", value: variable(CALLER.clientId) },
      { name: "Deployment", value: variable(ROUTE.deployment) },
    ],
  });
}

/** Headers of an answer that is given again, beside those that all have. */
export const HIT_HEADERS: readonly PolicyElement[] = [
  setHeader("Content-Type", "application/json"),
  setHeader(CACHE_HEADER, "hit"),
  // No account is told who asks: here the log of the answer is.
  ...describeCaller(),
];

/** C# `long`: the second of the request. */
export const SECONDS: CSharp = csharp`(context.Timestamp.Ticks / 10000000L)`;

import {
  cacheLookupValue,
  cacheStoreValue,
  CallerCacheKey,
  type CSharp,
  csharp,
  csharpStrings,
  includeFragment,
  type PolicyElement,
  PolicyExpression,
  returnResponse,
  setHeader,
  setVariable,
  when,
} from "../../../policy";
import { REQUEST_TEXT, ROUTE, variable } from "../caller";
import type { OpenAiApiDescription } from "../openai-api-description";
import {
  askedOf,
  CACHE_HEADER,
  cacheControl,
  countSaved,
  HIT_HEADERS,
  KEY,
  SECONDS,
  SHARER,
  sharer,
  unlessShared,
  unlessStopped,
} from "./kept-answer";
import { operationTrait } from "./operation-table";
import { ANSWER_HEADERS } from "./response";

/** What was found: JSON with the answer, its tokens and the second in which it was kept. */
const FOUND = "answerFound";
/** The same, as an object. */
const GIVEN = "answerGiven";
/** The same, about to be kept; `""` if it must not be. */
const KEPT = "answerKept";

/** Operations whose answers are whole, and depend on nothing but the request. */
const GROUPS = ["chat", "completions", "embeddings"];
/** White space between the members of strict JSON, and each string, which stays. */
const BETWEEN_MEMBERS = csharp`"(\"[^\"\\\\]*(?:\\\\.[^\"\\\\]*)*\")|[\u0020\\t\\r\\n]+"`;

function keyOf({ apiName }: OpenAiApiDescription): CallerCacheKey {
  return CallerCacheKey.of({
    variable: KEY,
    caller: variable(SHARER),
    request: askedOf(apiName),
    body: csharp`Regex.Replace(${variable(REQUEST_TEXT)}, ${BETWEEN_MEMBERS}, "$1")`,
  });
}

/**
 * Answers with what the same caller was answered before. After everything that could refuse the request, and before
 * what it would spend: a hit takes no tokens of anybody.
 */
export function answerFromCache(api: OpenAiApiDescription): readonly PolicyElement[] {
  const { cache } = api;
  if (cache?.kind !== "exact") {
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
  if (cache?.kind !== "exact") {
    return [];
  }
  const key = keyOf(api);
  return [
    when(
      csharp`${key.value} != ""`,
      setHeader(CACHE_HEADER, "miss"),
      setVariable(KEPT, PolicyExpression.block(unlessStopped(entry()))),
      when(
        csharp`${variable(KEPT)} != ""`,
        cacheStoreValue({ key, value: variable(KEPT), durationSeconds: cache.durationSeconds }),
      ),
    ),
  ];
}

function giveAgain({
  auditFragmentId,
}: Pick<OpenAiApiDescription, "auditFragmentId">): readonly PolicyElement[] {
  const given = (member: string): CSharp => csharp`((JObject)context.Variables[${GIVEN}])[${member}]`;
  return [
    setVariable(GIVEN, PolicyExpression.of(csharp`JObject.Parse(${variable(FOUND)})`)),
    countSaved(csharp`(double)${given("tokens")}`),
    setVariable(ROUTE.cache, "hit"),
    includeFragment(auditFragmentId),
    returnResponse({
      statusCode: 200,
      headers: [
        ...HIT_HEADERS,
        setHeader(
          "Age",
          PolicyExpression.of(csharp`Math.Max(0, ${SECONDS} - (long)${given("at")}).ToString()`),
        ),
        ...ANSWER_HEADERS,
      ],
      body: PolicyExpression.of(csharp`${given("body")}.ToString()`),
    }),
  ];
}

function entry(): CSharp {
  return csharp`
    return new JObject(
      new JProperty("at", ${SECONDS}),
      new JProperty("tokens", tokens),
      new JProperty("body", text)).ToString();
  `;
}

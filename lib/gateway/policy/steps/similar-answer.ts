import {
  CallerCacheKey,
  type CSharp,
  csharp,
  llmSemanticCacheLookup,
  llmSemanticCacheStore,
  type PolicyElement,
  PolicyExpression,
  setHeader,
  setVariable,
  when,
} from "../../../policy";
import { ROUTE, variable } from "../caller";
import type { OpenAiApiDescription, SemanticCacheDescription } from "../openai-api-description";
import {
  askedOf,
  CACHE_HEADER,
  cacheControl,
  countSaved,
  HIT_HEADERS,
  KEY,
  SHARER,
  sharer,
  unlessShared,
  unlessStopped,
} from "./kept-answer";
import { operationTrait } from "./operation-table";

/** Tokens of the answer, `""` if it must not be kept. */
const KEPT = "answerKept";
/** `double`: tokens of an answer that is given again. */
const SAVED = "answerTokens";

/**
 * C# `bool`: the backend section has run, so that the answer is new. What runs of outbound after a hit is written down
 * for a store at the top of the section only, and not by Microsoft: everything here is right whether it is all of
 * outbound, what follows the store, or what follows the policy that the store stands in.
 */
const IS_NEW: CSharp = csharp`context.Variables.ContainsKey(${ROUTE.tries})`;

/**
 * Runs of what embeddings tell apart: words with the blanks between them, and marks of a sentence that no digit follows.
 * What is left of a question are its numbers, with sign, separators and unit: -5 is not 5, and 1.5 is not 15.
 */
const WORDS = csharp`"(?:[\\p{L}\\p{M}\\s]|[?!.,;:'\"()\u2019\u2026-](?!\\s*[0-9]))+"`;

/**
 * Of the body, everything is in the key but the words of the question: system messages, parameters, and the numbers of
 * the question, which embeddings hardly tell apart.
 */
function keyOf({ apiName }: OpenAiApiDescription): CallerCacheKey {
  return CallerCacheKey.of({
    variable: KEY,
    caller: variable(SHARER),
    request: askedOf(apiName),
    body: csharp`rest.ToString()`,
  });
}

/**
 * Answers with what the same caller was answered to a question that means nearly the same. After everything that could
 * refuse the request, and before what it would spend.
 */
export function answerSimilar(api: OpenAiApiDescription): readonly PolicyElement[] {
  const { cache } = api;
  if (cache?.kind !== "semantic") {
    return [];
  }
  const key = keyOf(api);
  const { maxDistance, embeddingsBackendId } = cache;
  return [
    when(
      csharp`${operationTrait("group")} == "chat" && ${operationTrait("body")} == "json"`,
      setVariable(SHARER, PolicyExpression.block(sharer(cache))),
      key.compute(unlessMore(cache)),
      when(csharp`${key.value} != ""`, llmSemanticCacheLookup({ key, maxDistance, embeddingsBackendId })),
    ),
  ];
}

/** Keeps a new answer as {@link keepAnswer} does, and marks, counts and records one that is given again. */
export function keepForSimilar(api: OpenAiApiDescription): readonly PolicyElement[] {
  const { cache } = api;
  if (cache?.kind !== "semantic") {
    return [];
  }
  const key = keyOf(api);
  return [
    when(
      // An answer that was kept must not be kept once more: it would live as long as it is asked for.
      csharp`${key.value} != "" && ${IS_NEW}`,
      setVariable(KEPT, PolicyExpression.block(unlessStopped(csharp`return tokens.ToString();`))),
      when(
        csharp`${variable(KEPT)} != ""`,
        llmSemanticCacheStore({ durationSeconds: cache.durationSeconds }),
      ),
      setHeader(CACHE_HEADER, "miss"),
    ),
    when(
      csharp`${key.value} != "" && !${IS_NEW}`,
      setVariable(SAVED, PolicyExpression.block(tokensOfAnswer())),
      countSaved(csharp`(double)context.Variables[${SAVED}]`),
      setVariable(ROUTE.cache, "hit"),
      ...HIT_HEADERS,
    ),
  ];
}

/**
 * C# statements that declare `rest`, the body without the words of its question. A conversation, a picture or a text
 * that is longer than a question is not cached: the more two requests have in common, the less a difference counts.
 */
function unlessMore(cache: SemanticCacheDescription): CSharp {
  return csharp`
    ${unlessShared(cache)}
    if (${cacheControl("no-cache")}) {
      return "";
    }
    var rest = (JObject)body.DeepClone();
    var messages = rest["messages"] as JArray;
    if (messages == null
      || messages.Any(message => message.Type != JTokenType.Object || message["role"] == null)
      || messages.Count(message => message["role"].ToString() != "system") != 1
      || rest.Descendants().Any(part => part.Type == JTokenType.Date)) {
      return "";
    }
    var question = messages.Last;
    var content = question["content"];
    if (question["role"].ToString() != "user" || content == null || content.Type != JTokenType.String
      || content.ToString().Length > ${cache.maxQuestionCharacters}) {
      return "";
    }
    question["content"] = Regex.Replace(content.ToString(), ${WORDS}, "\u0020");
  `;
}

function tokensOfAnswer(): CSharp {
  return csharp`
    try {
      return (double)JObject.Parse(context.Response.Body.As<string>(preserveContent: true))["usage"]["total_tokens"];
    } catch (Exception) {
      return 0.0;
    }
  `;
}

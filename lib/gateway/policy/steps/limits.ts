import {
  choose,
  type ChooseBranch,
  type CSharp,
  csharp,
  llmEmitTokenMetric,
  llmTokenLimit,
  type PolicyElement,
  PolicyExpression,
  rateLimitByKey,
  setVariable,
  when,
} from "../../../policy";
import { CALLER, QUEUED, ROUTE, variable, variableOrEmpty } from "../caller";
import type { CallerLimitValues, ClientTable } from "../client-table";
import type { OpenAiApiDescription } from "../openai-api-description";
import { REFUSAL } from "../refusal";
import { METRIC_NAMESPACE } from "../refusal-fragment";
import { IS_ON_BEHALF } from "./on-behalf-of";
import { BODY } from "./request-body";
import { SPENDS_TOKENS } from "./routing";

const WINDOW_SECONDS = 60;

/** C# `bool`: whether a verified token says who signed in. */
export const HAS_USER: CSharp = csharp`${variableOrEmpty(CALLER.userId)} != ""`;

/** C# `string`: key of a counter of the caller's user. */
export function ofUser(prefix: string): CSharp {
  return csharp`${prefix} + ${variable(CALLER.clientId)} + "/" + ${variableOrEmpty(CALLER.user)}`;
}

/**
 * Limits of requests of the caller. Every request counts from here on, whatever becomes of it: trying out deployments
 * and bodies costs as much as using them.
 */
export function limitRequests(
  { apiName, queue }: OpenAiApiDescription,
  { limits }: ClientTable,
): readonly PolicyElement[] {
  const limiting = byLimits(limits.map((values, number) => requestLimit(apiName, values, number)));
  // A request that waited was counted when it was accepted.
  return queue && limiting.length > 0 ? [when(csharp`!(${IS_ON_BEHALF})`, ...limiting)] : limiting;
}

/** Limits of tokens of the caller, for requests that spend tokens: once the route is known. */
export function limitTokens(
  { apiName }: OpenAiApiDescription,
  { limits }: ClientTable,
): readonly PolicyElement[] {
  return byLimits(limits.map((values, number) => tokenLimit(apiName, values, number)));
}

/** Bounds what all queued requests of the API take together, so that interactive ones come first. */
export function limitQueuedTokens({ apiName, queue }: OpenAiApiDescription): readonly PolicyElement[] {
  if (!queue) {
    return [];
  }
  return [
    when(
      csharp`${IS_ON_BEHALF} && ${SPENDS_TOKENS}`,
      setVariable(CALLER.tokensOfMinute, String(queue.tokensPerMinute)),
      llmTokenLimit({
        id: "limit-queued-tokens",
        counterKey: csharp`${`queued-tokens/${apiName}/`} + ${variable(QUEUED.worker)}`,
        tokensPerMinute: queue.tokensPerMinute,
        retryAfterVariable: REFUSAL.retryAfter,
        remainingTokensVariable: QUEUED.remainingTokens,
      }),
    ),
  ];
}

/**
 * Refuses a prompt that {@link limitQueuedTokens} could never let through: it would wait until it is past its time. The
 * same policy estimates it, against a counter that no other request has.
 */
export function checkQueuedPrompt({ apiName, queue }: OpenAiApiDescription): readonly PolicyElement[] {
  if (!queue) {
    return [];
  }
  return [
    setVariable(CALLER.tokensOfMinute, String(queue.tokensPerMinute)),
    llmTokenLimit({
      id: "check-queued-prompt",
      counterKey: csharp`${`queued-prompt/${apiName}/`} + ${variable(CALLER.clientId)} + "/" + ${variable(QUEUED.id)}`,
      tokensPerMinute: queue.tokensPerMinute,
      retryAfterVariable: REFUSAL.retryAfter,
      remainingTokensVariable: QUEUED.remainingTokens,
    }),
  ];
}

/** Counts tokens by client and deployment, for cost and capacity. */
export function countTokens({ endpoints = [] }: Pick<OpenAiApiDescription, "endpoints">): PolicyElement {
  return when(
    SPENDS_TOKENS,
    ...(endpoints.length === 0 ? [] : [setVariable(TOKEN_SOURCE, PolicyExpression.block(tokenSource()))]),
    llmEmitTokenMetric({
      namespace: METRIC_NAMESPACE,
      dimensions: [
        { name: "API", value: csharp`context.Api.Id` },
        { name: "Operation", value: csharp`context.Operation.Id` },
        { name: "Client", value: variable(CALLER.clientId) },
        { name: "Deployment", value: variable(ROUTE.deployment) },
        ...(endpoints.length === 0 ? [] : [{ name: "Tokens", value: variable(TOKEN_SOURCE) }]),
      ],
    }),
  );
}

/** `string`: `estimated` or `reported`. */
const TOKEN_SOURCE = "tokenSource";

/**
 * Servers that are not Azure's say what a stream took only if they are asked to, and nobody else knows better than API
 * Management, which then counts by itself.
 */
function tokenSource(): CSharp {
  return csharp`
    var body = (JObject)context.Variables[${BODY}];
    var options = body["stream_options"];
    var isReported = options != null && options.Type == JTokenType.Object && options["include_usage"] != null
      && options["include_usage"].ToString() == "True";
    return body["stream"] != null && body["stream"].ToString() == "True" && !isReported ? "estimated" : "reported";
  `;
}

/**
 * One branch for each distinct set of limits. Counters are keyed on the caller and named after API and limit, so that
 * no two limits share one.
 *
 * @param policies by number of the set; number 0 is the API's own
 */
function byLimits(policies: readonly (readonly PolicyElement[])[]): readonly PolicyElement[] {
  const [ofApi = [], ...ofClients] = policies;
  const branches = ofClients.map((ofClient, index): ChooseBranch => ({
    condition: csharp`${variable(CALLER.limits)} == ${String(index + 1)}`,
    policies: ofClient,
  }));
  const [first, ...others] = branches;
  return first ? [choose([first, ...others], ofApi)] : ofApi;
}

function requestLimit(
  apiName: string,
  { requestsPerMinute, requestsPerMinutePerUser }: CallerLimitValues,
  number: number,
): readonly PolicyElement[] {
  if (requestsPerMinute === undefined) {
    return [];
  }
  // The user's first: what is refused there costs the others nothing.
  return [
    ...(requestsPerMinutePerUser === undefined
      ? []
      : [
          when(
            HAS_USER,
            rateLimitByKey({
              id: `limit-user-requests-${number}`,
              counterKey: ofUser(`user-requests/${apiName}/`),
              calls: requestsPerMinutePerUser,
              renewalPeriodSeconds: WINDOW_SECONDS,
              retryAfterVariable: REFUSAL.retryAfter,
            }),
          ),
        ]),
    rateLimitByKey({
      id: `limit-requests-${number}`,
      counterKey: csharp`${`requests/${apiName}/`} + ${variable(CALLER.clientId)}`,
      calls: requestsPerMinute,
      renewalPeriodSeconds: WINDOW_SECONDS,
      retryAfterVariable: REFUSAL.retryAfter,
    }),
  ];
}

function tokenLimit(
  apiName: string,
  { tokensPerMinute, tokensPerMinutePerUser, tokenQuota, tokenQuotaPeriod }: CallerLimitValues,
  number: number,
): readonly PolicyElement[] {
  if (tokensPerMinute === undefined && tokenQuota === undefined) {
    return [];
  }
  const limit = llmTokenLimit({
    id: `limit-tokens-${number}`,
    counterKey: csharp`${`tokens/${apiName}/`} + ${variable(CALLER.clientId)}`,
    tokensPerMinute,
    tokenQuota,
    tokenQuotaPeriod,
    retryAfterVariable: REFUSAL.retryAfter,
    remainingTokensVariable: CALLER.remainingTokens,
    remainingQuotaVariable: CALLER.remainingQuota,
  });
  if (tokensPerMinute === undefined || tokensPerMinutePerUser === undefined) {
    return [when(SPENDS_TOKENS, limit)];
  }
  const limitOfUser = llmTokenLimit({
    id: `limit-user-tokens-${number}`,
    counterKey: ofUser(`user-tokens/${apiName}/`),
    tokensPerMinute: tokensPerMinutePerUser,
    estimatesPrompt: false,
    retryAfterVariable: REFUSAL.retryAfter,
    remainingTokensVariable: CALLER.remainingTokensOfUser,
  });
  const ofMinute = (tokens: number): PolicyElement => setVariable(CALLER.tokensOfMinute, String(tokens));
  return [
    when(
      SPENDS_TOKENS,
      when(HAS_USER, ofMinute(tokensPerMinutePerUser), limitOfUser),
      ofMinute(tokensPerMinute),
      limit,
    ),
  ];
}

import { csharp } from "../../policy/csharp";
import { choose, when, type ChooseBranch } from "../../policy/elements/choose";
import { llmEmitTokenMetric } from "../../policy/elements/llm-emit-token-metric";
import { llmTokenLimit } from "../../policy/elements/llm-token-limit";
import { rateLimitByKey } from "../../policy/elements/rate-limit-by-key";
import type { PolicyElement } from "../../policy/policy-element";
import { CALLER, ROUTE, variable } from "../caller";
import type { CallerLimitValues, ClientTable } from "../client-table";
import type { OpenAiApiDescription } from "../openai-api-description";
import { REFUSAL } from "../refusal";
import { METRIC_NAMESPACE } from "../refusal-fragment";
import { spendsTokens } from "./routing";

const WINDOW_SECONDS = 60;

/**
 * Limits of the caller, one branch for each distinct set of limits. Counters are keyed on the caller and
 * named after API and limit, so that no two limits share one.
 */
export function limitCaller(
  { apiName }: OpenAiApiDescription,
  { limits }: ClientTable,
): readonly PolicyElement[] {
  const policies = limits.map((values, number) => limitPolicies(apiName, values, number));
  const [ofApi = [], ...ofClients] = policies;
  const branches = ofClients.map((ofClient, index): ChooseBranch => ({
    condition: csharp`${variable(CALLER.limits)} == ${String(index + 1)}`,
    policies: ofClient,
  }));
  const [first, ...others] = branches;
  return first ? [choose([first, ...others], ofApi)] : ofApi;
}

/** Counts tokens by client and deployment, for cost and capacity. */
export function countTokens(): PolicyElement {
  return when(
    spendsTokens,
    llmEmitTokenMetric({
      namespace: METRIC_NAMESPACE,
      dimensions: [
        { name: "API", value: csharp`context.Api.Id` },
        { name: "Operation", value: csharp`context.Operation.Id` },
        { name: "Client", value: variable(CALLER.clientId) },
        { name: "Deployment", value: variable(ROUTE.deployment) },
      ],
    }),
  );
}

function limitPolicies(
  apiName: string,
  { requestsPerMinute, tokensPerMinute, tokenQuota, tokenQuotaPeriod }: CallerLimitValues,
  number: number,
): readonly PolicyElement[] {
  const requests =
    requestsPerMinute === undefined
      ? []
      : [
          rateLimitByKey({
            id: `limit-requests-${number}`,
            counterKey: csharp`${`requests/${apiName}/`} + ${variable(CALLER.clientId)}`,
            calls: requestsPerMinute,
            renewalPeriodSeconds: WINDOW_SECONDS,
            retryAfterVariable: REFUSAL.retryAfter,
          }),
        ];
  if (tokensPerMinute === undefined && tokenQuota === undefined) return requests;
  const tokens = llmTokenLimit({
    id: `limit-tokens-${number}`,
    counterKey: csharp`${`tokens/${apiName}/`} + ${variable(CALLER.clientId)}`,
    tokensPerMinute,
    tokenQuota,
    tokenQuotaPeriod,
    retryAfterVariable: REFUSAL.retryAfter,
    remainingTokensVariable: CALLER.remainingTokens,
  });
  return [...requests, when(spendsTokens, tokens)];
}

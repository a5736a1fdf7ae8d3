import { base, includeFragment, PolicyDocument } from "../../policy";
import { Problems } from "../../validation";
import { ClientTable } from "./client-table";
import type { OpenAiApiDescription } from "./openai-api-description";
import { checkDescription } from "./openai-api-description-rules";
import { authenticate } from "./steps/authentication";
import { authorizeCaller, authorizeOperation } from "./steps/authorization";
import { answerFromCache, keepAnswer } from "./steps/cached-answer";
import { readCachedTokens } from "./steps/cached-tokens";
import { describeCaller } from "./steps/caller-description";
import { deleteCredentials, deletePretendedHeaders, deleteUnlistedHeaders } from "./steps/client-headers";
import { readFormModel } from "./steps/form-model";
import { authenticateToBackend, forwardRouted } from "./steps/forwarding";
import { countTokens, limitQueuedTokens, limitRequests, limitTokens } from "./steps/limits";
import { listModels } from "./steps/model-list";
import { setOperation } from "./steps/operation-table";
import { preparePlannedRoute } from "./steps/planned-route";
import { acceptForQueue } from "./steps/queue-acceptance";
import { answerFromQueue } from "./steps/queue-results";
import { checkRequestBody } from "./steps/request-body";
import { checkEntrance, checkRequest, limitAddresses } from "./steps/request-checks";
import { checkReservation, limitReservation } from "./steps/reservation";
import { dressResponse, refuseErrors } from "./steps/response";
import { backendIds, resolveRoute, setBackend } from "./steps/routing";
import { answerSimilar, keepForSimilar } from "./steps/similar-answer";
import { answerUsage, limitSpending, lookUpSpending, tellBudget } from "./steps/spending";
import { SUBSCRIPTION_KEY_PARAMETERS } from "./subscription-key-parameters";

/**
 * The policy of an Azure OpenAI API: who gets in, to what, how often, and what the model account sees of it.
 *
 * @throws ValidationError with every combination in the description that is illegal or weak
 */
export function openAiApiPolicy(api: OpenAiApiDescription): PolicyDocument {
  const problems = new Problems(api.constructPath);
  checkDescription(api, problems);
  problems.throwIfAny();

  const clients = new ClientTable(api);
  const {
    subscriptionKeyHeader = SUBSCRIPTION_KEY_PARAMETERS.header,
    subscriptionKeyQueryParameter,
    refusalFragmentId,
    auditFragmentId,
  } = api;
  return new PolicyDocument({
    scope: "api",
    inbound: [
      base(),
      // The gateway's own policy, which is inherited, has deleted them already.
      ...(api.ownsGlobalPolicy ? [] : deletePretendedHeaders()),
      setOperation(api.operations),
      ...limitAddresses(api),
      ...checkEntrance(api),
      ...authenticate(api),
      ...authorizeCaller(api, clients),
      ...limitRequests(api, clients),
      ...checkRequest(api),
      ...authorizeOperation(api, clients),
      ...listModels(api, clients),
      ...lookUpSpending(api),
      ...answerUsage(api, clients),
      ...answerFromQueue(api),
      ...checkRequestBody(api),
      ...readFormModel(api),
      ...resolveRoute(api, clients),
      ...checkReservation(api, clients),
      ...limitSpending(api),
      ...acceptForQueue(api),
      ...answerFromCache(api),
      ...answerSimilar(api),
      ...limitQueuedTokens(api),
      ...limitTokens(api, clients),
      ...limitReservation(api, clients),
      countTokens(api),
      ...deleteCredentials(subscriptionKeyHeader, subscriptionKeyQueryParameter),
      ...deleteUnlistedHeaders(api),
      ...preparePlannedRoute(api, [authenticateToBackend(api.managedIdentityClientId)]),
      ...describeCaller(),
      setBackend(backendIds(api)),
    ],
    // Retries live in the global policy. Where that is another team's, inheriting it would forward twice.
    backend: [
      api.ownsGlobalPolicy ? base() : forwardRouted(backendIds(api), api.concurrentCalls, api.endpoints),
    ],
    outbound: [
      base(),
      ...refuseErrors(refusalFragmentId),
      ...keepAnswer(api),
      ...keepForSimilar(api),
      ...dressResponse(api, clients),
      ...readCachedTokens(api),
      ...tellBudget(api),
      includeFragment(auditFragmentId),
    ],
    onError: [base(), includeFragment(refusalFragmentId)],
  });
}

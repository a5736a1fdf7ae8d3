import {
  authenticationManagedIdentity,
  csharp,
  forwardRequest,
  limitConcurrency,
  type PolicyElement,
  PolicyExpression,
  retry,
  setHeader,
  terraformText,
} from "../../../policy";
import { CALLER, CALLER_HEADERS, ROUTE, variable, variableOrEmpty } from "../caller";
import { setBackend } from "./routing";

/** Application id URI of Azure OpenAI, as tokens for it name their audience. */
const AZURE_OPENAI = "https://cognitiveservices.azure.com";

/**
 * Answers that another account may give differently. A 500 is not one: bodies are known that every account answers
 * with it, and whoever sends one would be multiplied.
 */
const ANOTHER_MAY_ANSWER = csharp`context.Response.StatusCode == 429
  || (context.Response.StatusCode >= 502 && context.Response.StatusCode <= 504)`;
/** Where no connection came about, there is no response, or one that the gateway made. */
const NO_CONNECTION = csharp`context.LastError != null && context.LastError.Reason == "BackendConnectionFailure"
  && context.Response.StatusCode == 500`;

/** Seconds before a second retry; the first goes to another account at once. */
const RETRY_INTERVAL_SECONDS = 1;

/** Puts the gateway's identity in the place of the client's. */
export function authenticateToBackend(managedIdentityClientId: string): PolicyElement {
  return authenticationManagedIdentity(AZURE_OPENAI, terraformText(managedIdentityClientId));
}

/**
 * Tells logs behind the gateway whose request this is. Ids are encoded: what an issuer wrote may be anything.
 */
export function describeCaller(): readonly PolicyElement[] {
  return [
    setHeader(
      CALLER_HEADERS.clientId,
      PolicyExpression.of(csharp`Uri.EscapeDataString(${variable(CALLER.clientId)})`),
    ),
    setHeader(
      CALLER_HEADERS.userId,
      PolicyExpression.of(csharp`Uri.EscapeDataString(${variableOrEmpty(CALLER.userId)})`),
    ),
    setHeader(CALLER_HEADERS.method, PolicyExpression.of(variable(CALLER.method))),
    setHeader(CALLER_HEADERS.requestId, PolicyExpression.of(csharp`context.RequestId.ToString()`)),
  ];
}

/**
 * Forwards a routed request. Where an account is overloaded, out of work or cannot be reached, another one is tried:
 * each try picks a member of the pool anew. Nothing is repeated after a time-out, which has used up the caller's
 * patience, or once other response headers have come.
 *
 * @param concurrentCalls calls that one caller may have in flight
 */
export function forwardRouted(backendIds: readonly string[], concurrentCalls: number): PolicyElement {
  return limitConcurrency({
    key: variable(CALLER.clientId),
    maxCount: concurrentCalls,
    policies: [
      retry({
        condition: csharp`((int)context.Variables[${ROUTE.retries}]) > 0
          && (context.LastError == null || context.LastError.Reason != "Timeout")
          && (context.Response == null || ${ANOTHER_MAY_ANSWER} || (${NO_CONNECTION}))`,
        count: PolicyExpression.of(csharp`Math.Max(1, (int)context.Variables[${ROUTE.retries}])`),
        intervalSeconds: RETRY_INTERVAL_SECONDS,
        policies: [
          setBackend(backendIds),
          forwardRequest({
            timeout: PolicyExpression.of(csharp`((int)context.Variables[${ROUTE.timeoutSeconds}])`),
            bufferRequestBody: true,
            bufferResponse: false,
          }),
        ],
      }),
    ],
  });
}

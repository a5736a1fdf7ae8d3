import {
  authenticationManagedIdentity,
  csharp,
  forwardRequest,
  limitConcurrency,
  type PolicyElement,
  PolicyExpression,
  retry,
  setVariable,
  terraformText,
} from "../../../policy";
import { CALLER, ROUTE, variable } from "../caller";
import type { EndpointCall } from "../openai-api-description";
import { AZURE_OPENAI } from "./caller-description";
import { addressAttempt } from "./planned-route";
import { setBackend } from "./routing";

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
 * Forwards a routed request. Where an account is overloaded, out of work or cannot be reached, another one is tried:
 * each try picks a member of the pool anew. Nothing is repeated after a time-out, which has used up the caller's
 * patience, or once other response headers have come.
 *
 * @param concurrentCalls calls that one caller may have in flight
 * @param endpoints backends that are not accounts, for which each try is written anew
 */
export function forwardRouted(
  backendIds: readonly string[],
  concurrentCalls: number,
  endpoints: readonly EndpointCall[] = [],
): PolicyElement {
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
          setVariable(
            ROUTE.tries,
            PolicyExpression.of(csharp`context.Variables.GetValueOrDefault<int>(${ROUTE.tries}, 0) + 1`),
          ),
          ...addressAttempt(endpoints),
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

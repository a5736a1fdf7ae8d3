import { choose, csharp, forwardRequest, includeFragment, PolicyDocument } from "../../policy";
import { ROUTE } from "./caller";
import type { GatewayDescription } from "./openai-api-description";
import { deletePretendedHeaders } from "./steps/client-headers";
import { forwardRouted } from "./steps/forwarding";

/** Wait for APIs that say nothing themselves: what API Management honours at most. */
const DEFAULT_TIMEOUT_SECONDS = 240;

/**
 * The policy of a gateway for all its APIs. Requests that an Azure OpenAI API has routed are retried at other
 * accounts; those of any other API are forwarded as they are, once.
 */
export function gatewayPolicy({
  backendIds,
  endpoints,
  concurrentCalls,
  refusalFragmentId,
}: GatewayDescription): PolicyDocument {
  const forwardOnce = forwardRequest({ timeout: DEFAULT_TIMEOUT_SECONDS });
  return new PolicyDocument({
    scope: "global",
    inbound: deletePretendedHeaders(),
    backend: [
      backendIds.length === 0
        ? forwardOnce
        : choose(
            [
              {
                condition: csharp`context.Variables.ContainsKey(${ROUTE.backend})`,
                policies: [forwardRouted(backendIds, concurrentCalls, endpoints)],
              },
            ],
            [forwardOnce],
          ),
    ],
    outbound: [],
    onError: [includeFragment(refusalFragmentId)],
  });
}

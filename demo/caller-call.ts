import { shapesOf } from "./access-cases";
import type { CredentialSource } from "./credential-source";
import { callGateway, type GatewayCallProps } from "./gateway-call";
import { presentCredentials } from "./presented-credentials";
import { type Caller, type TargetEnvironment, wayTo } from "./target-environment";

/**
 * A caller's usual request, with its credentials.
 *
 * @param different what takes the place of members of the usual request
 * @returns what came of it
 */
export async function callAs(
  environment: TargetEnvironment,
  source: CredentialSource,
  caller: Caller,
  { headers, ...different }: Partial<GatewayCallProps> = {},
): Promise<string> {
  const { api, operation, deployment } = caller;
  return callGateway({
    ...wayTo(environment, api),
    operation,
    deployment,
    shape: shapesOf(api)[0],
    ...different,
    ...(await presentCredentials(source, caller, { headers })),
  });
}

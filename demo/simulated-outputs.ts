import type { StackModel } from "../simulator/model";
import { loadStacks } from "../simulator/terraform";
import type { StackOutputs } from "./deployed-environment";

/**
 * The outputs of a stack as the simulator makes them up: the same in every run.
 *
 * @throws StackLoadError with everything in the stack that cannot be simulated
 */
export async function simulatedOutputs(stackFolder: string): Promise<StackOutputs> {
  return outputsOf(await loadStacks(stackFolder));
}

/** The outputs of a stack that runs in the simulator. */
export function outputsOf({ gateways, applications }: StackModel): StackOutputs {
  const api = applications.find(({ scopes }) => scopes.length > 0);
  const hostNames = gateways[0]?.hostNames ?? [];
  const host = hostNames.find(({ isDefault }) => !isDefault) ?? hostNames[0];
  return {
    gatewayUrl: host && `https://${host.hostName}`,
    scope: api && `${api.identifierUris[0]}/${api.scopes[0]?.value}`,
    publicClientId: applications.find(({ publicClient }) => publicClient)?.clientId,
  };
}

import type { AccessToken, TokenCredential } from "@azure/identity";
import { decodeJwt } from "jose";
import type { Simulation } from "../../../simulator";

/** A user-assigned identity of a simulation's stacks, as the Azure SDKs take it. @param name of the identity */
export function simulatedCredential(simulation: Simulation, name: string): TokenCredential {
  const identity = simulation.model.identities.find((candidate) => candidate.name === name);
  if (identity === undefined) {
    throw new Error(`the stacks have no identity '${name}'`);
  }
  return {
    getToken: async (scopes): Promise<AccessToken> => {
      const [scope = ""] = [scopes].flat();
      const { token } = await simulation.identity
        .tenant(identity.tenantId)
        .managedIdentityToken({ ...identity, resourceId: identity.id }, scope.replace(/\/\.default$/, ""));
      return { token, expiresOnTimestamp: (decodeJwt(token).exp ?? 0) * 1000 };
    },
  };
}

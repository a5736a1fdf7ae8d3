import { randomUUID } from "node:crypto";
import type { Simulation } from "../simulator";
import type { AuthSettings, EnvironmentSettings } from "../stacks/environment-settings";

/** Who issues the tokens that an application outside Azure exchanges, and for whom. */
export const FEDERATION = {
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:contoso/claims:environment:prod",
  audience: "api://AzureADTokenExchange",
} as const;

type EntraIdSettings = Extract<AuthSettings, { kind: "entraId" }>;

/**
 * Registers in the simulated tenants what the settings refer to by id and the stacks do not make: APIs that were
 * registered by hand, and the applications that may call them, as managed identities and with a federated
 * credential. Role assignments are those that the gateway asks for.
 */
export function registerByHand(simulation: Simulation, settings: EnvironmentSettings): void {
  for (const auth of settings.apis.flatMap((api) => entraIdsOf(api.auth))) {
    const principals = new Map((auth.clientApplicationIds ?? []).map((clientId) => [clientId, randomUUID()]));
    registerApi(simulation, auth, [...principals.values()]);
    for (const [clientId, objectId] of principals) {
      registerClient(simulation, auth.tenantId, clientId, objectId);
    }
  }
}

function entraIdsOf(auth: AuthSettings): readonly EntraIdSettings[] {
  if (auth.kind === "anyOf" || auth.kind === "allOf") {
    return auth.of.flatMap(entraIdsOf);
  }
  return auth.kind === "entraId" ? [auth] : [];
}

function registerApi(simulation: Simulation, auth: EntraIdSettings, principalIds: readonly string[]): void {
  const [clientId = ""] = auth.audiences;
  const appRoles = (auth.roles ?? []).map((value) => ({
    id: randomUUID(),
    value,
    memberTypes: ["Application"],
  }));
  simulation.identity.tenant(auth.tenantId).addApplication({
    displayName: "API registered by hand",
    clientId,
    identifierUris: [`api://${clientId}`],
    appRoles,
    scopes: (auth.scopes ?? []).map((value) => ({ id: randomUUID(), value })),
    servicePrincipal: {
      objectId: randomUUID(),
      appRoleAssignmentRequired: true,
      assignedRoles: principalIds.flatMap((principalId) =>
        appRoles.map(({ id }) => ({ principalId, appRoleId: id })),
      ),
    },
  });
}

function registerClient(simulation: Simulation, tenantId: string, clientId: string, objectId: string): void {
  const name = `client ${clientId}`;
  simulation.identity.tenant(tenantId).addApplication({
    displayName: name,
    clientId,
    federatedCredentials: [
      { issuer: FEDERATION.issuer, subject: FEDERATION.subject, audiences: [FEDERATION.audience] },
    ],
    servicePrincipal: { objectId, appRoleAssignmentRequired: false, assignedRoles: [] },
  });
  simulation.identity.managedIdentities.addIdentity({
    id: `/subscriptions/${randomUUID()}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${clientId}`,
    name,
    clientId,
    principalId: objectId,
    tenantId,
  });
}

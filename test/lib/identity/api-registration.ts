import type { TerraformStack } from "cdktf";
import {
  EntraAppRegistration,
  type EntraAppRegistrationProps,
} from "../../../lib/identity/entra-app-registration";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { SynthesizedResource } from "../../support/synthesized-stack";

/** Object id of somebody. */
export const GUID = "11111111-2222-4333-8444-555555555555";
export const SCOPE = { value: "Models.Invoke", displayName: "Call models for the signed-in user" } as const;
export const ROLE = {
  value: "Models.User",
  displayName: "Call models",
  allowedMemberTypes: ["User", "Application"],
} as const;
const PROPS = { displayName: "AI gateway", scopes: [SCOPE], appRoles: [ROLE] };

/** The registration of an API, and its stack. */
export function registration(
  overrides: Partial<EntraAppRegistrationProps> = {},
): [EntraAppRegistration, TerraformStack] {
  const stack = azureStack();
  return [new EntraAppRegistration(stack, "api", { ...PROPS, ...overrides }), stack];
}

/** Resources of the API itself, or of the client with this construct id. */
export function find(stack: TerraformStack, type: string, id = "api"): SynthesizedResource | undefined {
  return synthesizeStack(stack)
    .ofType(`azuread_${type}`)
    .find(({ address }) => new RegExp(`\\.${id}(_[A-Z][A-Za-z]+)?_[0-9A-F]{8}$`).test(address));
}

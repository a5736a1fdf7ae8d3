import type { TerraformStack } from "cdktf";

/**
 * Versions that the constructs are for. The bindings would ask for one version exactly and keep out every later
 * one, with what it mends: azurerm before 4.56 replaces accounts that Azure has upgraded. Which of them a stack is
 * deployed with is for its lock file to say.
 */
const ACCEPTED_VERSIONS = {
  azurerm: ">= 4.55.0, < 5.0.0",
} as const;

/** Accepts a range of versions of the providers that a stack has. */
export function acceptProviderVersions(
  stack: TerraformStack,
  ...providers: readonly (keyof typeof ACCEPTED_VERSIONS)[]
): void {
  for (const name of providers) {
    stack.addOverride(`terraform.required_providers.${name}.version`, ACCEPTED_VERSIONS[name]);
  }
}

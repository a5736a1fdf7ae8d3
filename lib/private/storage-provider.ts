import { TerraformProvider, TerraformStack, Token, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";
import { describeProblem, type Problem } from "../validation";

/** Arguments of a provider under their names in Terraform: whatever class it is of. */
type ProviderArguments = Readonly<Record<string, unknown>>;

/**
 * What the provider of a storage account without keys must be told, as `node.addValidation` wants it: the account takes no keys, and
 * azurerm asks the data plane of an account that it has made, which answers 403 while public networks are closed. The
 * creation then fails, and leaves the account tainted.
 *
 * @param provider of the account @default - the default azurerm provider of its stack
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/features-block#storage
 */
export function storageProviderProblems(
  account: IConstruct,
  publicNetwork: boolean,
  provider: TerraformProvider | undefined = defaultProvider(account),
): string[] {
  if (!provider) {
    return [];
  }
  const { storage_use_azuread, features } = argumentsOf(provider);
  const reachable = block(block(features)?.["storage"])?.["data_plane_available"];
  const found: Problem[] = [];
  if (!publicNetwork && reachable !== false && isKnown(features, reachable)) {
    found.push({
      rule: "the provider of a storage account without public network must not ask its data plane",
      value: provider.node.path,
      remedy: "set features: [{ storage: [{ dataPlaneAvailable: false }] }] on it",
    });
  }
  if (publicNetwork && storage_use_azuread !== true && isKnown(storage_use_azuread)) {
    found.push({
      rule: "the provider of a storage account must prove itself with Entra ID: the account takes no keys",
      value: provider.node.path,
      remedy: "set storageUseAzuread: true on it",
    });
  }
  return found.map(describeProblem);
}

function defaultProvider(scope: IConstruct): TerraformProvider | undefined {
  return TerraformStack.of(scope)
    .node.findAll()
    .filter((each) => TerraformProvider.isTerraformProvider(each))
    .find(({ terraformResourceType, alias }) => terraformResourceType === "azurerm" && alias === undefined);
}

function argumentsOf(provider: TerraformProvider): ProviderArguments {
  const { provider: byType } = provider.toTerraform() as {
    readonly provider: Readonly<Record<string, readonly ProviderArguments[]>>;
  };
  return byType[provider.terraformResourceType]?.[0] ?? {};
}

/** Blocks are written as an object or as a list with one. */
function block(value: unknown): ProviderArguments | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "object" && first !== null ? (first as ProviderArguments) : undefined;
}

/** What only Terraform knows is left to it. */
function isKnown(...values: readonly unknown[]): boolean {
  return !values.some((value) => Token.isUnresolved(value) || Tokenization.isResolvable(value));
}

import { booleanToTerraform, stringToTerraform, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

/**
 * What cdktf needs to know of the provider. The same name on provider and resources lets its validation
 * notice a stack that has the resources but not the provider.
 *
 * @internal
 */
export const AZUREAD_GENERATOR_METADATA = {
  providerName: "azuread",
  providerVersionConstraint: ">= 3.7.0, < 4.0.0",
};

/** How the azuread provider signs in. What is left out comes from `ARM_*` variables, as with azurerm. */
export interface AzureadProviderProps {
  /**
   * Name by which resources choose this provider where a stack has several.
   *
   * @default - the default provider of the stack
   */
  readonly alias?: string;
  /** Tenant of the applications, a GUID. @default - `ARM_TENANT_ID` */
  readonly tenantId?: string;
  /** Client id of the identity that runs Terraform, a GUID. @default - `ARM_CLIENT_ID` */
  readonly clientId?: string;
  /** Whether to sign in with an OIDC token of the pipeline. @default - `ARM_USE_OIDC` */
  readonly useOidc?: boolean;
  /** Whether to sign in with a managed identity. @default - `ARM_USE_MSI` */
  readonly useMsi?: boolean;
  /** Whether to sign in as the user of the Azure CLI. @default - `ARM_USE_CLI` */
  readonly useCli?: boolean;
}

/**
 * The provider hashicorp/azuread: applications and service principals of Entra ID. Written by hand, with what the
 * constructs use, because its prebuilt binding exists for one of the two cores only.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs
 */
export class AzureadProvider extends TerraformProvider {
  /** Name of the provider in Terraform. */
  public static readonly tfResourceType = "azuread";

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: AzureadProviderProps = {},
  ) {
    super(scope, id, {
      terraformResourceType: AzureadProvider.tfResourceType,
      terraformProviderSource: "hashicorp/azuread",
      terraformGeneratorMetadata: AZUREAD_GENERATOR_METADATA,
    });
  }

  /** Rendered by the base class, which also builds references to the provider from it. */
  public override get alias(): string | undefined {
    return this.props.alias;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      tenant_id: stringToTerraform(this.props.tenantId),
      client_id: stringToTerraform(this.props.clientId),
      use_oidc: booleanToTerraform(this.props.useOidc),
      use_msi: booleanToTerraform(this.props.useMsi),
      use_cli: booleanToTerraform(this.props.useCli),
    };
  }
}

import { booleanToTerraform, stringToTerraform, TerraformProvider } from "cdktf";
import type { Construct } from "constructs";

/**
 * What cdktf needs to know of the provider. The same name on provider and resources lets its validation
 * notice a stack that has the resources but not the provider.
 *
 * @internal
 */
export const AZAPI_GENERATOR_METADATA = { providerName: "azapi", providerVersionConstraint: "~> 2.7" };

/** How the azapi provider signs in. What is left out comes from `ARM_*` variables, as with azurerm. */
export interface AzapiProviderProps {
  /**
   * Name by which resources choose this provider where a stack has several.
   *
   * @default - the default provider of the stack
   */
  readonly alias?: string;
  /** Subscription of the resources, a GUID. @default - `ARM_SUBSCRIPTION_ID` */
  readonly subscriptionId?: string;
  /** Tenant, a GUID. @default - `ARM_TENANT_ID` */
  readonly tenantId?: string;
  /** Whether to sign in with an OIDC token of the pipeline. @default - `ARM_USE_OIDC` */
  readonly useOidc?: boolean;
  /** Whether to sign in with a managed identity. @default - `ARM_USE_MSI` */
  readonly useMsi?: boolean;
  /** Whether to sign in as the user of the Azure CLI. @default - `ARM_USE_CLI` */
  readonly useCli?: boolean;
}

/**
 * The provider Azure/azapi: any Azure resource by its REST API. Written by hand, because there is no prebuilt
 * binding for it. Used only where azurerm lacks a resource or property.
 *
 * Source: https://registry.terraform.io/providers/Azure/azapi/latest/docs
 */
export class AzapiProvider extends TerraformProvider {
  /** Name of the provider in Terraform. */
  public static readonly tfResourceType = "azapi";

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: AzapiProviderProps = {},
  ) {
    super(scope, id, {
      terraformResourceType: AzapiProvider.tfResourceType,
      terraformProviderSource: "Azure/azapi",
      terraformGeneratorMetadata: AZAPI_GENERATOR_METADATA,
    });
  }

  /** Rendered by the base class, which also builds references to the provider from it. */
  public override get alias(): string | undefined {
    return this.props.alias;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      subscription_id: stringToTerraform(this.props.subscriptionId),
      tenant_id: stringToTerraform(this.props.tenantId),
      use_oidc: booleanToTerraform(this.props.useOidc),
      use_msi: booleanToTerraform(this.props.useMsi),
      use_cli: booleanToTerraform(this.props.useCli),
    };
  }
}

import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { AZUREAD_GENERATOR_METADATA } from "./azuread-provider";

/** What every azuread resource takes. */
export type AzureadResourceProps = Pick<TerraformMetaArguments, "dependsOn" | "lifecycle" | "provider">;

/**
 * A resource of the provider azuread.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs
 */
export abstract class AzureadResource extends TerraformResource {
  protected constructor(
    scope: Construct,
    id: string,
    terraformResourceType: string,
    { dependsOn, lifecycle, provider }: AzureadResourceProps,
  ) {
    super(scope, id, {
      terraformResourceType,
      terraformGeneratorMetadata: AZUREAD_GENERATOR_METADATA,
      dependsOn,
      lifecycle,
      provider,
    });
  }

  /** Id in Terraform. @returns a token, so that who reads it waits for the resource */
  public get id(): string {
    return this.getStringAttribute("id");
  }
}

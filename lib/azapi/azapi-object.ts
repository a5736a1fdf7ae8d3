import { type TerraformMetaArguments, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { Problems } from "../validation";
import { AZAPI_GENERATOR_METADATA } from "./azapi-provider";
import { checkType } from "./request-body";

/** What both kinds of azapi resource take. */
export interface AzapiObjectProps extends Pick<
  TerraformMetaArguments,
  "dependsOn" | "lifecycle" | "provider"
> {
  /** Resource type and API version, such as `Microsoft.ApiManagement/service/backends@2024-05-01`. */
  readonly type: string;
  /** Ids that one azapi resource at a time may hold. azurerm does not know these locks. @default - none */
  readonly locks?: readonly string[];
}

/**
 * An object of the REST API that Terraform writes through azapi.
 *
 * Source: https://registry.terraform.io/providers/Azure/azapi/latest/docs
 */
export abstract class AzapiObject extends TerraformResource {
  /** @throws ValidationError if `type` has no API version */
  protected constructor(
    scope: Construct,
    id: string,
    terraformResourceType: string,
    { type, dependsOn, lifecycle, provider }: AzapiObjectProps,
  ) {
    const problems = new Problems(scope, id);
    checkType(problems, type);
    problems.throwIfAny();
    super(scope, id, {
      terraformResourceType,
      terraformGeneratorMetadata: AZAPI_GENERATOR_METADATA,
      dependsOn,
      lifecycle,
      provider,
    });
  }

  /** ARM id. @returns a token, so that who reads it waits for the write */
  public get id(): string {
    return this.getStringAttribute("id");
  }
}

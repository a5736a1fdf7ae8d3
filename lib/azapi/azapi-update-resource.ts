import { TerraformResource, type TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import { Problems } from "../private/problems";
import { AZAPI_GENERATOR_METADATA } from "./azapi-provider";
import { checkType, withoutNulls, type AzapiBody } from "./request-body";

export interface AzapiUpdateResourceProps extends Pick<
  TerraformMetaArguments,
  "dependsOn" | "lifecycle" | "provider"
> {
  /** Resource type and API version, such as `Microsoft.ApiManagement/service/loggers@2024-05-01`. */
  readonly type: string;
  /** ARM id of the resource that exists. */
  readonly resourceId: string;
  /**
   * Properties to set, under their ARM names. `undefined` and `null` are left out; the others keep their
   * value.
   */
  readonly body: AzapiBody;
  /** Ids that one azapi resource at a time may hold. azurerm does not know these locks. @default - none */
  readonly locks?: readonly string[];
}

/**
 * Sets properties of a resource that exists already: one that Azure makes by itself, or one of azurerm that
 * lacks them. Removing this construct changes nothing in Azure: the last values stay.
 *
 * Source: https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/update_resource
 */
export class AzapiUpdateResource extends TerraformResource {
  public static readonly tfResourceType = "azapi_update_resource";

  private readonly props: AzapiUpdateResourceProps;

  /** @throws ValidationError if `type` has no API version */
  public constructor(scope: Construct, id: string, props: AzapiUpdateResourceProps) {
    const problems = new Problems(scope, id);
    checkType(problems, props.type);
    problems.throwIfAny();
    super(scope, id, {
      terraformResourceType: AzapiUpdateResource.tfResourceType,
      terraformGeneratorMetadata: AZAPI_GENERATOR_METADATA,
      dependsOn: props.dependsOn,
      lifecycle: props.lifecycle,
      provider: props.provider,
    });
    this.props = props;
  }

  /** ARM id of the updated resource. @returns a token, so that who reads it waits for the update */
  public get id(): string {
    return this.getStringAttribute("id");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      type: this.props.type,
      resource_id: this.props.resourceId,
      body: withoutNulls(this.props.body),
      locks: this.props.locks,
    };
  }
}

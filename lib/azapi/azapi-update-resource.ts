import type { Construct } from "constructs";
import { AzapiObject, type AzapiObjectProps } from "./azapi-object";
import { type AzapiBody, withoutNulls } from "./request-body";

/** Properties of a resource that something else makes. */
export interface AzapiUpdateResourceProps extends AzapiObjectProps {
  /** ARM id of the resource that exists. */
  readonly resourceId: string;
  /**
   * Properties to set, under their ARM names. `undefined` and `null` are left out; the others keep their
   * value.
   */
  readonly body: AzapiBody;
  /** Headers of the write, such as `If-Match`, without which some resources take none. @default - none */
  readonly updateHeaders?: Readonly<Record<string, string>>;
}

/**
 * Sets properties of a resource that exists already: one that Azure makes by itself, or one of azurerm that
 * lacks them. Removing this construct changes nothing in Azure: the last values stay.
 *
 * Source: https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/update_resource
 */
export class AzapiUpdateResource extends AzapiObject {
  /** Type of the resource in Terraform. */
  public static readonly tfResourceType = "azapi_update_resource";

  private readonly props: AzapiUpdateResourceProps;

  /** @throws ValidationError if `type` has no API version */
  public constructor(scope: Construct, id: string, props: AzapiUpdateResourceProps) {
    super(scope, id, AzapiUpdateResource.tfResourceType, props);
    this.props = props;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      type: this.props.type,
      resource_id: this.props.resourceId,
      body: withoutNulls(this.props.body),
      locks: this.props.locks,
      update_headers: this.props.updateHeaders,
    };
  }
}

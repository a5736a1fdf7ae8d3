import type { Construct } from "constructs";
import { AzureadResource, type AzureadResourceProps } from "./azuread-resource";

/** Who gets which app role of which API. */
export interface AppRoleAssignmentProps extends AzureadResourceProps {
  /** Id of the role; zeros for access without a role. A change replaces the resource. */
  readonly appRoleId: string;
  /** Object id of who gets it. A change replaces the resource. */
  readonly principalObjectId: string;
  /** Object id of the API's service principal. A change replaces the resource. */
  readonly resourceObjectId: string;
}

/**
 * An app role that a user, group or workload has.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/app_role_assignment
 */
export class AppRoleAssignment extends AzureadResource {
  /** Type of the resource in Terraform. */
  public static readonly tfResourceType = "azuread_app_role_assignment";

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: AppRoleAssignmentProps,
  ) {
    super(scope, id, AppRoleAssignment.tfResourceType, props);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { appRoleId, principalObjectId, resourceObjectId } = this.props;
    return {
      app_role_id: appRoleId,
      principal_object_id: principalObjectId,
      resource_object_id: resourceObjectId,
    };
  }
}

import type { Construct } from "constructs";
import { AzureadResource, type AzureadResourceProps } from "./azuread-resource";

/** A client whose users are not asked. */
export interface ApplicationPreAuthorizedProps extends AzureadResourceProps {
  /** Id of the API's application in Terraform. A change replaces the resource. */
  readonly applicationId: string;
  /** Client id of the client. A change replaces the resource. */
  readonly authorizedClientId: string;
  /** Ids of the delegated permissions for which users are not asked. */
  readonly permissionIds: readonly string[];
}

/**
 * Spares users of a client the consent prompt for an API.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/application_pre_authorized
 */
export class ApplicationPreAuthorized extends AzureadResource {
  /** Type of the resource in Terraform. */
  public static readonly tfResourceType = "azuread_application_pre_authorized";

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ApplicationPreAuthorizedProps,
  ) {
    super(scope, id, ApplicationPreAuthorized.tfResourceType, props);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { applicationId, authorizedClientId, permissionIds } = this.props;
    return {
      application_id: applicationId,
      authorized_client_id: authorizedClientId,
      permission_ids: permissionIds,
    };
  }
}

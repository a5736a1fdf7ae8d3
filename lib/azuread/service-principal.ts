import type { Construct } from "constructs";
import { AzureadResource, type AzureadResourceProps } from "./azuread-resource";

/** An application in this tenant. */
export interface ServicePrincipalProps extends AzureadResourceProps {
  /** Client id of the application. A change replaces the resource. */
  readonly clientId: string;
  /** Whether Entra ID gives tokens to principals only that were assigned. @default - azuread's, false */
  readonly appRoleAssignmentRequired?: boolean;
  /** Object ids of its owners. @default - the identity that creates it */
  readonly owners?: readonly string[];
}

/**
 * An application in one tenant (the enterprise application).
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/service_principal
 */
export class ServicePrincipal extends AzureadResource {
  /** Type of the resource in Terraform. */
  public static readonly tfResourceType = "azuread_service_principal";

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ServicePrincipalProps,
  ) {
    super(scope, id, ServicePrincipal.tfResourceType, props);
  }

  /** Object id, by which roles name it. @returns a token */
  public get objectId(): string {
    return this.getStringAttribute("object_id");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { appRoleAssignmentRequired, clientId, owners } = this.props;
    return { app_role_assignment_required: appRoleAssignmentRequired, client_id: clientId, owners };
  }
}

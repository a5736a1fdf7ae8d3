import type { Construct } from "constructs";
import { AzureadResource, type AzureadResourceProps } from "./azuread-resource";

/** An identifier URI of an application. */
export interface ApplicationIdentifierUriProps extends AzureadResourceProps {
  /** Id of the application in Terraform. A change replaces the resource. */
  readonly applicationId: string;
  /** Prefix of its scopes, `api://…` or `https://…`. A change replaces the resource. */
  readonly identifierUri: string;
}

/**
 * One identifier URI of an application.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/application_identifier_uri
 */
export class ApplicationIdentifierUri extends AzureadResource {
  /** Type of the resource in Terraform. */
  public static readonly tfResourceType = "azuread_application_identifier_uri";

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ApplicationIdentifierUriProps,
  ) {
    super(scope, id, ApplicationIdentifierUri.tfResourceType, props);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { application_id: this.props.applicationId, identifier_uri: this.props.identifierUri };
  }
}

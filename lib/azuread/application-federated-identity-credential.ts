import type { Construct } from "constructs";
import { AzureadResource, type AzureadResourceProps } from "./azuread-resource";

/** A workload that may act as an application. */
export interface ApplicationFederatedIdentityCredentialProps extends AzureadResourceProps {
  /** Id of the application in Terraform. A change replaces the resource. */
  readonly applicationId: string;
  /** Name, 3 to 120 letters, digits, '-' or '_'. A change replaces the resource. */
  readonly displayName: string;
  /** `aud` of the workload's tokens. */
  readonly audiences: readonly string[];
  /** `iss` of the workload's tokens. */
  readonly issuer: string;
  /** `sub` of the workload's tokens. */
  readonly subject: string;
}

/**
 * Lets a workload outside of Azure act as an application, without a secret.
 *
 * Source:
 * https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/application_federated_identity_credential
 */
export class ApplicationFederatedIdentityCredential extends AzureadResource {
  /** Type of the resource in Terraform. */
  public static readonly tfResourceType = "azuread_application_federated_identity_credential";

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ApplicationFederatedIdentityCredentialProps,
  ) {
    super(scope, id, ApplicationFederatedIdentityCredential.tfResourceType, props);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { applicationId, audiences, displayName, issuer, subject } = this.props;
    return { application_id: applicationId, audiences, display_name: displayName, issuer, subject };
  }
}

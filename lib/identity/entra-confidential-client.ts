import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { Application, ApplicationFederatedIdentityCredential, ServicePrincipal } from "../azuread";
import { terraformLiteral } from "../private";
import { describeProblem } from "../validation";
import { type FederatedCredentialOptions, FederatedCredentials } from "./federated-credential";
import type { IPrincipal } from "./principal";

/** A workload outside Azure that calls the API in its own name. Inside Azure, use a `WorkloadIdentity`. */
export interface EntraConfidentialClientOptions {
  /** Name that administrators see; unique among the tenant's applications, 1 to 120 characters. */
  readonly displayName: string;
  /**
   * Values of the API's app roles that the client is given. @default - none; grant them with `grantAppRole`
   */
  readonly appRoles?: readonly string[];
  /** Object ids of the owners. @default - the owners of the API's registration */
  readonly owners?: readonly string[];
}

/** What the registration of the API knows when it makes a client. */
export interface EntraConfidentialClientProps extends EntraConfidentialClientOptions {
  readonly apiClientId: string;
  readonly appRoleIds: readonly string[];
  readonly provider?: TerraformProvider;
}

/**
 * A registered client that proves itself by the tokens of its own platform. It has no password and no
 * certificate, and there is no way to give it one. Made by `EntraAppRegistration.addConfidentialClient`.
 *
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
 */
export class EntraConfidentialClient extends Construct implements IPrincipal {
  public readonly principalType = "ServicePrincipal";
  /** Client id: what the client asks for tokens with, and `azp` of those tokens. @returns a token */
  public readonly clientId: string;
  /** Object id of its service principal. @returns a token */
  public readonly principalId: string;
  /** The application itself, for what this class does not offer. */
  public readonly resource: Application;

  private readonly federatedCredentials: FederatedCredentials;
  private readonly provider?: TerraformProvider;

  public constructor(scope: Construct, id: string, props: EntraConfidentialClientProps) {
    super(scope, id);
    this.provider = props.provider;
    this.federatedCredentials = new FederatedCredentials(this);
    this.resource = new Application(this, "Resource", {
      displayName: terraformLiteral(props.displayName),
      signInAudience: "AzureADMyOrg",
      preventDuplicateNames: true,
      fallbackPublicClientEnabled: false,
      requiredResourceAccess:
        props.appRoleIds.length > 0
          ? [
              {
                resourceAppId: props.apiClientId,
                resourceAccess: props.appRoleIds.map((roleId) => ({ id: roleId, type: "Role" })),
              },
            ]
          : undefined,
      owners: props.owners,
      provider: props.provider,
    });
    this.clientId = this.resource.clientId;
    this.principalId = new ServicePrincipal(this, "ServicePrincipal", {
      clientId: this.clientId,
      provider: props.provider,
    }).objectId;
    this.node.addValidation({
      validate: () =>
        this.federatedCredentials.count > 0
          ? []
          : [
              describeProblem({
                rule: "a confidential client needs a federated credential",
                remedy: "call addFederatedCredential: without one it cannot get any token",
              }),
            ],
    });
  }

  /**
   * Lets a workload act as this client with tokens of its own issuer.
   *
   * @param id construct id, and the credential's name unless `name` is given
   * @throws ValidationError if the subject has a wildcard, names no single GitHub environment or branch, is
   * trusted already, or is the 21st
   */
  public addFederatedCredential(
    id: string,
    options: FederatedCredentialOptions,
  ): ApplicationFederatedIdentityCredential {
    const { name, issuer, subject, audience } = this.federatedCredentials.accept(id, options);
    return new ApplicationFederatedIdentityCredential(this, id, {
      applicationId: this.resource.id,
      displayName: name,
      issuer,
      subject,
      audiences: [audience],
      provider: this.provider,
    });
  }
}

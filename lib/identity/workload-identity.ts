import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { checkPlacement, guardAgainstTemplates, NAME_RULES, resourceIdPattern } from "../private";
import { GUID, Problems } from "../validation";
import { type FederatedCredentialOptions, FederatedCredentials } from "./federated-credential";
import type { IPrincipal } from "./principal";

/** A user-assigned managed identity: what a workload proves itself with, instead of a secret. */
export interface IWorkloadIdentity extends IPrincipal {
  /** ARM id: `identityIds` of the host that runs the workload. @returns a token, unless imported */
  readonly id: string;
  /**
   * Client id (application id). A host with several identities needs it to choose one: pass it to the
   * workload as `AZURE_CLIENT_ID`. @returns a token, unless imported
   */
  readonly clientId: string;
}

/** A user-assigned managed identity. */
export interface WorkloadIdentityProps {
  /** Name in Azure: 3 to 128 letters, digits, '-' or '_'. */
  readonly name: string;
  /** Name, not id, of an existing resource group. */
  readonly resourceGroupName: string;
  /** Azure region in its short form, such as `westeurope`. */
  readonly location: string;
  /** Tags of the identity. @default - no tags but those of the stack */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the identity's subscription. @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

/** What is known of an identity made elsewhere. */
export interface WorkloadIdentityAttributes {
  /** ARM id of the identity. */
  readonly id: string;
  /** Client id: a GUID or a token. */
  readonly clientId: string;
  /** Object id of its service principal: a GUID or a token. */
  readonly principalId: string;
}

const IDENTITY_ID = resourceIdPattern("Microsoft.ManagedIdentity/userAssignedIdentities");

/**
 * A user-assigned managed identity with a life of its own: it can be granted roles before the workload
 * exists, and outlives its hosts.
 *
 * Source: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview
 */
export class WorkloadIdentity extends Construct implements IWorkloadIdentity {
  /**
   * An identity made elsewhere. Creates no resource.
   *
   * @throws ValidationError if a literal is not an ARM id or GUID
   */
  public static fromWorkloadIdentityAttributes(
    scope: Construct,
    id: string,
    attributes: WorkloadIdentityAttributes,
  ): IWorkloadIdentity {
    const problems = new Problems(scope, id);
    problems.checkPattern(attributes.id, IDENTITY_ID, {
      rule: "id must be the ARM id of a user-assigned identity",
      remedy: "copy it from the identity's properties",
    });
    for (const name of ["clientId", "principalId"] as const) {
      problems.checkPattern(attributes[name], GUID.pattern, {
        rule: `${name} must be ${GUID.words}`,
        remedy: "copy it from the identity's overview",
      });
    }
    problems.throwIfAny();
    return new ImportedWorkloadIdentity(scope, id, attributes);
  }

  public readonly principalType = "ServicePrincipal";
  public readonly id: string;
  public readonly clientId: string;
  public readonly principalId: string;
  /** The identity itself, for what this class does not offer. */
  public readonly resource: UserAssignedIdentity;

  private readonly federatedCredentials: FederatedCredentials;
  private readonly provider?: TerraformProvider;
  private readonly resourceGroupName: string;

  /** @throws ValidationError if a name or region is not one that Azure takes */
  public constructor(scope: Construct, id: string, props: WorkloadIdentityProps) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(props.name, NAME_RULES.userAssignedIdentity.pattern, {
      rule: `name must be ${NAME_RULES.userAssignedIdentity.words}`,
      remedy: "shorten or change it",
    });
    checkPlacement(problems, props);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.provider = props.provider;
    this.resourceGroupName = props.resourceGroupName;
    this.federatedCredentials = new FederatedCredentials(this);
    this.resource = new UserAssignedIdentity(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      tags: props.tags,
      provider: props.provider,
    });
    this.id = this.resource.id;
    this.clientId = this.resource.clientId;
    this.principalId = this.resource.principalId;
  }

  /**
   * Lets a workload outside Azure act as this identity with tokens of its own issuer, so that it holds no
   * secret.
   *
   * ```ts
   * deployer.addFederatedCredential("github-prod", {
   *   subject: FederatedSubject.gitHubEnvironment({ repository: "contoso/gateway", environment: "prod" }),
   * });
   * ```
   *
   * @param id construct id, and the credential's name unless `name` is given
   * @throws ValidationError if the subject has a wildcard, names no single GitHub environment or branch, is
   * trusted already, or is the 21st
   */
  public addFederatedCredential(
    id: string,
    options: FederatedCredentialOptions,
  ): FederatedIdentityCredential {
    const { name, issuer, subject, audience } = this.federatedCredentials.accept(id, options);
    return new FederatedIdentityCredential(this, id, {
      name,
      parentId: this.id,
      resourceGroupName: this.resourceGroupName,
      issuer,
      subject,
      audience: [audience],
      provider: this.provider,
    });
  }
}

class ImportedWorkloadIdentity extends Construct implements IWorkloadIdentity {
  public readonly principalType = "ServicePrincipal";
  public readonly id: string;
  public readonly clientId: string;
  public readonly principalId: string;

  public constructor(scope: Construct, id: string, attributes: WorkloadIdentityAttributes) {
    super(scope, id);
    this.id = attributes.id;
    this.clientId = attributes.clientId;
    this.principalId = attributes.principalId;
  }
}

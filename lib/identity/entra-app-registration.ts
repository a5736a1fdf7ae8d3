import { type TerraformProvider, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import {
  Application,
  ApplicationIdentifierUri,
  ApplicationPreAuthorized,
  AppRoleAssignment,
  ServicePrincipal,
} from "../azuread";
import { guardAgainstTemplates, terraformLiteral } from "../private";
import { GUID, Problems } from "../validation";
import { assignmentId } from "./assignment-id";
import { EntraConfidentialClient, type EntraConfidentialClientOptions } from "./entra-confidential-client";
import {
  type AppRole,
  checkPermissions,
  type Identified,
  identify,
  type PermissionScope,
} from "./entra-permission";
import { checkRedirectUris, EntraPublicClient, type EntraPublicClientOptions } from "./entra-public-client";
import type { IPrincipal } from "./principal";
import { RoleGrant } from "./role-grant";

/** An API as Entra ID knows it: whom it issues tokens for, and with which rights. */
export interface IEntraAppRegistration extends IConstruct {
  /** Client id of the API. @returns a token, unless imported */
  readonly clientId: string;
  /** `aud` of its access tokens: for tokens of version 2 always the client id. Feed it to `Auth.entraId`. */
  readonly audience: string;
  /** Prefix of the scopes that clients ask for. */
  readonly identifierUri: string;
  /** What workloads ask for: all app roles that they hold. `<identifierUri>/.default` */
  readonly defaultScope: string;

  /**
   * What a client that acts for a user asks for.
   *
   * @param value value of a scope of this API
   * @returns `<identifierUri>/<value>`
   * @throws ValidationError if the API has no such scope
   */
  scope(value: string): string;

  /**
   * Gives a user, group or workload an app role: claim `roles` of its tokens. The assignment is made once and
   * lies below the grantee.
   *
   * @param grantee for example a `WorkloadIdentity`, which then needs no secret to call the API
   * @param value value of an app role of this API
   * @throws ValidationError if the API has no such role, or it cannot be assigned to this kind of principal
   */
  grantAppRole(grantee: IPrincipal, value: string): RoleGrant;

  /**
   * Lets a principal get tokens for an API that declares no app roles. An API that declares some has no other
   * access than by role.
   *
   * @throws ValidationError if the API has app roles
   */
  grantAccess(grantee: IPrincipal): RoleGrant;
}

/** An API that Entra ID issues tokens for. */
export interface EntraAppRegistrationProps {
  /** Name of the API; unique among the tenant's applications. */
  readonly displayName: string;
  /** What clients may do in the name of users. @default - nothing: the API has no users */
  readonly scopes?: readonly PermissionScope[];
  /** Rights that users, groups and workloads can be given. @default - none */
  readonly appRoles?: readonly AppRole[];
  /**
   * `api://…` or `https://…` on a verified domain. @default - `api://<client id>`, which every tenant accepts
   */
  readonly identifierUri?: string;
  /**
   * Object ids of the owners. With the permission `Application.ReadWrite.OwnedBy`, the identity that runs
   * Terraform must be among them. @default - Entra ID's: the identity that created the application
   */
  readonly owners?: readonly string[];
  /** azuread provider of the tenant. @default - the default azuread provider of the stack */
  readonly provider?: TerraformProvider;
}

/** What is known of a registration made elsewhere. */
export interface EntraAppRegistrationAttributes {
  /** Client id of the API: a GUID or a token. */
  readonly clientId: string;
  /** Object id of the API's service principal (the enterprise application). */
  readonly servicePrincipalId: string;
  /** Prefix of the scopes that clients ask for. @default - `api://<client id>` */
  readonly identifierUri?: string;
  /** Its scopes, each with its id. @default - none */
  readonly scopes?: readonly (PermissionScope & { readonly id: string })[];
  /** Its app roles, each with its id. @default - none */
  readonly appRoles?: readonly (AppRole & { readonly id: string })[];
}

/**
 * A client that is registered already, such as the Azure CLI.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/application_pre_authorized
 */
export interface PreAuthorizedClientOptions {
  /** Client id: a GUID or a token. */
  readonly clientId: string;
  /** Values of the scopes that it may ask for without a consent prompt. @default - all of them */
  readonly scopes?: readonly string[];
}

/** Id of the role that stands for access without any role. Source: Microsoft Graph, `appRoleAssignment`. */
const DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000";

abstract class EntraAppRegistrationBase extends Construct implements IEntraAppRegistration {
  public abstract readonly clientId: string;
  public abstract readonly identifierUri: string;
  protected abstract readonly servicePrincipalId: string;
  protected abstract readonly scopes: readonly Identified<PermissionScope>[];
  protected abstract readonly appRoles: readonly Identified<AppRole>[];
  protected readonly provider?: TerraformProvider;

  public get audience(): string {
    return this.clientId;
  }

  public get defaultScope(): string {
    return `${this.identifierUri}/.default`;
  }

  public scope(value: string): string {
    const problems = new Problems(this);
    select("scope", this.scopes, [value], problems);
    problems.throwIfAny();
    return `${this.identifierUri}/${value}`;
  }

  public grantAppRole(grantee: IPrincipal, value: string): RoleGrant {
    const problems = new Problems(this);
    const roles = select("app role", this.appRoles, [value], problems);
    checkAssignable(problems, roles, grantee.principalType === "ServicePrincipal" ? "Application" : "User");
    problems.throwIfAny();
    return RoleGrant.of(...roles.map((role) => this.assign(grantee, `app-role-${role.value}`, role.id)));
  }

  public grantAccess(grantee: IPrincipal): RoleGrant {
    const problems = new Problems(this);
    problems.check(this.appRoles.length === 0, {
      rule: "access without a role can be granted on an API without app roles only",
      value: this.appRoles.map(({ value }) => value),
      remedy: "grant one of its roles with grantAppRole",
    });
    problems.throwIfAny();
    return RoleGrant.of(this.assign(grantee, "access", DEFAULT_ACCESS));
  }

  private assign(grantee: IPrincipal, name: string, appRoleId: string): AppRoleAssignment {
    const id = assignmentId(grantee, this, name);
    const existing = grantee.node.tryFindChild(id);
    if (existing instanceof AppRoleAssignment) {
      return existing;
    }
    const usable = this.provider && TerraformStack.of(this.provider) === TerraformStack.of(grantee);
    return new AppRoleAssignment(grantee, id, {
      appRoleId,
      principalObjectId: grantee.principalId,
      resourceObjectId: this.servicePrincipalId,
      provider: usable ? this.provider : undefined,
    });
  }
}

/**
 * Registers an API in Entra ID: tokens of version 2 for assigned callers only, scopes for clients that act
 * for users, app roles for users and workloads. No password is ever made.
 *
 * ```ts
 * const api = new EntraAppRegistration(this, "api", {
 *   displayName: "AI gateway (prod)",
 *   scopes: [{ value: "Models.Invoke", displayName: "Call models for the signed-in user" }],
 *   appRoles: [{ value: "Models.User", displayName: "Call models", allowedMemberTypes: ["User", "Application"] }],
 * });
 * const notebooks = api.addPublicClient("notebooks", { displayName: "AI notebooks" });
 * api.grantAppRole(Principal.group(this, "data-scientists", env.dataScientistsGroupId), "Models.User");
 * ```
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/quickstart-register-app
 */
export class EntraAppRegistration extends EntraAppRegistrationBase {
  /**
   * A registration made elsewhere. Creates no resource.
   *
   * @throws ValidationError if an id is not a GUID, or scopes and roles share values or ids
   */
  public static fromEntraAppRegistrationAttributes(
    scope: Construct,
    id: string,
    attributes: EntraAppRegistrationAttributes,
  ): IEntraAppRegistration {
    const problems = new Problems(scope, id);
    for (const name of ["clientId", "servicePrincipalId"] as const) {
      problems.checkPattern(attributes[name], GUID.pattern, {
        rule: `${name} must be ${GUID.words}`,
        remedy: "copy it from the overview of the application or of its enterprise application",
      });
    }
    const imported = {
      ...attributes,
      scopes: identify("scope", attributes.scopes),
      appRoles: identify("role", attributes.appRoles),
    };
    checkPermissions(problems, imported.scopes, imported.appRoles);
    problems.throwIfAny();
    return new ImportedEntraAppRegistration(scope, id, imported);
  }

  public readonly clientId: string;
  public readonly identifierUri: string;
  /** The application itself, for what this class does not offer. */
  public readonly resource: Application;

  protected readonly servicePrincipalId: string;
  protected readonly scopes: readonly Identified<PermissionScope>[];
  protected readonly appRoles: readonly Identified<AppRole>[];
  protected override readonly provider?: TerraformProvider;
  private readonly owners?: readonly string[];

  /**
   * @throws ValidationError if there is neither scope nor role, values or ids repeat, users would have no
   * role that can be assigned to them, or a value is not one that Entra ID takes
   */
  public constructor(scope: Construct, id: string, props: EntraAppRegistrationProps) {
    super(scope, id);
    this.scopes = identify("scope", props.scopes);
    this.appRoles = identify("role", props.appRoles);
    const problems = new Problems(this);
    checkDisplayName(problems, props.displayName);
    checkPermissions(problems, this.scopes, this.appRoles);
    checkUsersCanBeAssigned(problems, this.scopes, this.appRoles);
    checkOwners(problems, props.owners);
    if (props.identifierUri !== undefined) {
      problems.checkPattern(props.identifierUri, /^(?:api|https):\/\/[^\s*]*[^\s*/]$/, {
        rule: "identifierUri must be an api:// or https:// URI without a slash at its end",
        remedy: "leave it out for api://<client id>",
      });
    }
    problems.throwIfAny();
    guardAgainstTemplates(this);

    const { provider, owners } = props;
    this.provider = provider;
    this.owners = owners;
    this.resource = new Application(this, "Resource", {
      displayName: terraformLiteral(props.displayName),
      signInAudience: "AzureADMyOrg",
      preventDuplicateNames: true,
      fallbackPublicClientEnabled: false,
      api: {
        requestedAccessTokenVersion: 2,
        oauth2PermissionScopes: this.scopes.map((each) => ({
          id: each.id,
          value: each.value,
          type: each.consent ?? "Admin",
          displayName: terraformLiteral(each.displayName),
          description: terraformLiteral(each.description),
        })),
      },
      appRoles: this.appRoles.map((each) => ({
        id: each.id,
        value: each.value,
        displayName: terraformLiteral(each.displayName),
        description: terraformLiteral(each.description),
        allowedMemberTypes: each.allowedMemberTypes,
      })),
      // Tokens of applications without any role have neither `scp` nor `roles`: this claim tells them from ID
      // tokens. Entra ID sends it where it is asked for.
      optionalAccessTokenClaims: ["idtyp"],
      owners,
      // The URI is a resource of its own, because it contains an id that the application itself gets on
      // creation.
      lifecycle: { ignoreChanges: ["identifier_uris"] },
      provider,
    });
    this.clientId = this.resource.clientId;
    this.identifierUri = props.identifierUri ?? `api://${this.clientId}`;
    new ApplicationIdentifierUri(this, "IdentifierUri", {
      applicationId: this.resource.id,
      identifierUri: this.identifierUri,
      provider,
    });
    this.servicePrincipalId = new ServicePrincipal(this, "ServicePrincipal", {
      clientId: this.clientId,
      // Entra ID then refuses a token to everyone who was not assigned: the first gate, before the gateway's
      // own.
      appRoleAssignmentRequired: true,
      owners,
      provider,
    }).objectId;
  }

  /**
   * Registers a client that signs users in by device code or browser and keeps no secret.
   *
   * @throws ValidationError if a scope is unknown, the API has none, or a redirect URI is unsafe
   */
  public addPublicClient(id: string, options: EntraPublicClientOptions): EntraPublicClient {
    const problems = new Problems(this, id);
    checkDisplayName(problems, options.displayName);
    checkRedirectUris(problems, options.redirectUris);
    checkOwners(problems, options.owners);
    const scopes = this.selectScopes(options.scopes, problems);
    problems.throwIfAny();
    return new EntraPublicClient(this, id, {
      ...options,
      owners: options.owners ?? this.owners,
      apiApplicationId: this.resource.id,
      apiClientId: this.clientId,
      scopeIds: scopes.map((scope) => scope.id),
      provider: this.provider,
    });
  }

  /**
   * Registers a workload that runs outside Azure and calls the API in its own name, by federated credentials
   * only. Call `addFederatedCredential` on what is returned.
   *
   * @throws ValidationError if an app role is unknown or cannot be assigned to applications
   */
  public addConfidentialClient(id: string, options: EntraConfidentialClientOptions): EntraConfidentialClient {
    const problems = new Problems(this, id);
    checkDisplayName(problems, options.displayName);
    checkOwners(problems, options.owners);
    const roles = select("app role", this.appRoles, options.appRoles ?? [], problems);
    checkAssignable(problems, roles, "Application");
    problems.throwIfAny();
    const client = new EntraConfidentialClient(this, id, {
      ...options,
      owners: options.owners ?? this.owners,
      apiClientId: this.clientId,
      appRoleIds: roles.map((role) => role.id),
      provider: this.provider,
    });
    roles.forEach((role) => this.grantAppRole(client, role.value));
    return client;
  }

  /**
   * Spares users of a client that is registered already the consent prompt. Each client is named once.
   *
   * @throws ValidationError if the client id is not a GUID, a scope is unknown, or the API has none
   */
  public preAuthorizeClient(id: string, options: PreAuthorizedClientOptions): void {
    const problems = new Problems(this, id);
    problems.checkPattern(options.clientId, GUID.pattern, {
      rule: `clientId must be ${GUID.words}`,
      remedy: "copy it from the client's registration",
    });
    const scopes = this.selectScopes(options.scopes, problems);
    problems.throwIfAny();
    new ApplicationPreAuthorized(this, id, {
      applicationId: this.resource.id,
      authorizedClientId: options.clientId,
      permissionIds: scopes.map((scope) => scope.id),
      provider: this.provider,
    });
  }

  private selectScopes(
    values: readonly string[] | undefined,
    problems: Problems,
  ): readonly Identified<PermissionScope>[] {
    const wanted = values ?? this.scopes.map(({ value }) => value);
    problems.check(wanted.length > 0, {
      rule: "a client that acts for users needs at least one scope of the API",
      remedy: "set scopes on the API's registration and on the client",
    });
    return select("scope", this.scopes, wanted, problems);
  }
}

class ImportedEntraAppRegistration extends EntraAppRegistrationBase {
  public readonly clientId: string;
  public readonly identifierUri: string;
  protected readonly servicePrincipalId: string;
  protected readonly scopes: readonly Identified<PermissionScope>[];
  protected readonly appRoles: readonly Identified<AppRole>[];

  public constructor(
    scope: Construct,
    id: string,
    attributes: EntraAppRegistrationAttributes & {
      readonly scopes: readonly Identified<PermissionScope>[];
      readonly appRoles: readonly Identified<AppRole>[];
    },
  ) {
    super(scope, id);
    this.clientId = attributes.clientId;
    this.identifierUri = attributes.identifierUri ?? `api://${attributes.clientId}`;
    this.servicePrincipalId = attributes.servicePrincipalId;
    this.scopes = attributes.scopes;
    this.appRoles = attributes.appRoles;
  }
}

/** The permissions with these values; unknown values are reported. */
function select<T extends PermissionScope | AppRole>(
  kind: "scope" | "app role",
  permissions: readonly T[],
  values: readonly string[],
  problems: Problems,
): T[] {
  return values.flatMap((value) => {
    const found = permissions.filter((permission) => permission.value === value);
    problems.check(found.length > 0, {
      rule: `${kind} must be one of the API's: ${permissions.map((each) => each.value).join(", ") || "it has none"}`,
      value,
      remedy: `add it to the API's registration, or correct its spelling`,
    });
    return found;
  });
}

function checkAssignable(
  problems: Problems,
  roles: readonly AppRole[],
  member: AppRole["allowedMemberTypes"][number],
): void {
  for (const { value, allowedMemberTypes } of roles) {
    problems.check(allowedMemberTypes.includes(member), {
      rule: `app role '${value}' must be assignable to member type ${member}`,
      value: allowedMemberTypes,
      remedy: `add "${member}" to its allowedMemberTypes`,
    });
  }
}

/**
 * The service principal requires an assignment, and Entra ID has no default one where app roles are declared.
 */
function checkUsersCanBeAssigned(
  problems: Problems,
  scopes: readonly PermissionScope[],
  roles: readonly AppRole[],
): void {
  const assignable =
    roles.length === 0 || roles.some(({ allowedMemberTypes }) => allowedMemberTypes.includes("User"));
  problems.check(scopes.length === 0 || assignable, {
    rule: "an API with scopes needs an app role that can be assigned to users",
    value: roles.map(({ value }) => value),
    remedy: 'add "User" to the allowedMemberTypes of a role: without one no user gets a token',
  });
}

function checkDisplayName(problems: Problems, displayName: string): void {
  problems.checkPattern(displayName, /^(?=.*\S).{1,120}$/, {
    rule: "displayName must be 1 to 120 characters",
    remedy: "name the application as administrators and users know it",
  });
}

function checkOwners(problems: Problems, owners: readonly string[] = []): void {
  for (const owner of owners) {
    problems.checkPattern(owner, GUID.pattern, {
      rule: `owners must be object ids: ${GUID.words} each`,
      remedy: "take the object id of the user or service principal",
    });
  }
}

import { Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { GUID, Problems } from "../validation";

/**
 * Kind of directory object, as Azure RBAC names it. A managed identity is a `ServicePrincipal`.
 *
 * Source: https://learn.microsoft.com/azure/role-based-access-control/role-assignments#principal
 */
export type PrincipalType = "User" | "Group" | "ServicePrincipal";

/** Who can be granted a role: every `grant…` method takes one. */
export interface IPrincipal extends IConstruct {
  /** Object id in the tenant, never the client id. Often a token. */
  readonly principalId: string;
  /** Kind of directory object: Azure need not look it up, which fails for one made seconds ago. */
  readonly principalType: PrincipalType;
}

/**
 * A host whose platform can give it an identity of its own: a Container App, an App Service, a function app.
 * The bindings of those resources fit as they are.
 */
export interface IManagedIdentityHost extends IConstruct {
  /** The identity that the platform gave the host. */
  readonly identity: { readonly principalId: string };
  /** The identity block that was configured. @default - none, and the host has no identity */
  readonly identityInput?: { readonly type: string };
}

/**
 * A principal that exists outside this stack, or that a host brings along.
 *
 * ```ts
 * openai.grantInvoke(Principal.user(this, "developer", env.developerObjectId));
 * openai.grantInvoke(Principal.systemAssigned(this, "web-identity", webApp));
 * ```
 *
 * Source: https://learn.microsoft.com/azure/role-based-access-control/role-assignments#principal
 */
export class Principal extends Construct implements IPrincipal {
  /**
   * A person, such as a developer.
   *
   * @param objectId object id of the user, a GUID or a token
   * @throws ValidationError if `objectId` is not a GUID
   */
  public static user(scope: Construct, id: string, objectId: string): IPrincipal {
    return new Principal(scope, id, objectId, "User");
  }

  /**
   * A group of the tenant: its members have what it is granted.
   *
   * @param objectId object id of the group, a GUID or a token
   * @throws ValidationError if `objectId` is not a GUID
   */
  public static group(scope: Construct, id: string, objectId: string): IPrincipal {
    return new Principal(scope, id, objectId, "Group");
  }

  /**
   * An application of the tenant.
   *
   * @param objectId object id of the service principal (the enterprise application), not of the app
   * registration
   * @throws ValidationError if `objectId` is not a GUID
   */
  public static servicePrincipal(scope: Construct, id: string, objectId: string): IPrincipal {
    return new Principal(scope, id, objectId, "ServicePrincipal");
  }

  /**
   * A managed identity made elsewhere, known by its principal id only. `WorkloadIdentity` makes one.
   *
   * @param principalId `principalId` of the identity, a GUID or a token; not its `clientId`
   * @throws ValidationError if `principalId` is not a GUID
   */
  public static managedIdentity(scope: Construct, id: string, principalId: string): IPrincipal {
    return new Principal(scope, id, principalId, "ServicePrincipal");
  }

  /**
   * The system-assigned identity of a host. It exists only after the host does, so the host starts without
   * its roles: prefer a `WorkloadIdentity`, which can be granted them first.
   *
   * @param host for example a `ContainerApp` or `LinuxWebApp` with a system-assigned identity
   * @throws ValidationError if the host was configured without one
   */
  public static systemAssigned(scope: Construct, id: string, host: IManagedIdentityHost): IPrincipal {
    const problems = new Problems(scope, id);
    const type = host.identityInput?.type;
    if (type === undefined || !Token.isUnresolved(type)) {
      problems.check(type?.includes("SystemAssigned") ?? false, {
        rule: `host '${host.node.path}' must have a system-assigned identity`,
        value: type ?? "no identity",
        remedy: 'set identity: { type: "SystemAssigned" } on the host, or grant to its WorkloadIdentity',
      });
    }
    problems.throwIfAny();
    return new Principal(scope, id, host.identity.principalId, "ServicePrincipal");
  }

  private constructor(
    scope: Construct,
    id: string,
    public readonly principalId: string,
    public readonly principalType: PrincipalType,
  ) {
    const problems = new Problems(scope, id);
    problems.checkPattern(principalId, GUID.pattern, {
      rule: `object id must be ${GUID.words}`,
      remedy: "take the object id that Entra ID shows, not a name or an e-mail address",
    });
    problems.throwIfAny();
    super(scope, id);
  }
}

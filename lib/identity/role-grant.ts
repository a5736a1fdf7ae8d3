import { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import {
  dependable,
  Fn,
  type ITerraformDependable,
  type TerraformProvider,
  type TerraformResource,
  TerraformStack,
  Token,
} from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { resourceIdPattern } from "../private";
import { Problems } from "../validation";
import { assignmentId } from "./assignment-id";
import type { BuiltInRole } from "./built-in-role";
import type { IPrincipal } from "./principal";

/**
 * Name of a resource, and of children below it: a role may be granted on a container of a storage account.
 */
const CHILD_OR_SELF = "[^/]+(?:/[^/]+/[^/]+)*";

/**
 * One role for one principal on one resource.
 *
 * Source: https://learn.microsoft.com/azure/role-based-access-control/role-assignments
 */
export interface RoleGrantOptions {
  /** Who gets the role. The assignment is created below it. */
  readonly grantee: IPrincipal;
  /** The role, one of those that this library grants. */
  readonly role: BuiltInRole;
  /** The construct of the resource: its path identifies the grant. */
  readonly resource: IConstruct;
  /** ARM id of the resource: the scope of the role. A token, or a literal of the role's resource type. */
  readonly resourceId: string;
  /**
   * Provider of the resource.
   *
   * @default - the default azurerm provider of the grantee's stack, which also holds if the resource is in
   * another stack: a provider cannot cross stacks, and role assignments need none of the resource's
   * subscription
   */
  readonly provider?: TerraformProvider;
}

/**
 * A role that was granted. Returned by every `grant…` method.
 *
 * Azure's data planes may refuse a new assignment for some minutes: grant to an identity that exists before
 * the workload does.
 */
export class RoleGrant {
  /**
   * Grants a role once: the same grantee, resource and role again yield the same assignment.
   *
   * The assignment lies below the grantee, so that dependencies point from the consumer's stack to the
   * resource's and never back.
   *
   * @throws ValidationError if `resourceId` is a literal of another type than the role is meant for
   */
  public static assign({ grantee, role, resource, resourceId, provider }: RoleGrantOptions): RoleGrant {
    const id = assignmentId(grantee, resource, role.roleName.toLowerCase().replaceAll(" ", "-"));
    const existing = grantee.node.tryFindChild(id);
    if (existing instanceof RoleAssignment) {
      return RoleGrant.of(existing);
    }

    const problems = new Problems(grantee, id);
    problems.checkPattern(resourceId, resourceIdPattern(role.resourceType, CHILD_OR_SELF), {
      rule: `role '${role.roleName}' must be granted on one resource of type ${role.resourceType}`,
      remedy: "give the ARM id of that resource, not of its resource group or subscription",
    });
    problems.throwIfAny();
    return RoleGrant.of(
      createAssignment(grantee, id, { grantee, roleId: role.roleId, resourceId, provider }),
    );
  }

  /** @internal */
  public static of(...assignments: TerraformResource[]): RoleGrant {
    return new RoleGrant(assignments);
  }

  private constructor(
    /** The Terraform resources that make up the grant. */
    public readonly assignments: readonly TerraformResource[],
  ) {}

  /** What a resource must depend on to be created after the grant. */
  public get dependables(): ITerraformDependable[] {
    return [...this.assignments];
  }

  /**
   * Creates `resources` only once the role is assigned. A resource of another stack makes that stack wait.
   *
   * @throws Error if the other stack must already be deployed before this one
   */
  public applyBefore(...resources: TerraformResource[]): this {
    for (const resource of resources) {
      const stack = TerraformStack.of(resource);
      for (const assignment of this.assignments) {
        const grantStack = TerraformStack.of(assignment);
        if (grantStack === stack) {
          resource.dependsOn = [...(resource.dependsOn ?? []), dependable(assignment)];
        } else {
          stack.addDependency(grantStack);
        }
      }
    }
    return this;
  }
}

/** What {@link createAssignment} needs. */
export interface AssignmentOptions {
  readonly grantee: IPrincipal;
  readonly roleId: string;
  readonly resourceId: string;
  readonly provider?: TerraformProvider;
}

/**
 * The one place where role assignments are made. `name` stays unset: azurerm makes a GUID and keeps it in
 * state, while one derived from tokens would change with every synthesis. `principalType` is always set,
 * because Azure otherwise looks the principal up and fails for one made seconds ago.
 */
export function createAssignment(
  scope: Construct,
  id: string,
  { grantee, roleId, resourceId, provider }: AssignmentOptions,
): RoleAssignment {
  const usable = provider && TerraformStack.of(provider) === TerraformStack.of(scope);
  return new RoleAssignment(scope, id, {
    scope: resourceId,
    roleDefinitionId: roleDefinitionId(resourceId, roleId),
    principalId: grantee.principalId,
    principalType: grantee.principalType,
    provider: usable ? provider : undefined,
  });
}

/**
 * Id of a role definition as Azure returns it for an assignment in the resource's subscription. Any other
 * form is accepted too, but azurerm compares it letter by letter with what Azure returns and would replace
 * the assignment in every plan (hashicorp/terraform-provider-azurerm issues 19847 and 4258). The subscription
 * is read from the resource's id, because a data source would have to be read before every plan.
 */
function roleDefinitionId(resourceId: string, roleId: string): string {
  const subscription = Token.isUnresolved(resourceId)
    ? Token.asString(Fn.element(Fn.split("/", resourceId), 2))
    : resourceId.split("/")[2];
  return `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
}

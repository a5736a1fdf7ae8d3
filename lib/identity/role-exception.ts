import type { RoleAssignment } from "@cdktf/provider-azurerm/lib/role-assignment";
import type { TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { GUID, Problems, type SecurityControl, type SecurityOptOut, SecurityOptOuts } from "../validation";
import type { IPrincipal } from "./principal";
import { createAssignment, RoleGrant } from "./role-grant";

/** An Azure resource of this app, or one that a data source looks up: any azurerm binding fits. */
export interface IAzureResource extends IConstruct {
  /** ARM id. */
  readonly id: string;
  /** Type in Terraform, such as `azurerm_servicebus_queue`. */
  readonly terraformResourceType: string;
}

/** A role that the library does not grant by itself, and why it is needed. */
export interface RoleExceptionProps {
  /** Who gets the role. */
  readonly grantee: IPrincipal;
  /** GUID of the built-in or custom role definition. */
  readonly roleId: string;
  /** Resource on which it holds; a resource group with the opt-out for that, a subscription never. */
  readonly resource: IAzureResource;
  /** `role-other` always; `role-scope-resource-group` too if `resource` is a resource group. */
  readonly securityOptOuts: readonly SecurityOptOut[];
  /** Provider of the assignment. @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

/** Roles that give every right, or the right to give rights. There is no exception for them. */
const NEVER_GRANTED: ReadonlyMap<string, string> = new Map([
  ["8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner"],
  ["b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor"],
  ["18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator"],
  ["f58310d9-a9f6-439a-9e8d-f62e7b41a168", "Role Based Access Control Administrator"],
]);
const CONTROLS: readonly SecurityControl[] = ["role-other", "role-scope-resource-group"];
const WIDER_THAN_A_RESOURCE_GROUP = /^azurerm_(?:subscription|management_group|client_config)$/;

/**
 * A role that no `grant…` method of this library gives, on the record. Prefer a grant method: those know the
 * least role that does the job.
 *
 * Source: https://learn.microsoft.com/azure/role-based-access-control/role-assignments
 */
export class RoleException extends Construct {
  /** The role that was granted. */
  public readonly grant: RoleGrant;
  /** The assignment itself, for what this class does not offer. */
  public readonly resource: RoleAssignment;

  /**
   * @throws ValidationError without the opt-out `role-other`, for a role that gives every right, for a scope
   * wider than a resource group, or for a resource group without its opt-out
   */
  public constructor(scope: Construct, id: string, props: RoleExceptionProps) {
    super(scope, id);
    const problems = new Problems(this);
    const optOuts = new SecurityOptOuts(this, CONTROLS, props.securityOptOuts, problems);
    problems.check(optOuts.has("role-other"), {
      rule: "a role of no grant method needs the opt-out 'role-other'",
      value: props.roleId,
      remedy: "use a grant method, or say why this role is needed",
    });
    problems.checkLiteral(props.roleId, GUID.pattern, {
      rule: `roleId must be a literal: ${GUID.words}`,
      remedy: "take the id of the role definition, not its name",
    });
    const forbidden = NEVER_GRANTED.get(props.roleId.toLowerCase());
    problems.check(forbidden === undefined, {
      rule: `role '${forbidden}' is never granted`,
      value: props.roleId,
      remedy: "choose the role that allows what the workload does, and no more",
    });
    checkScope(problems, optOuts, props.resource);
    problems.throwIfAny();
    this.resource = createAssignment(this, "Resource", { ...props, resourceId: props.resource.id });
    this.grant = RoleGrant.of(this.resource);
  }
}

function checkScope(problems: Problems, optOuts: SecurityOptOuts, resource: IAzureResource): void {
  const type = resource.terraformResourceType;
  problems.check(type.startsWith("azurerm_") && !WIDER_THAN_A_RESOURCE_GROUP.test(type), {
    rule: "resource must be an Azure resource or resource group",
    value: type,
    remedy: "give the resource itself; a subscription or management group is never a scope",
  });
  problems.check(type !== "azurerm_resource_group" || optOuts.has("role-scope-resource-group"), {
    rule: "a role on a resource group needs the opt-out 'role-scope-resource-group'",
    value: resource.node.path,
    remedy: "give one resource, or say why the role must hold on the whole group",
  });
}

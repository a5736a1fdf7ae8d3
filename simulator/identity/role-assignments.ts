import type { RoleAssignmentModel } from "../model";
import { roleById } from "./role-definition";

/** Answers whether a principal may do something, from the role assignments of the loaded stacks alone. */
export class RoleAssignments {
  private readonly byPrincipal = new Map<string, RoleAssignmentModel[]>();

  public constructor(assignments: readonly RoleAssignmentModel[]) {
    for (const assignment of assignments) {
      const key = assignment.principalId.toLowerCase();
      this.byPrincipal.set(key, [...(this.byPrincipal.get(key) ?? []), assignment]);
    }
  }

  /**
   * Whether a role of the principal, assigned at the resource or above it, contains the data action.
   * @param principalId object id
   * @param resourceId ARM id
   */
  public allows(principalId: string, dataAction: string, resourceId: string): boolean {
    return (this.byPrincipal.get(principalId.toLowerCase()) ?? []).some(
      ({ scope, roleDefinitionId, customRole }) => {
        const role = customRole ?? roleById(roleDefinitionId);
        return (
          role !== undefined &&
          covers(scope, resourceId) &&
          role.dataActions.some((pattern) => matches(pattern, dataAction)) &&
          !(role.notDataActions ?? []).some((pattern) => matches(pattern, dataAction))
        );
      },
    );
  }
}

/** A scope covers itself and everything below it; ARM ids have no letter case. */
function covers(scope: string, resourceId: string): boolean {
  const above = scope.toLowerCase().replace(/\/+$/, "");
  const id = resourceId.toLowerCase();
  return id === above || id.startsWith(`${above}/`);
}

/** Patterns of data actions as regular expressions; there are as many as in the definitions of roles. */
const compiledPatterns = new Map<string, RegExp>();

function matches(pattern: string, action: string): boolean {
  let compiled = compiledPatterns.get(pattern);
  if (compiled === undefined) {
    const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    compiled = new RegExp(`^${parts.join(".*")}$`, "i");
    compiledPatterns.set(pattern, compiled);
  }
  return compiled.test(action);
}

import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { stackPath } from "../private";

/**
 * Construct id, below a grantee, of what gives it a right on `resource`. Equal for equal arguments, so that a
 * second grant finds the first; different for different ones, because a mix-up would leave a grant out.
 *
 * Ids come from construct paths: the Azure ids are tokens, which change from one synthesis to the next. The
 * stack's own id is left out unless the grant crosses stacks, so that all environments get the same
 * addresses.
 */
export function assignmentId(grantee: IConstruct, resource: IConstruct, right: string): string {
  const crossStack = TerraformStack.of(grantee) !== TerraformStack.of(resource);
  const names = stackPath(resource, { stack: crossStack });
  // `_` is doubled to separate and followed by `-` to stand for itself, so that no two paths read alike.
  const path = names.map((name) => name.replaceAll("_", "_-")).join("__");
  return `${right}-${crossStack ? "in" : "on"}-${path}`;
}

import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";

/** Constructs of this id are in no Terraform address: cdktf leaves them out. */
const HIDDEN_ID = "Default";

/**
 * Ids of the constructs from a construct's stack down to it, as they are in Terraform's addresses.
 *
 * @param options.stack whether the stack's own id is the first @default false
 */
export function stackPath(
  construct: IConstruct,
  options: { readonly stack?: boolean } = {},
): readonly string[] {
  const { scopes } = construct.node;
  const first = scopes.indexOf(TerraformStack.of(construct)) + (options.stack ? 0 : 1);
  return scopes.slice(first).flatMap(({ node }) => (node.id === HIDDEN_ID ? [] : [node.id]));
}

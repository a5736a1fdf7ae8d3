import type { TerraformStack } from "cdktf";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { Attributes } from "../../support/synthesized-stack";

/** Arguments of the only azuread resource that `add` puts into a stack, as Terraform gets them. */
export function rendered(type: string, add: (stack: TerraformStack) => unknown): Attributes | undefined {
  const stack = azureStack();
  add(stack);
  return synthesizeStack(stack).ofType(type)[0]?.attributes;
}

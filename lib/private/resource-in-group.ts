import { type TerraformProvider, TerraformResource, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { resolvedText } from "./resolved-text";

/** A binding of azurerm whose resources stand in a resource group under their own name. */
interface BindingInGroup<T extends TerraformResource> {
  readonly tfResourceType: string;
  readonly prototype: T & { readonly nameInput?: string; readonly resourceGroupNameInput?: string };
}

/** What tells one resource of a type from the others. */
export interface PlaceInGroup {
  readonly name: string;
  readonly resourceGroupName: string;
  /** @default - the default provider of the stack */
  readonly provider?: TerraformProvider;
}

/**
 * The resource that has the name already: Azure takes one of a type in a resource group.
 *
 * @returns nothing if the stack has none, whoever made it
 */
export function resourceInGroup<T extends TerraformResource>(
  scope: IConstruct,
  binding: BindingInGroup<T>,
  place: PlaceInGroup,
): T | undefined {
  const key = (name: unknown, group: unknown): string => resolvedText(scope, [name, group]);
  const wanted = key(place.name, place.resourceGroupName);
  return TerraformStack.of(scope)
    .node.findAll()
    .filter((each): each is T & BindingInGroup<T>["prototype"] => TerraformResource.isTerraformResource(each))
    .filter(({ terraformResourceType }) => terraformResourceType === binding.tfResourceType)
    .filter(({ provider }) => provider === place.provider)
    .find((each) => key(each.nameInput, each.resourceGroupNameInput) === wanted);
}

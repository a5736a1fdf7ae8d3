import type { TerraformProvider } from "cdktf";
import type { Problems } from "../validation";
import { NAME_RULES, REGION } from "./name-rules";

/** Where a resource lives. */
export interface Placement {
  /** Name, not id, of an existing resource group. */
  readonly resourceGroupName: string;
  /** Azure region in its short form, such as `westeurope`. */
  readonly location: string;
  /** @default - no tags but those of the stack */
  readonly tags?: Readonly<Record<string, string>>;
  /** @default - the default azurerm provider of the stack */
  readonly provider?: TerraformProvider;
}

/** Adds what is wrong with the resource group and the region. */
export function checkPlacement(problems: Problems, { resourceGroupName, location }: Placement): void {
  checkResourceGroupName(problems, resourceGroupName);
  problems.checkPattern(location, REGION.pattern, {
    rule: `location must be ${REGION.words}`,
    remedy: "write it in lower case without blanks",
  });
}

/** Adds what is wrong with the resource group, for what has no region, or checks its region in another way. */
export function checkResourceGroupName(problems: Problems, resourceGroupName: string): void {
  problems.checkPattern(resourceGroupName, NAME_RULES.resourceGroup.pattern, {
    rule: `resourceGroupName must be ${NAME_RULES.resourceGroup.words}`,
    remedy: "give the name, not the id, of the resource group",
  });
}

import { type IAspect, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** What cannot be made again as it was: its content, its address or its keys would be lost. */
const STATEFUL = new Set([
  "azurerm_api_management",
  "azurerm_api_management_subscription",
  "azurerm_cognitive_account",
  "azurerm_key_vault",
  "azurerm_log_analytics_workspace",
  "azurerm_storage_account",
  "azurerm_storage_container",
]);

/** Makes Terraform refuse a plan that would destroy stateful resources. */
export class DeletionProtection implements IAspect {
  public visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node) || !STATEFUL.has(node.terraformResourceType)) {
      return;
    }
    node.lifecycle = { ...node.lifecycle, preventDestroy: true };
  }
}

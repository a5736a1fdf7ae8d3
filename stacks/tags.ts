import { Fn, type IAspect, TerraformResource, Token } from "cdktf";
import type { IConstruct } from "constructs";

type Taggable = TerraformResource & {
  tags?: Record<string, string>;
  readonly tagsInput?: Record<string, string>;
};

/** Gives every resource that can have tags those of the stack; a resource's own ones win. */
export class Tags implements IAspect {
  public constructor(private readonly tags: Readonly<Record<string, string>>) {}

  public visit(node: IConstruct): void {
    // Only generated classes of taggable azurerm resources have `tagsInput`. Entra ID's `tags` are a list.
    if (!TerraformResource.isTerraformResource(node) || !("tagsInput" in node)) {
      return;
    }
    if (!node.terraformResourceType.startsWith("azurerm_")) {
      return;
    }
    const resource = node as Taggable;
    const own = resource.tagsInput;
    resource.tags = (
      Token.isUnresolved(own) ? Fn.merge([this.tags, own]) : { ...this.tags, ...own }
    ) as Record<string, string>;
  }
}

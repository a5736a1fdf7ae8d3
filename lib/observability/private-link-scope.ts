import { MonitorPrivateLinkScope } from "@cdktf/provider-azurerm/lib/monitor-private-link-scope";
import { Construct, type IConstruct } from "constructs";
import { checkResourceGroupName, guardAgainstTemplates, type Placement, resourceIdPattern } from "../private";
import { Problems } from "../validation";

/** An Azure Monitor private link scope: what a private endpoint leads to. */
export interface IPrivateLinkScope extends IConstruct {
  /** ARM id: target of the private endpoint. @returns a token, unless imported */
  readonly id: string;
  /** Name in Azure. */
  readonly name: string;
  /** Name of its resource group. */
  readonly resourceGroupName: string;
}

/** The scope through which private networks reach Azure Monitor. */
export interface PrivateLinkScopeProps extends Omit<Placement, "location"> {
  /** 1 to 255 letters, digits, '-', '_' or '.'. */
  readonly name: string;
}

/** What is known of a scope that another team owns. */
export interface PrivateLinkScopeAttributes {
  /** `/subscriptions/…/providers/Microsoft.Insights/privateLinkScopes/…`, or a token. */
  readonly id: string;
  /** Name in Azure. */
  readonly name: string;
  /** Name of its resource group. */
  readonly resourceGroupName: string;
}

/**
 * Lets networks with a private endpoint reach the Azure Monitor resources that are linked to it, and no
 * others: both access modes are `PrivateOnly`, so that data cannot leave through a workspace of somebody
 * else. Its names resolve for all of Azure Monitor, so networks that share DNS share one scope.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/fundamentals/private-link-design
 */
export class PrivateLinkScope extends Construct implements IPrivateLinkScope {
  /**
   * A scope that another team owns. Creates no resource.
   *
   * @throws ValidationError if `id` is a literal, and no ARM id of a private link scope
   */
  public static fromPrivateLinkScopeAttributes(
    scope: Construct,
    id: string,
    attributes: PrivateLinkScopeAttributes,
  ): IPrivateLinkScope {
    return new ImportedPrivateLinkScope(scope, id, attributes);
  }

  public readonly id: string;
  public readonly name: string;
  public readonly resourceGroupName: string;
  /** The scope itself, for what this class does not offer. */
  public readonly resource: MonitorPrivateLinkScope;

  /** @throws ValidationError if a name is not one that Azure takes */
  public constructor(scope: Construct, id: string, props: PrivateLinkScopeProps) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(props.name, /^[\w.-]{1,255}$/, {
      rule: "name must be 1 to 255 letters, digits, '-', '_' or '.'",
      remedy: "shorten or change it",
    });
    checkResourceGroupName(problems, props.resourceGroupName);
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.resource = new MonitorPrivateLinkScope(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      ingestionAccessMode: "PrivateOnly",
      queryAccessMode: "PrivateOnly",
      tags: props.tags,
      provider: props.provider,
    });
    this.id = this.resource.id;
    this.name = this.resource.name;
    this.resourceGroupName = props.resourceGroupName;
  }
}

class ImportedPrivateLinkScope extends Construct implements IPrivateLinkScope {
  public readonly id: string;
  public readonly name: string;
  public readonly resourceGroupName: string;

  public constructor(scope: Construct, id: string, attributes: PrivateLinkScopeAttributes) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(attributes.id, resourceIdPattern("Microsoft.Insights/privateLinkScopes"), {
      rule: "id must be the ARM id of an Azure Monitor private link scope",
      remedy: "copy it from the scope's properties",
    });
    problems.throwIfAny();
    this.id = attributes.id;
    this.name = attributes.name;
    this.resourceGroupName = attributes.resourceGroupName;
  }
}

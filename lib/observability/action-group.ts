import { MonitorActionGroup } from "@cdktf/provider-azurerm/lib/monitor-action-group";
import { Construct, type IConstruct } from "constructs";
import { checkResourceGroupName, guardAgainstTemplates, type Placement, resourceIdPattern } from "../private";
import { Problems } from "../validation";

/** Who is told when an alert fires. */
export interface IActionGroup extends IConstruct {
  /** ARM id. @returns a token, unless imported */
  readonly id: string;
}

/** Who is told of alerts. */
export interface ActionGroupProps extends Omit<Placement, "location"> {
  /** Name in Azure: 1 to 260 characters. */
  readonly name: string;
  /** 1 to 12 characters: stands in text messages and mails. */
  readonly shortName: string;
  /** Who gets a mail; at least one. A mailing list outlives the people on it. */
  readonly emailAddresses: readonly string[];
}

/**
 * Mails to whoever looks after the gateway.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups
 */
export class ActionGroup extends Construct implements IActionGroup {
  /**
   * An action group of another team. Creates no resource.
   *
   * @param actionGroupId ARM id
   * @throws ValidationError if it is a literal, and no ARM id of an action group
   */
  public static fromActionGroupId(scope: Construct, id: string, actionGroupId: string): IActionGroup {
    return new ImportedActionGroup(scope, id, actionGroupId);
  }

  public readonly id: string;
  /** The group itself, for other kinds of receivers. */
  public readonly resource: MonitorActionGroup;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: ActionGroupProps) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(props.name, /^[^<>*%&:\\?+/#]{1,260}$/, {
      rule: "name must be 1 to 260 characters without <>*%&:\\?+/#",
      remedy: "shorten or change it",
    });
    checkResourceGroupName(problems, props.resourceGroupName);
    problems.checkPattern(props.shortName, /^.{1,12}$/, {
      rule: "shortName must be 1 to 12 characters",
      remedy: "shorten it",
    });
    problems.check(props.emailAddresses.length > 0, {
      rule: "emailAddresses must name at least one receiver",
      remedy: "add the mailing list of the team on call",
    });
    for (const address of new Set(props.emailAddresses)) {
      problems.checkPattern(address, /^[^\s@]+@[^\s@]+\.[^\s@]+$/, {
        rule: "emailAddresses must be mail addresses",
        remedy: "correct it",
      });
    }
    problems.check(new Set(props.emailAddresses).size === props.emailAddresses.length, {
      rule: "emailAddresses must be different",
      value: props.emailAddresses,
      remedy: "remove the second mention",
    });
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.resource = new MonitorActionGroup(this, "Resource", {
      name: props.name,
      resourceGroupName: props.resourceGroupName,
      shortName: props.shortName,
      emailReceiver: props.emailAddresses.map((emailAddress) => ({
        name: emailAddress,
        emailAddress,
        useCommonAlertSchema: true,
      })),
      tags: props.tags,
      provider: props.provider,
    });
    this.id = this.resource.id;
  }
}

class ImportedActionGroup extends Construct implements IActionGroup {
  public readonly id: string;

  public constructor(scope: Construct, id: string, actionGroupId: string) {
    super(scope, id);
    const problems = new Problems(this);
    problems.checkPattern(actionGroupId, resourceIdPattern("Microsoft.Insights/actionGroups"), {
      rule: "actionGroupId must be the ARM id of an action group",
      remedy: "copy it from the group's properties",
    });
    problems.throwIfAny();
    this.id = actionGroupId;
  }
}

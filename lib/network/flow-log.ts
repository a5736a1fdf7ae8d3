import { NetworkWatcherFlowLog } from "@cdktf/provider-azurerm/lib/network-watcher-flow-log";
import { Construct } from "constructs";
import { checkPlacement, guardAgainstTemplates, type Placement, resourceIdPattern } from "../private";
import { Problems } from "../validation";
import type { IPrivateNetwork } from "./private-network";

const MIN_RETENTION_DAYS = 90;
const MAX_RETENTION_DAYS = 365;

/** `resourceGroupName` and `location` are those of the network watcher. */
export interface FlowLogProps extends Placement {
  /** 1 to 80 letters, digits or -_. */
  readonly name: string;
  /** Whose traffic is recorded. */
  readonly network: IPrivateNetwork;
  /**
   * Network watcher of the region: a subscription has one for each, and Azure makes it as
   * `NetworkWatcher_<region>` in resource group `NetworkWatcherRG`.
   */
  readonly networkWatcherName: string;
  /** ARM id of a storage account in the region of the network; never the one that holds Terraform state. */
  readonly storageAccountId: string;
  /** Days for which records are kept, 90 to 365. @default 90 */
  readonly retentionInDays?: number;
}

/**
 * Records who talked to whom in a virtual network: addresses, ports and whether a rule refused it, never
 * content.
 *
 * Source: https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
 */
export class FlowLog extends Construct {
  /** The flow log itself, for what this class does not offer. */
  public readonly resource: NetworkWatcherFlowLog;

  /** @throws ValidationError with everything that is wrong with the props */
  public constructor(scope: Construct, id: string, props: FlowLogProps) {
    super(scope, id);
    const { retentionInDays = MIN_RETENTION_DAYS } = props;
    const problems = new Problems(this);
    problems.checkPattern(props.name, /^[a-zA-Z0-9](?:[\w.-]{0,78}\w)?$/, {
      rule: "name must be 1 to 80 letters, digits or -_.",
      remedy: "shorten or change it",
    });
    checkPlacement(problems, props);
    problems.checkRange(retentionInDays, MIN_RETENTION_DAYS, MAX_RETENTION_DAYS, {
      rule: `retentionInDays must be ${MIN_RETENTION_DAYS} to ${MAX_RETENTION_DAYS}`,
      remedy: "keep records for at least 90 days",
    });
    problems.checkPattern(props.storageAccountId, resourceIdPattern("Microsoft.Storage/storageAccounts"), {
      rule: "storageAccountId must be the ARM id of a storage account",
      remedy: "copy it from the account's properties",
    });
    problems.throwIfAny();
    guardAgainstTemplates(this);

    this.resource = new NetworkWatcherFlowLog(this, "Resource", {
      name: props.name,
      networkWatcherName: props.networkWatcherName,
      resourceGroupName: props.resourceGroupName,
      location: props.location,
      targetResourceId: props.network.virtualNetworkId,
      storageAccountId: props.storageAccountId,
      enabled: true,
      version: 2,
      retentionPolicy: { enabled: true, days: retentionInDays },
      tags: props.tags,
      provider: props.provider,
    });
  }
}

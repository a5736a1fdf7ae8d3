import { FlowLog, type FlowLogProps, PrivateNetwork } from "../../../lib/network";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { Attributes } from "../../support/synthesized-stack";

const STORAGE =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stflows";

function flowLog(change: Partial<FlowLogProps> = {}): Attributes {
  const stack = azureStack();
  const network = new PrivateNetwork(stack, "network", {
    name: "vnet-aigw-prod",
    resourceGroupName: "rg-aigw-prod",
    location: "westeurope",
    addressSpace: ["10.20.0.0/22"],
    privateEndpointSubnetPrefix: "10.20.1.0/26",
  });
  new FlowLog(stack, "flows", {
    name: "flows-aigw-prod",
    network,
    networkWatcherName: "NetworkWatcher_westeurope",
    resourceGroupName: "NetworkWatcherRG",
    location: "westeurope",
    storageAccountId: STORAGE,
    ...change,
  });
  return synthesizeStack(stack).ofType("azurerm_network_watcher_flow_log")[0]!.attributes;
}

describe("FlowLog", () => {
  it("records the whole network for 90 days", () => {
    expect(flowLog()).toEqual({
      name: "flows-aigw-prod",
      network_watcher_name: "NetworkWatcher_westeurope",
      resource_group_name: "NetworkWatcherRG",
      location: "westeurope",
      target_resource_id: expect.stringMatching(/^\$\{azurerm_virtual_network\.network_\w+\.id\}$/) as string,
      storage_account_id: STORAGE,
      enabled: true,
      version: 2,
      retention_policy: { enabled: true, days: 90 },
    });
  });

  it("takes a longer retention and tags", () => {
    expect(flowLog({ retentionInDays: 365, tags: { team: "platform" } })).toMatchObject({
      retention_policy: { days: 365 },
      tags: { team: "platform" },
    });
  });

  it("reports everything that is wrong at once", () => {
    expect(() =>
      flowLog({ name: "-", location: "West Europe", retentionInDays: 30, storageAccountId: "stflows" }),
    ).toThrow(
      /^\[prod\/flows\] name must be .*\n.* location must be .*\n.* retentionInDays must be 90 to 365, got 30.*\n.* storageAccountId must be the ARM id/,
    );
  });
});

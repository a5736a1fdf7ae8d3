import { PrivateDnsZone } from "@cdktf/provider-azurerm/lib/private-dns-zone";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { VirtualNetwork } from "@cdktf/provider-azurerm/lib/virtual-network";
import { resourceInGroup } from "../../../lib/private/resource-in-group";
import { azureStack } from "../../support/azure-stack";

const NAME = "privatelink.openai.azure.com";

it("finds a resource by its type, name and resource group, whatever their letter case", () => {
  const stack = azureStack();
  const zone = new PrivateDnsZone(stack, "zone", { name: NAME, resourceGroupName: "rg" });

  expect(resourceInGroup(stack, PrivateDnsZone, { name: NAME, resourceGroupName: "RG" })).toBe(zone);
});

it.each([
  ["name", { name: "privatelink.vaultcore.azure.net", resourceGroupName: "rg" }],
  ["resource group", { name: NAME, resourceGroupName: "rg-other" }],
])("does not take one of another %s for it", (_what, place) => {
  const stack = azureStack();
  new PrivateDnsZone(stack, "zone", { name: NAME, resourceGroupName: "rg" });

  expect(resourceInGroup(stack, PrivateDnsZone, place)).toBeUndefined();
});

it("does not take one of another type, stack or subscription for it", () => {
  const stack = azureStack();
  const place = { name: NAME, resourceGroupName: "rg" };
  new VirtualNetwork(stack, "network", { ...place, location: "westeurope", addressSpace: [] });
  new PrivateDnsZone(azureStack("other"), "zone", place);
  const provider = new AzurermProvider(stack, "hub", { features: [{}], alias: "hub" });
  const ofHub = new PrivateDnsZone(stack, "hub-zone", { ...place, provider });

  expect(resourceInGroup(stack, PrivateDnsZone, place)).toBeUndefined();
  expect(resourceInGroup(stack, PrivateDnsZone, { ...place, provider })).toBe(ofHub);
});

it("compares references by what they refer to", () => {
  const stack = azureStack();
  const [group, other] = ["one", "two"].map(
    (id) => new ResourceGroup(stack, id, { name: `rg-${id}`, location: "westeurope" }),
  );
  const zone = new PrivateDnsZone(stack, "zone", { name: NAME, resourceGroupName: group!.name });

  expect(resourceInGroup(stack, PrivateDnsZone, { name: NAME, resourceGroupName: group!.name })).toBe(zone);
  expect(
    resourceInGroup(stack, PrivateDnsZone, { name: NAME, resourceGroupName: other!.name }),
  ).toBeUndefined();
});

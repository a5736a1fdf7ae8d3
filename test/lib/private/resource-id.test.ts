import { resourceIdPattern } from "../../../lib/private/resource-id";

const GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers";
const SUBNET = `${GROUP}/Microsoft.Network/virtualNetworks/vnet-hub/subnets/endpoints`;

describe("resourceIdPattern", () => {
  it.each([
    [
      "a resource",
      "Microsoft.Network/virtualNetworks",
      `${GROUP}/Microsoft.Network/virtualNetworks/vnet-hub`,
    ],
    ["a child", "Microsoft.Network/virtualNetworks/subnets", SUBNET],
    ["other case", "Microsoft.Network/virtualNetworks/subnets", SUBNET.toLowerCase()],
  ])("matches %s", (_what, type, id) => {
    expect(id).toMatch(resourceIdPattern(type));
  });

  it.each([
    ["another type", `${GROUP}/Microsoft.Network/natGateways/ng-hub`],
    ["a child", SUBNET],
    ["a resource group", GROUP.replace(/\/providers$/, "")],
    ["a subscription by name", SUBNET.replace(/[0-9a-f-]{36}/, "hub")],
    ["a namespace that only looks alike", `${GROUP}/MicrosoftXNetwork/virtualNetworks/vnet-hub`],
    [
      "something before it",
      `https://management.azure.com${GROUP}/Microsoft.Network/virtualNetworks/vnet-hub`,
    ],
    ["no name", `${GROUP}/Microsoft.Network/virtualNetworks/`],
  ])("does not match %s", (_what, id) => {
    expect(id).not.toMatch(resourceIdPattern("Microsoft.Network/virtualNetworks"));
  });

  it("matches one name if that is asked for", () => {
    const pattern = resourceIdPattern(
      "Microsoft.Network/privateDnsZones",
      "privatelink\\.openai\\.azure\\.com",
    );
    const zones = ["privatelink.openai.azure.com", "privatelink.vaultcore.azure.net"];
    expect(zones.map((zone) => pattern.test(`${GROUP}/Microsoft.Network/privateDnsZones/${zone}`))).toEqual([
      true,
      false,
    ]);
  });
});

import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import type { TerraformResource } from "cdktf";
import { PrivateEndpointTarget } from "../../../lib/network/private-endpoint-target";
import { azureStack } from "../../support/azure-stack";

const RESOURCE = {
  id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/x/y/z",
};
const ACCOUNT = { ...RESOURCE, deployBefore: () => undefined };

describe("PrivateEndpointTarget", () => {
  // Group ids and zones: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
  it.each([
    ["a vault", PrivateEndpointTarget.keyVault(RESOURCE), "vault", ["vaultcore.azure.net"]],
    ["a gateway", PrivateEndpointTarget.apiManagement(RESOURCE), "Gateway", ["azure-api.net"]],
    ["blobs", PrivateEndpointTarget.blobStorage(RESOURCE), "blob", ["blob.core.windows.net"]],
    [
      "Event Hubs",
      PrivateEndpointTarget.eventHubsNamespace(RESOURCE),
      "namespace",
      ["servicebus.windows.net"],
    ],
    ["Managed Redis", PrivateEndpointTarget.managedRedis(RESOURCE), "redisEnterprise", ["redis.azure.net"]],
    ["Redis", PrivateEndpointTarget.redisCache(RESOURCE), "redisCache", ["redis.cache.windows.net"]],
    [
      "a model account",
      PrivateEndpointTarget.openAiAccount(ACCOUNT),
      "account",
      ["openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com"],
    ],
    [
      "Azure Monitor",
      PrivateEndpointTarget.azureMonitor(RESOURCE),
      "azuremonitor",
      [
        "monitor.azure.com",
        "oms.opinsights.azure.com",
        "ods.opinsights.azure.com",
        "agentsvc.azure-automation.net",
        "blob.core.windows.net",
      ],
    ],
  ])("of %s has Azure's group id and zones", (_what, target, subresource, zones) => {
    expect([target.resourceId, target.subresource, target.zoneNames]).toEqual([
      RESOURCE.id,
      subresource,
      zones.map((zone) => `privatelink.${zone}`),
    ]);
  });

  it("of a model account is created after everything of the account", () => {
    const ordered: TerraformResource[] = [];
    const account = {
      ...RESOURCE,
      deployBefore: (...each: TerraformResource[]) => void ordered.push(...each),
    };
    const endpoint = new ResourceGroup(azureStack(), "endpoint", { name: "rg", location: "westeurope" });
    PrivateEndpointTarget.openAiAccount(account).order(endpoint);
    PrivateEndpointTarget.keyVault(RESOURCE).order(endpoint);
    expect(ordered).toEqual([endpoint]);
  });
});

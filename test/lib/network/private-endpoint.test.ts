import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault";
import { PrivateEndpoint, PrivateEndpointTarget } from "../../../lib/network";
import { OpenAiAccount } from "../../../lib/openai";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };
const ID = "/subscriptions/s/resourceGroups/rg/providers/p";

describe("PrivateEndpointTarget", () => {
  const account = { id: ID, deployBefore: (): void => undefined };

  it.each([
    [
      "openAiAccount",
      PrivateEndpointTarget.openAiAccount(account),
      "account",
      [
        "privatelink.openai.azure.com",
        "privatelink.cognitiveservices.azure.com",
        "privatelink.services.ai.azure.com",
      ],
    ],
    ["keyVault", PrivateEndpointTarget.keyVault({ id: ID }), "vault", ["privatelink.vaultcore.azure.net"]],
    [
      "apiManagement",
      PrivateEndpointTarget.apiManagement({ id: ID }),
      "Gateway",
      ["privatelink.azure-api.net"],
    ],
    [
      "blobStorage",
      PrivateEndpointTarget.blobStorage({ id: ID }),
      "blob",
      ["privatelink.blob.core.windows.net"],
    ],
    [
      "eventHubsNamespace",
      PrivateEndpointTarget.eventHubsNamespace({ id: ID }),
      "namespace",
      ["privatelink.servicebus.windows.net"],
    ],
    [
      "managedRedis",
      PrivateEndpointTarget.managedRedis({ id: ID }),
      "redisEnterprise",
      ["privatelink.redis.azure.net"],
    ],
    [
      "redisCache",
      PrivateEndpointTarget.redisCache({ id: ID }),
      "redisCache",
      ["privatelink.redis.cache.windows.net"],
    ],
    [
      "azureMonitor",
      PrivateEndpointTarget.azureMonitor({ id: ID }),
      "azuremonitor",
      [
        "privatelink.monitor.azure.com",
        "privatelink.oms.opinsights.azure.com",
        "privatelink.ods.opinsights.azure.com",
        "privatelink.agentsvc.azure-automation.net",
        "privatelink.blob.core.windows.net",
      ],
    ],
  ])("%s leads to the right part and names", (_kind, target, subresource, zoneNames) => {
    expect([target.resourceId, target.subresource, target.zoneNames]).toEqual([ID, subresource, zoneNames]);
  });
});

describe("PrivateEndpoint", () => {
  it("is approved at once and puts the names into the zones", () => {
    const stack = azureStack();
    const vault = new KeyVault(stack, "vault", { ...PLACE, name: "kv", skuName: "standard", tenantId: "t" });
    new PrivateEndpoint(stack, "vault-endpoint", {
      ...PLACE,
      name: "pep-vault",
      target: PrivateEndpointTarget.keyVault(vault),
      subnetId: `${ID}/subnets/endpoints`,
      privateDnsZoneIds: [`${ID}/privateDnsZones/privatelink.vaultcore.azure.net`],
      tags: { team: "platform" },
    });

    expect(synthesizeStack(stack).ofType("azurerm_private_endpoint")[0]?.attributes).toEqual({
      name: "pep-vault",
      resource_group_name: "rg-aigw-prod",
      location: "westeurope",
      subnet_id: `${ID}/subnets/endpoints`,
      private_service_connection: {
        name: "pep-vault",
        private_connection_resource_id: "${azurerm_key_vault.vault.id}",
        subresource_names: ["vault"],
        is_manual_connection: false,
      },
      private_dns_zone_group: {
        name: "default",
        private_dns_zone_ids: [`${ID}/privateDnsZones/privatelink.vaultcore.azure.net`],
      },
      tags: { team: "platform" },
    });
  });

  it("waits for every deployment of an account, those added later included", () => {
    const stack = azureStack();
    const account = new OpenAiAccount(stack, "openai", { ...PLACE, name: "oai-aigw-prod" });
    const deployment = { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 10 };
    account.addDeployment("early", deployment);
    new PrivateEndpoint(stack, "openai-endpoint", {
      ...PLACE,
      name: "pep-openai",
      target: PrivateEndpointTarget.openAiAccount(account),
      subnetId: ID,
      privateDnsZoneIds: [ID, ID, ID],
    });
    account.addDeployment("late", deployment);

    const stackJson = synthesizeStack(stack);
    expect(stackJson.ofType("azurerm_private_endpoint")[0]?.attributes.depends_on).toEqual(
      expect.arrayContaining(stackJson.ofType("azurerm_cognitive_deployment").map(({ address }) => address)),
    );
  });

  it("reports a wrong name and missing zones at once", () => {
    const create = (): PrivateEndpoint =>
      new PrivateEndpoint(azureStack(), "vault", {
        ...PLACE,
        name: "-",
        target: PrivateEndpointTarget.keyVault({ id: ID }),
        subnetId: ID,
        privateDnsZoneIds: [],
      });

    expect(create).toThrow(
      '[prod/vault] name must be 2 to 64 letters, digits or -_., got "-": shorten or change it\n' +
        "[prod/vault] privateDnsZoneIds must hold a zone for each of privatelink.vaultcore.azure.net, got 0: without them the target's names would still resolve to its public address",
    );
  });
});

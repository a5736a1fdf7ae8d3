import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import type { TerraformStack } from "cdktf";
import {
  AiGateway,
  GatewaySku,
  type IAiGateway,
  type IPrivateNetwork,
  PrivateNetwork,
  WorkloadIdentity,
} from "cdktf-azure-openai-gateway";

const TENANT_ID = "11111111-1111-4111-8111-111111111111";
const SUBSCRIPTION_ID = "00000000-0000-4000-8000-000000000001";
const RESOURCE_GROUP_NAME = "rg-platform-dev";
const id = (type: string, name: string): string =>
  `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/${RESOURCE_GROUP_NAME}/providers/${type}/${name}`;
const zone = (name: string): Record<string, string> => ({
  [name]: id("Microsoft.Network/privateDnsZones", name),
});

/**
 * What the platform team owns, by the ids that it publishes. Creates nothing.
 *
 * @param endpoints where private endpoints are made: the network's region, and a resource group of the team
 */
export function importPlatform(
  stack: TerraformStack,
  endpoints: { readonly location: string; readonly resourceGroupName: string },
): {
  readonly gateway: IAiGateway;
  readonly network: IPrivateNetwork;
  readonly tenantId: string;
} {
  // What is made in the gateway is made in the platform's subscription, whatever that of the team is.
  const provider = new AzurermProvider(stack, "platform", {
    alias: "platform",
    subscriptionId: SUBSCRIPTION_ID,
    tenantId: TENANT_ID,
    features: [{}],
  });
  const vnet = id("Microsoft.Network/virtualNetworks", "vnet-platform-dev");
  return {
    tenantId: TENANT_ID,
    gateway: AiGateway.fromAiGatewayAttributes(stack, "gateway", {
      id: id("Microsoft.ApiManagement/service", "apim-platform-dev"),
      name: "apim-platform-dev",
      resourceGroupName: RESOURCE_GROUP_NAME,
      gatewayUrl: "https://ai-dev.contoso.com",
      sku: GatewaySku.developer(),
      namePrefix: "claims",
      provider,
      identity: WorkloadIdentity.fromWorkloadIdentityAttributes(stack, "gateway-identity", {
        id: id("Microsoft.ManagedIdentity/userAssignedIdentities", "id-platform-dev"),
        clientId: "22222222-2222-4222-8222-222222222222",
        principalId: "33333333-3333-4333-8333-333333333333",
      }),
    }),
    network: PrivateNetwork.fromPrivateNetworkAttributes(stack, "network", {
      ...endpoints,
      virtualNetworkId: vnet,
      privateEndpointSubnetId: `${vnet}/subnets/endpoints`,
      privateDnsZoneIds: {
        ...zone("privatelink.openai.azure.com"),
        ...zone("privatelink.cognitiveservices.azure.com"),
        ...zone("privatelink.services.ai.azure.com"),
      },
    }),
  };
}

import type { TerraformStack } from "cdktf";
import {
  AiGateway,
  GatewaySku,
  type IAiGateway,
  type IPrivateNetwork,
  PrivateNetwork,
  WorkloadIdentity,
} from "cdktf-azure-openai-gateway";

const GROUP = { location: "swedencentral", resourceGroupName: "rg-platform-dev" };
const SUBSCRIPTION = "/subscriptions/00000000-0000-4000-8000-000000000001";
const id = (type: string, name: string): string =>
  `${SUBSCRIPTION}/resourceGroups/${GROUP.resourceGroupName}/providers/${type}/${name}`;
const zone = (name: string): Record<string, string> => ({
  [name]: id("Microsoft.Network/privateDnsZones", name),
});

/** What the platform team owns, by the ids that it publishes. Creates nothing. */
export function importPlatform(stack: TerraformStack): {
  readonly gateway: IAiGateway;
  readonly network: IPrivateNetwork;
  readonly tenantId: string;
} {
  const vnet = id("Microsoft.Network/virtualNetworks", "vnet-platform-dev");
  return {
    tenantId: "11111111-1111-4111-8111-111111111111",
    gateway: AiGateway.fromAiGatewayAttributes(stack, "gateway", {
      id: id("Microsoft.ApiManagement/service", "apim-platform-dev"),
      name: "apim-platform-dev",
      resourceGroupName: GROUP.resourceGroupName,
      gatewayUrl: "https://ai-dev.contoso.com",
      sku: GatewaySku.developer(),
      namePrefix: "claims",
      identity: WorkloadIdentity.fromWorkloadIdentityAttributes(stack, "gateway-identity", {
        id: id("Microsoft.ManagedIdentity/userAssignedIdentities", "id-platform-dev"),
        clientId: "22222222-2222-4222-8222-222222222222",
        principalId: "33333333-3333-4333-8333-333333333333",
      }),
    }),
    network: PrivateNetwork.fromPrivateNetworkAttributes(stack, "network", {
      ...GROUP,
      virtualNetworkId: vnet,
      privateEndpointSubnetId: `${vnet}/subnets/endpoints`,
      privateDnsZoneIds: {
        ...zone("privatelink.openai.azure.com"),
        ...zone("privatelink.cognitiveservices.azure.com"),
      },
    }),
  };
}

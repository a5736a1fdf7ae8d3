import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { App, TerraformStack } from "cdktf";
import {
  AiGateway,
  Auth,
  GatewaySku,
  OpenAiAccount,
  PrivateEndpointTarget,
  PrivateNetwork,
  WorkloadIdentity,
} from "cdktf-azure-openai-gateway";

const tenantId = "11111111-1111-4111-8111-111111111111";
const subscriptionId = "00000000-0000-4000-8000-000000000001";
const platform = { location: "swedencentral", resourceGroupName: "rg-platform-dev" };
const platformId = `/subscriptions/${subscriptionId}/resourceGroups/${platform.resourceGroupName}/providers`;
const zone = (name: string) => ({ [name]: `${platformId}/Microsoft.Network/privateDnsZones/${name}` });

const app = new App();
const stack = new TerraformStack(app, "claims-dev");
new AzurermProvider(stack, "azurerm", { subscriptionId, tenantId, features: [{}] });

// What the platform team owns, by the ids that it published.
const gateway = AiGateway.fromAiGatewayAttributes(stack, "gateway", {
  id: `${platformId}/Microsoft.ApiManagement/service/apim-platform-dev`,
  name: "apim-platform-dev",
  resourceGroupName: platform.resourceGroupName,
  gatewayUrl: "https://ai-dev.contoso.com",
  sku: GatewaySku.developer(),
  namePrefix: "claims",
  identity: WorkloadIdentity.fromWorkloadIdentityAttributes(stack, "gateway-identity", {
    id: `${platformId}/Microsoft.ManagedIdentity/userAssignedIdentities/id-platform-dev`,
    clientId: "22222222-2222-4222-8222-222222222222",
    principalId: "33333333-3333-4333-8333-333333333333",
  }),
});
const network = PrivateNetwork.fromPrivateNetworkAttributes(stack, "network", {
  ...platform,
  virtualNetworkId: `${platformId}/Microsoft.Network/virtualNetworks/vnet-platform-dev`,
  privateEndpointSubnetId: `${platformId}/Microsoft.Network/virtualNetworks/vnet-platform-dev/subnets/endpoints`,
  privateDnsZoneIds: {
    ...zone("privatelink.openai.azure.com"),
    ...zone("privatelink.cognitiveservices.azure.com"),
  },
});

// What the claims team owns.
const group = new ResourceGroup(stack, "group", { name: "rg-claims-dev", location: platform.location });
const openai = new OpenAiAccount(stack, "openai", {
  name: "oai-claims-dev-7f3",
  location: platform.location,
  resourceGroupName: group.name,
});
openai.addDeployment("chat", { model: "gpt-4.1-mini", modelVersion: "2025-04-14", capacity: 20 });
network.addPrivateEndpoint("openai", {
  name: "pep-claims-openai",
  target: PrivateEndpointTarget.openAiAccount(openai),
});
gateway.addOpenAiApi("assistant", {
  path: "claims",
  backends: [openai],
  auth: Auth.entraId({
    tenantId,
    audiences: ["44444444-4444-4444-8444-444444444444"],
    clientApplicationIds: ["55555555-5555-4555-8555-555555555555"],
    scopes: ["Models.Invoke"],
  }),
});
app.synth();

import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { App, TerraformStack } from "cdktf";
import { Auth, OpenAiAccount, PrivateEndpointTarget, SynthesisDate } from "cdktf-azure-openai-gateway";
import { importPlatform } from "./platform";

const app = new App();
const stack = new TerraformStack(app, "claims-dev");
SynthesisDate.set(stack, new Date());
// The team's own subscription, with a resource group of the team's.
const subscriptionId = "00000000-0000-4000-8000-000000000002";
const place = { location: "swedencentral", resourceGroupName: "rg-claims-dev" };
const { gateway, network, tenantId } = importPlatform(stack, place);
new AzurermProvider(stack, "azurerm", { subscriptionId, tenantId, features: [{}] });

const openai = new OpenAiAccount(stack, "openai", { ...place, name: "oai-claims-dev-7f3" });
openai.addDeployment("chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 20 });
network.addPrivateEndpoint("openai", { target: PrivateEndpointTarget.openAiAccount(openai) });

const audiences = ["44444444-4444-4444-8444-444444444444"];
const clientApplicationIds = ["55555555-5555-4555-8555-555555555555"];
gateway.addOpenAiApi("assistant", {
  path: "claims",
  backends: [openai],
  auth: Auth.entraId({ tenantId, audiences, clientApplicationIds }),
});
app.synth();

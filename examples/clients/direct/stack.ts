import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { OpenAiAccount, SynthesisDate, WorkloadIdentity } from "cdktf-azure-openai-gateway";

/** One application, one account, no gateway: the application's identity may call the models, and no key does. */
const app = new App();
const stack = new TerraformStack(app, "chat-direct");
const subscriptionId = "00000000-0000-4000-8000-000000000004";
const tenantId = "11111111-1111-4111-8111-111111111111";
SynthesisDate.set(stack, new Date());
new AzurermProvider(stack, "azurerm", { subscriptionId, tenantId, features: [{}] });

const location = "swedencentral";
const group = new ResourceGroup(stack, "group", { name: "rg-chat-direct", location });
const place = { location, resourceGroupName: group.name };
const identity = new WorkloadIdentity(stack, "identity", { ...place, name: "id-chat-direct" });
const account = new OpenAiAccount(stack, "openai", {
  ...place,
  name: "oai-chat-direct-7f3",
  allowedAddressRanges: ["203.0.113.25"],
  securityOptOuts: [
    {
      control: "account-public-network",
      reason: "The application's host has no virtual network; its one outbound address is let in.",
      approvedBy: "chat-team",
      expires: "2027-12-31",
    },
  ],
});
account.addDeployment("chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 20 });
account.grantInvoke(identity);

new TerraformOutput(stack, "endpoint", { value: account.endpoint });
new TerraformOutput(stack, "client_id", { value: identity.clientId });
app.synth();

import { DeviceCodeCredential, getBearerTokenProvider } from "@azure/identity";
import { AzureOpenAI } from "openai";
import { EnvHttpProxyAgent, fetch } from "undici";
import { waitForSignIn } from "./wait-for-sign-in";

const { AZURE_TENANT_ID, AZURE_CLIENT_ID, GATEWAY_SCOPE = "" } = process.env;
const credential = new DeviceCodeCredential({
  tenantId: AZURE_TENANT_ID,
  clientId: AZURE_CLIENT_ID,
  userPromptCallback: ({ userCode }) => waitForSignIn(userCode),
});
const client = new AzureOpenAI({
  fetch,
  fetchOptions: { dispatcher: new EnvHttpProxyAgent() },
  azureADTokenProvider: getBearerTokenProvider(credential, GATEWAY_SCOPE),
});

async function main(): Promise<void> {
  const completion = await client.chat.completions.create({
    model: "chat",
    messages: [{ role: "user", content: "hello" }],
  });
  process.stdout.write(JSON.stringify({ chat: completion.choices[0]?.message.content }));
}

void main();

import { ClientSecretCredential, getBearerTokenProvider } from "@azure/identity";
import OpenAI, { AzureOpenAI } from "openai";
import { EnvHttpProxyAgent, fetch } from "undici";

const { AZURE_TENANT_ID = "", AZURE_CLIENT_ID = "", AZURE_CLIENT_SECRET = "" } = process.env;
const { AZURE_OPENAI_ENDPOINT, GATEWAY_SCOPE = "" } = process.env;
const credential = new ClientSecretCredential(AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET);
const tokenProvider = getBearerTokenProvider(credential, GATEWAY_SCOPE);
const NETWORK = { fetch, fetchOptions: { dispatcher: new EnvHttpProxyAgent() } };

async function main(): Promise<void> {
  const azure = new AzureOpenAI({ ...NETWORK, azureADTokenProvider: tokenProvider });
  const completion = await azure.chat.completions.create({
    model: "chat",
    messages: [{ role: "user", content: "hello" }],
  });
  const v1 = new OpenAI({
    ...NETWORK,
    baseURL: `${AZURE_OPENAI_ENDPOINT}/openai/v1`,
    apiKey: tokenProvider,
  });
  const request = { model: "chat", input: "hello" };
  const response = await v1.responses.create(request);
  const events: string[] = [];
  for await (const { type } of await v1.responses.create({ ...request, stream: true })) {
    events.push(type);
  }
  const answer = {
    chat: completion.choices[0]?.message.content,
    response: response.output_text,
    events: [...new Set(events)],
  };
  process.stdout.write(JSON.stringify(answer));
}

void main();

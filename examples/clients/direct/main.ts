import { DefaultAzureCredential } from "@azure/identity";
import { APIError, AzureOpenAI } from "openai";
import { EnvHttpProxyAgent } from "undici";

/** The audience of every Azure OpenAI account; a gateway has a scope of its own. */
const SCOPE = "https://cognitiveservices.azure.com/.default";

async function main(prompt = "Say hello in one sentence."): Promise<void> {
  const credential = new DefaultAzureCredential();
  const client = new AzureOpenAI({
    azureADTokenProvider: async () => (await credential.getToken(SCOPE)).token,
    // @azure/identity follows HTTPS_PROXY by itself, fetch of Node.js 20 does not.
    fetchOptions: { dispatcher: new EnvHttpProxyAgent() },
  });
  const completion = await client.chat.completions.create({
    model: process.env.AZURE_OPENAI_DEPLOYMENT ?? "chat",
    messages: [{ role: "user", content: prompt }],
  });
  console.log(completion.choices[0]?.message.content);
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(
    error instanceof APIError ? `${error.status} ${error.code}: ${error.message}` : String(error),
  );
  process.exitCode = 1;
});

import { DefaultAzureCredential } from "@azure/identity";
import { AzureOpenAI } from "openai";
import { connectionTo } from "../connection";
import { failureLine } from "../failure";
import { settings } from "../settings";

/** The audience of every Azure OpenAI account; a gateway has a scope of its own. */
const SCOPE = "https://cognitiveservices.azure.com/.default";

async function main(prompt = "Say hello in one sentence."): Promise<void> {
  const { AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_DEPLOYMENT } = settings(
    "AZURE_OPENAI_ENDPOINT",
    "OPENAI_API_VERSION",
    "AZURE_OPENAI_DEPLOYMENT",
  );
  const credential = new DefaultAzureCredential();
  const client = new AzureOpenAI({
    ...connectionTo(AZURE_OPENAI_ENDPOINT),
    azureADTokenProvider: async () => (await credential.getToken(SCOPE)).token,
  });
  const completion = await client.chat.completions.create({
    model: AZURE_OPENAI_DEPLOYMENT,
    messages: [{ role: "user", content: prompt }],
  });
  console.log(completion.choices[0]?.message.content);
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(failureLine(error));
  process.exitCode = 1;
});

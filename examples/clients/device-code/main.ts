import { DeviceCodeCredential } from "@azure/identity";
import { AzureOpenAI } from "openai";
import { connectionTo } from "../connection";
import { failureLine } from "../failure";
import { settings } from "../settings";
import { keptSignIn } from "./kept-sign-in";

async function main(prompt = "Say hello in one sentence."): Promise<void> {
  const { AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_DEPLOYMENT, AZURE_TENANT_ID, AZURE_CLIENT_ID, GATEWAY_SCOPE } =
    settings(
      "AZURE_OPENAI_ENDPOINT",
      "OPENAI_API_VERSION",
      "AZURE_OPENAI_DEPLOYMENT",
      "AZURE_TENANT_ID",
      "AZURE_CLIENT_ID",
      "GATEWAY_SCOPE",
    );
  const options = {
    tenantId: AZURE_TENANT_ID,
    clientId: AZURE_CLIENT_ID,
    // To the person, not into the answer that a script may read.
    userPromptCallback: ({ message }: { message: string }) => console.error(message),
  };
  const credential =
    process.env.TOKEN_CACHE === "platform"
      ? await keptSignIn(options, GATEWAY_SCOPE)
      : new DeviceCodeCredential(options);
  const client = new AzureOpenAI({
    ...connectionTo(AZURE_OPENAI_ENDPOINT),
    // Asked before each call: it answers from memory, and renews in good time without asking the person again.
    azureADTokenProvider: async () => (await credential.getToken(GATEWAY_SCOPE)).token,
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

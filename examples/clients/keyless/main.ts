import { AzureOpenAI } from "openai";
import { connectionTo } from "../connection";
import { failureLine } from "../failure";
import { settings } from "../settings";
import { credentialFrom } from "./credential";

/** Streams one answer. `AzureOpenAI` reads the API version from the environment by itself. */
async function main(prompt = "Say hello in one sentence."): Promise<void> {
  const { AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_DEPLOYMENT } = settings(
    "AZURE_OPENAI_ENDPOINT",
    "OPENAI_API_VERSION",
    "AZURE_OPENAI_DEPLOYMENT",
  );
  const client = new AzureOpenAI({
    ...connectionTo(AZURE_OPENAI_ENDPOINT),
    ...credentialFrom(process.env),
  });
  const stream = await client.chat.completions.create({
    model: AZURE_OPENAI_DEPLOYMENT,
    messages: [{ role: "user", content: prompt }],
    stream: true,
  });
  for await (const { choices } of stream) {
    process.stdout.write(choices[0]?.delta.content ?? "");
  }
  process.stdout.write("\n");
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(failureLine(error));
  process.exitCode = 1;
});

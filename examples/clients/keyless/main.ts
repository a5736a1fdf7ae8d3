import { AzureOpenAI, APIError } from "openai";
import { EnvHttpProxyAgent } from "undici";
import { credentialFrom } from "./credential";

/** Streams one answer. Endpoint and API version come from the environment, as `AzureOpenAI` reads them. */
async function main(prompt = "Say hello in one sentence."): Promise<void> {
  const client = new AzureOpenAI({
    ...credentialFrom(process.env),
    // @azure/identity follows HTTPS_PROXY by itself, fetch of Node.js 20 does not.
    fetchOptions: { dispatcher: new EnvHttpProxyAgent() },
  });
  const stream = await client.chat.completions.create({
    model: process.env.AZURE_OPENAI_DEPLOYMENT ?? "chat",
    messages: [{ role: "user", content: prompt }],
    stream: true,
  });
  for await (const { choices } of stream) process.stdout.write(choices[0]?.delta.content ?? "");
  process.stdout.write("\n");
}

main(process.argv[2]).catch((error: unknown) => {
  // Status, code and request id are for the gateway's operators; a stack would help nobody.
  console.error(
    error instanceof APIError ? `${error.status} ${error.code}: ${error.message}` : String(error),
  );
  process.exitCode = 1;
});

import { readFileSync } from "node:fs";
import { AzureOpenAI } from "openai";
import { EnvHttpProxyAgent, fetch } from "undici";

const { CLIENT_CERTIFICATE = "", CLIENT_KEY = "" } = process.env;
const client = new AzureOpenAI({
  fetch,
  fetchOptions: {
    dispatcher: new EnvHttpProxyAgent({
      requestTls: { cert: readFileSync(CLIENT_CERTIFICATE), key: readFileSync(CLIENT_KEY) },
    }),
  },
  // The certificate is the credential; the SDK asks for something in place of a key.
  apiKey: "unused",
  defaultHeaders: { "api-key": null },
});

async function main(): Promise<void> {
  const completion = await client.chat.completions.create({
    model: "chat",
    messages: [{ role: "user", content: "hello" }],
  });
  process.stdout.write(JSON.stringify({ chat: completion.choices[0]?.message.content }));
}

void main();

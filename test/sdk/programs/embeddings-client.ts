import { AzureOpenAI } from "openai";
import { EnvHttpProxyAgent, fetch } from "undici";

const client = new AzureOpenAI({ fetch, fetchOptions: { dispatcher: new EnvHttpProxyAgent() } });

async function main(): Promise<void> {
  const { data, usage } = await client.embeddings.create({ model: "embeddings", input: ["one", "two"] });
  process.stdout.write(
    JSON.stringify({ vectors: data.map(({ embedding }) => embedding.length), tokens: usage.total_tokens }),
  );
}

void main();

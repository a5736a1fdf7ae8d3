import { AzureOpenAI } from "openai";
import { EnvHttpProxyAgent, fetch } from "undici";

// Endpoint, key and API version come from the environment, as AzureOpenAI reads them.
const client = new AzureOpenAI({ fetch, fetchOptions: { dispatcher: new EnvHttpProxyAgent() } });

async function main(): Promise<void> {
  const messages = [{ role: "user", content: "hello" }] as const;
  const completion = await client.chat.completions.create({ model: "chat", messages: [...messages] });
  const stream = await client.chat.completions.create({
    model: "chat",
    messages: [...messages],
    stream: true,
    stream_options: { include_usage: true },
  });
  const parts: string[] = [];
  let usage: number | undefined;
  for await (const chunk of stream) {
    parts.push(chunk.choices[0]?.delta.content ?? "");
    usage = chunk.usage?.total_tokens ?? usage;
  }
  const models = await client.models.list();
  const answer = {
    whole: completion.choices[0]?.message.content,
    chunks: parts.filter((part) => part !== "").length,
    streamed: parts.join(""),
    usage,
    models: models.data.map(({ id }) => id),
  };
  process.stdout.write(JSON.stringify(answer));
}

void main();

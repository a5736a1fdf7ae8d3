import { APIError, AzureOpenAI } from "openai";
import { EnvHttpProxyAgent, fetch } from "undici";

const client = new AzureOpenAI({ fetch, fetchOptions: { dispatcher: new EnvHttpProxyAgent() } });

async function main(): Promise<void> {
  try {
    await client.chat.completions.create({ model: "chat", messages: [{ role: "user", content: "hello" }] });
  } catch (error) {
    if (!isApiError(error)) {
      throw error;
    }
    const { status, code, message, headers } = error;
    const retryAfter = headers?.get("retry-after");
    process.stdout.write(JSON.stringify({ type: error.constructor.name, status, code, message, retryAfter }));
  }
}

function isApiError(error: unknown): error is APIError {
  return error instanceof APIError;
}

void main();

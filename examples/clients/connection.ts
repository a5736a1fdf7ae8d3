import type { AzureClientOptions } from "openai/azure";
import { EnvHttpProxyAgent } from "undici";

/**
 * Options of `AzureOpenAI` under which credentials go to one endpoint, encrypted, and nowhere else.
 *
 * @param endpoint URL of the API on the gateway, or of an account
 * @throws Error if it is not https:
 */
export function connectionTo(endpoint: string): AzureClientOptions {
  if (!/^https:\/\//i.test(endpoint)) {
    throw new Error(`Set AZURE_OPENAI_ENDPOINT to a URL that starts with https://, not to ${endpoint}`);
  }
  return {
    endpoint,
    // Else OPENAI_BASE_URL would come first, and a key in AZURE_OPENAI_API_KEY would join another credential.
    baseURL: null,
    apiKey: "",
    fetchOptions: {
      // fetch of Node.js 20 does not follow HTTPS_PROXY by itself.
      dispatcher: new EnvHttpProxyAgent(),
      // A gateway sends nobody elsewhere, and fetch takes an api-key along.
      redirect: "error",
    },
  };
}

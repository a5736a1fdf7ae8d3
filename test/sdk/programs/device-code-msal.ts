import { PublicClientApplication } from "@azure/msal-node";
import OpenAI from "openai";
import { EnvHttpProxyAgent, fetch } from "undici";
import { msalNetworkClient } from "../../../demo/msal-network-client";
import { waitForSignIn } from "./wait-for-sign-in";

const { AZURE_TENANT_ID, AZURE_CLIENT_ID = "", AZURE_OPENAI_ENDPOINT, GATEWAY_SCOPE = "" } = process.env;
const dispatcher = new EnvHttpProxyAgent();

async function main(): Promise<void> {
  const app = new PublicClientApplication({
    auth: { clientId: AZURE_CLIENT_ID, authority: `https://login.microsoftonline.com/${AZURE_TENANT_ID}` },
    system: { networkClient: msalNetworkClient },
  });
  const scopes = [GATEWAY_SCOPE];
  const first = await app.acquireTokenByDeviceCode({
    scopes,
    deviceCodeCallback: ({ userCode }) => waitForSignIn(userCode),
  });
  if (!first?.account) {
    throw new Error("MSAL returned no account");
  }
  const fresh = await app.acquireTokenSilent({ scopes, account: first.account, forceRefresh: true });
  const client = new OpenAI({
    fetch,
    fetchOptions: { dispatcher },
    baseURL: `${AZURE_OPENAI_ENDPOINT}/openai/v1`,
    apiKey: fresh.accessToken,
  });
  const completion = await client.chat.completions.create({
    model: "chat",
    messages: [{ role: "user", content: "hello" }],
  });
  process.stdout.write(
    JSON.stringify({
      chat: completion.choices[0]?.message.content,
      refreshed: fresh.accessToken !== first.accessToken,
      scopes: fresh.scopes,
    }),
  );
}

void main();

import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from "@azure/msal-node";
import { EnvHttpProxyAgent, fetch } from "undici";

/** MSAL's own option for networks with a proxy (`system.networkClient`): its client follows no HTTPS_PROXY. */
export const msalNetworkClient: INetworkModule = {
  sendGetRequestAsync: (url, options) => send("GET", url, options),
  sendPostRequestAsync: (url, options) => send("POST", url, options),
};

async function send<T>(
  method: string,
  url: string,
  { headers, body }: NetworkRequestOptions = {},
): Promise<NetworkResponse<T>> {
  const response = await fetch(url, { method, headers, body, dispatcher: new EnvHttpProxyAgent() });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: (await response.json()) as T,
  };
}

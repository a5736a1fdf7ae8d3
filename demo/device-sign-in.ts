import {
  type AuthenticationResult,
  type INetworkModule,
  type NetworkRequestOptions,
  type NetworkResponse,
  PublicClientApplication,
} from "@azure/msal-node";
import { EnvHttpProxyAgent, fetch } from "undici";

export interface DeviceSignInProps {
  readonly tenantId: string;
  readonly clientId: string;
  readonly scope: string;
  /** Shows the person where to sign in. */
  readonly prompt: (message: string) => void;
}

/**
 * Signs a person in by device code, with MSAL itself: @azure/identity gives out no ID tokens.
 *
 * @throws AuthError if the person declines or the code expires
 */
export async function signInByDeviceCode(props: DeviceSignInProps): Promise<AuthenticationResult> {
  const { tenantId, clientId, scope, prompt } = props;
  const application = new PublicClientApplication({
    auth: { clientId, authority: `https://login.microsoftonline.com/${tenantId}` },
    system: { networkClient },
  });
  const result = await application.acquireTokenByDeviceCode({
    scopes: [scope],
    deviceCodeCallback: ({ message }) => prompt(message),
  });
  if (result === null) throw new Error("The sign-in was cancelled");
  return result;
}

/** MSAL's own client follows no HTTPS_PROXY. */
const networkClient: INetworkModule = {
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

import { type AuthenticationResult, PublicClientApplication } from "@azure/msal-node";
import { msalNetworkClient } from "./msal-network-client";

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
    system: { networkClient: msalNetworkClient },
  });
  const result = await application.acquireTokenByDeviceCode({
    scopes: [scope],
    deviceCodeCallback: ({ message }) => prompt(message),
  });
  if (result === null) {
    throw new Error("The sign-in was cancelled");
  }
  return result;
}

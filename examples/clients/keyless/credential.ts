import { DefaultAzureCredential, ManagedIdentityCredential, type TokenCredential } from "@azure/identity";
import { FreshToken } from "./fresh-token";

/** What `AzureOpenAI` takes: a key, or tokens made when they are needed. */
export type GatewayCredential =
  { readonly apiKey: string } | { readonly azureADTokenProvider: () => Promise<string> };

/**
 * Chooses by what is set: a key (a container on a laptop, which has no identity), then the user-assigned identity
 * that is named, then whatever `DefaultAzureCredential` finds: a federated credential, the host's own identity, the
 * Azure CLI's sign-in.
 *
 * @throws Error if tokens are needed and no scope is set
 */
export function credentialFrom(environment: NodeJS.ProcessEnv): GatewayCredential {
  const { AZURE_OPENAI_API_KEY, MANAGED_IDENTITY_CLIENT_ID, GATEWAY_SCOPE } = environment;
  if (AZURE_OPENAI_API_KEY) {
    return { apiKey: AZURE_OPENAI_API_KEY };
  }
  if (!GATEWAY_SCOPE) {
    throw new Error("Set GATEWAY_SCOPE: the scope of the gateway, api://<client id>/.default");
  }
  const credential: TokenCredential = MANAGED_IDENTITY_CLIENT_ID
    ? new ManagedIdentityCredential({ clientId: MANAGED_IDENTITY_CLIENT_ID })
    : new DefaultAzureCredential();
  const token = new FreshToken(credential, GATEWAY_SCOPE);
  return { azureADTokenProvider: () => token.get() };
}

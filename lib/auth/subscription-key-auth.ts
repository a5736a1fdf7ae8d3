import { authBinding, bindOnce } from "./auth-binding";
import type { AuthStrategy } from "./auth-strategy";
import { checkAuthenticatorName } from "./authenticator-name";

/**
 * Accept keys of the API's clients, each with its own subscription: `Auth.subscriptionKey()`. A key in the
 * query is refused. Keys come in the header `api-key`, as the client class `AzureOpenAI` sends them. The class
 * `OpenAI` sends its key as `Authorization: Bearer`, which is a token here: it must be told to send `api-key` and
 * to leave `Authorization` out.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-subscriptions
 */
export interface SubscriptionKeyAuthProps {
  /** Part of client identities. @default "key" */
  readonly name?: string;
}

export function subscriptionKeyAuth({ name = "key" }: SubscriptionKeyAuthProps = {}): AuthStrategy {
  return {
    bind: bindOnce(({ problems }) => {
      checkAuthenticatorName(name, problems);
      return authBinding([{ token: [], key: { credential: "key", name } }], []);
    }),
  };
}

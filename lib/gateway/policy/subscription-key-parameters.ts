/**
 * Where API Management takes keys from. The header is the one in which OpenAI clients send them. The query
 * parameter cannot be switched off: it gets a name that nobody uses, and requests that use it are refused,
 * because URLs end up in logs.
 *
 * Source:
 * https://learn.microsoft.com/azure/api-management/api-management-subscriptions#use-a-subscription-key
 */
export const SUBSCRIPTION_KEY_PARAMETERS = {
  header: "api-key",
  query: "refused-key-5c1e7d90b2f34a68",
} as const;

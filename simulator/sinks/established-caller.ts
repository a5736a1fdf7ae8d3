import type { RequestTrace } from "./request-trace";

/** Who a request turned out to come from. */
export interface EstablishedCaller {
  readonly client: string;
  /** Kind of credential. */
  readonly method?: string;
  readonly user?: string;
}

/**
 * The caller that the policies of a request established, as they say so: text variables `callerClientId`,
 * `callerMethod` and `callerUserId`. Policies that set none are taken to know the subscription.
 * @returns none when nobody was established
 */
export function establishedCaller({
  variables,
  subscription,
}: Pick<RequestTrace, "variables" | "subscription">): EstablishedCaller | undefined {
  const { callerClientId: client, callerMethod: method, callerUserId: user } = variables;
  if (client !== undefined && client !== "") {
    return { client, method: method || undefined, user: user || undefined };
  }
  return subscription === undefined ? undefined : { client: subscription, method: "key" };
}

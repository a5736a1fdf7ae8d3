import type { ApiModel, GatewayModel, ProductModel } from "../model";
import type { PreparedResponse } from "../policies";
import type { UsedSubscription } from "./exchange";
import { covers, productOf } from "./subscription-scope";
import { Subscriptions } from "./subscriptions";

/** What the key check decided. */
export type AccessDecision =
  | { readonly allowed: true; readonly subscription?: UsedSubscription; readonly product?: ProductModel }
  | {
      readonly allowed: false;
      readonly reason: "SubscriptionKeyNotFound" | "SubscriptionKeyInvalid";
      readonly prepared: PreparedResponse;
    };

/**
 * Decides by subscription key whether a call may enter an API, and in whose context it runs. Happens before any
 * policy.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-subscriptions
 */
export class SubscriptionAccess {
  private readonly productsByApi = new Map<string, ProductModel[]>();

  public constructor(
    private readonly model: GatewayModel,
    private readonly subscriptions = new Subscriptions(model.subscriptions),
  ) {
    for (const product of model.products) {
      for (const api of product.apis) {
        this.productsByApi.set(api, [...(this.productsByApi.get(api) ?? []), product]);
      }
    }
  }

  /**
   * @param key from the header, or from the query when the header is absent
   * @param hostName for the challenge of a refusal
   */
  public decide(api: ApiModel, key: string | undefined, hostName: string): AccessDecision {
    const open = this.openProductOf(api);
    if (key !== undefined) {
      const subscription = this.subscriptions.withKey(key);
      const product = subscription === undefined ? undefined : productOf(subscription, this.model.products);
      if (subscription?.state === "active" && covers(subscription, product, api)) {
        return { allowed: true, subscription: { subscription, key }, product };
      }
      if (open === undefined && api.subscriptionRequired) {
        return refusal(api, hostName, "SubscriptionKeyInvalid", INVALID_KEY);
      }
    }
    if (open !== undefined) {
      return { allowed: true, product: open };
    }
    if (!api.subscriptionRequired) {
      return { allowed: true };
    }
    return refusal(api, hostName, "SubscriptionKeyNotFound", MISSING_KEY);
  }

  /** The product that lets anybody in; an API is in one such product at most. */
  private openProductOf(api: ApiModel): ProductModel | undefined {
    return this.productsByApi.get(api.name)?.find(({ subscriptionRequired }) => !subscriptionRequired);
  }
}

const MISSING_KEY =
  "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.";
const INVALID_KEY =
  "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.";

function refusal(
  api: ApiModel,
  hostName: string,
  reason: "SubscriptionKeyNotFound" | "SubscriptionKeyInvalid",
  message: string,
): AccessDecision {
  const realm = `https://${hostName}/${api.path.replace(/^\//, "")}`;
  const { header } = api.subscriptionKeyParameterNames;
  const challenge = `AzureApiManagementKey realm="${realm}",name="${header}",type="header"`;
  return {
    allowed: false,
    reason,
    prepared: { status: 401, message, headers: { "WWW-Authenticate": challenge } },
  };
}

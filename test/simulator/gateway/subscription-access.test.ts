import { SubscriptionAccess } from "../../../simulator/gateway/subscription-access";
import type { GatewayModel, SubscriptionModel } from "../../../simulator/model";
import { apiModel, gatewayModel } from "../support/gateway-models";

const PROTECTED_PRODUCT = {
  address: "product.closed",
  id: "closed",
  productId: "closed",
  displayName: "closed",
  subscriptionRequired: true,
  approvalRequired: false,
  published: true,
  apis: ["api"],
};
const OPEN_PRODUCT = {
  ...PROTECTED_PRODUCT,
  address: "product.open",
  id: "open",
  productId: "open",
  subscriptionRequired: false,
};
const EMPTY_PRODUCT = {
  ...PROTECTED_PRODUCT,
  address: "product.empty",
  id: "empty",
  productId: "empty",
  apis: [],
};

function subscription(name: string, scope: SubscriptionModel["scope"], state = "active"): SubscriptionModel {
  return {
    address: `subscription.${name}`,
    subscriptionId: name,
    displayName: name,
    state,
    scope,
    primaryKey: `${name}-1`,
    secondaryKey: `${name}-2`,
    createdDate: "2026-01-01T00:00:00Z",
  };
}

const SUBSCRIPTIONS = [
  subscription("product", { kind: "product", product: "closed" }),
  subscription("other-product", { kind: "product", product: "empty" }),
  subscription("api", { kind: "api", api: "api" }),
  subscription("other-api", { kind: "api", api: "other" }),
  subscription("all", { kind: "allApis" }),
  ...["submitted", "suspended", "rejected", "cancelled", "expired"].map((state) =>
    subscription(state, { kind: "allApis" }, state),
  ),
];

function decide(key: string | undefined, parts: Partial<GatewayModel> = {}, subscriptionRequired = true) {
  const model = gatewayModel({
    products: [PROTECTED_PRODUCT, EMPTY_PRODUCT],
    subscriptions: SUBSCRIPTIONS,
    ...parts,
  });
  const decision = new SubscriptionAccess(model).decide(
    apiModel({ subscriptionRequired }),
    key,
    "gw.example",
  );
  return decision.allowed
    ? {
        subscription: decision.subscription?.subscription.subscriptionId,
        product: decision.product?.productId,
      }
    : decision.reason;
}

const WITH_OPEN_PRODUCT = { products: [PROTECTED_PRODUCT, EMPTY_PRODUCT, OPEN_PRODUCT] };

describe("SubscriptionAccess", () => {
  it.each(["product-1", "product-2"])("takes both keys of a subscription: %s", (key) => {
    expect(decide(key)).toEqual({ subscription: "product", product: "closed" });
  });

  it.each([
    ["api-1", { subscription: "api", product: undefined }],
    ["all-1", { subscription: "all", product: undefined }],
  ])("gives no product context to %s", (key, expected) => {
    expect(decide(key)).toEqual(expected);
  });

  it.each(["unknown", "", "other-api-1", "other-product-1"])("refuses key '%s' as invalid", (key) => {
    expect(decide(key)).toBe("SubscriptionKeyInvalid");
  });

  it.each(["submitted", "suspended", "rejected", "cancelled", "expired"])(
    "refuses a subscription that is %s",
    (state) => {
      expect(decide(`${state}-1`)).toBe("SubscriptionKeyInvalid");
    },
  );

  it("refuses a call without key", () => {
    expect(decide(undefined)).toBe("SubscriptionKeyNotFound");
  });

  it.each([undefined, "unknown", "other-api-1"])("lets key %s into an open product", (key) => {
    expect(decide(key, WITH_OPEN_PRODUCT)).toEqual({ subscription: undefined, product: "open" });
  });

  it("keeps the context of a good key although an open product exists", () => {
    expect(decide("product-1", WITH_OPEN_PRODUCT)).toEqual({ subscription: "product", product: "closed" });
  });

  it.each([undefined, "unknown"])("lets key %s into an API that needs none, without a product", (key) => {
    expect(decide(key, {}, false)).toEqual({ subscription: undefined, product: undefined });
  });

  it("challenges with the API's own header name", () => {
    const api = apiModel({
      path: "my/openai",
      subscriptionRequired: true,
      subscriptionKeyParameterNames: { header: "api-key", query: "q" },
    });
    const decision = new SubscriptionAccess(gatewayModel()).decide(api, undefined, "gw.example");
    expect(decision).toMatchObject({
      prepared: {
        status: 401,
        headers: {
          "WWW-Authenticate": `AzureApiManagementKey realm="https://gw.example/my/openai",name="api-key",type="header"`,
        },
      },
    });
  });
});

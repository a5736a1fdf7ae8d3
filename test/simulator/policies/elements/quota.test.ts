import type { GatewayModel } from "../../../../simulator/model";
import { apiModel, operationModel, policyXml } from "../../support/gateway-models";
import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

/** A product that holds the API, with one subscription made twenty seconds before the clock's start. */
function product(policy: string): Partial<GatewayModel> {
  return {
    apis: [apiModel({ subscriptionRequired: true, operations: [operationModel("GET", "/ping")] })],
    products: [
      {
        address: "azurerm_api_management_product.gold",
        id: "/products/gold",
        productId: "gold",
        displayName: "Gold",
        subscriptionRequired: true,
        approvalRequired: false,
        published: true,
        apis: ["api"],
        policy: {
          address: "azurerm_api_management_product_policy.gold",
          xml: policyXml({ inbound: `<base />${policy}` }),
        },
      },
    ],
    subscriptions: [
      {
        address: "azurerm_api_management_subscription.one",
        subscriptionId: "one",
        displayName: "one",
        state: "active",
        scope: { kind: "product", product: "gold" },
        primaryKey: "key",
        secondaryKey: "second",
        createdDate: "2025-12-31T23:59:40Z",
      },
    ],
  };
}

const KEY = { headers: { "Ocp-Apim-Subscription-Key": "key" } };

describe("quota", () => {
  it("answers 403 when the calls are used up, with the time until the period ends", async () => {
    const model = product(`<quota calls="2" renewal-period="3600" />`);
    const gateway = await PolicyGateway.start({ model });
    await gateway.statuses(2, KEY);
    const { status, headers, text } = await gateway.call(KEY);
    const message = "Out of call volume quota. Quota will be replenished in 00:59:40.";
    expect([status, headers["retry-after"], JSON.parse(text)]).toEqual([
      403,
      ["3580"],
      { statusCode: 403, message },
    ]);
    expect(gateway.lastError).toMatchObject({ source: "quota", reason: "QuotaExceeded", message });
  });

  it("counts anew in the next period, which began with the subscription", async () => {
    const gateway = await PolicyGateway.start({
      model: product(`<quota calls="1" renewal-period="3600" />`),
    });
    await gateway.call(KEY);
    gateway.running.clock.advance(3_579_000);
    const before = await gateway.statuses(1, KEY);
    gateway.running.clock.advance(1_000);
    expect([before, await gateway.statuses(1, KEY)]).toEqual([[403], [200]]);
  });

  it("never resets with a period of 0, and says no time", async () => {
    const gateway = await PolicyGateway.start({ model: product(`<quota calls="1" renewal-period="0" />`) });
    await gateway.call(KEY);
    gateway.running.clock.advance(10 * 365 * 86_400_000);
    const { status, headers, text } = await gateway.call(KEY);
    expect([status, headers["retry-after"], JSON.parse(text)]).toMatchObject([
      403,
      undefined,
      { message: "Out of call volume quota." },
    ]);
  });

  it("counts the kilobytes of both bodies", async () => {
    const model = product(`<quota bandwidth="2" renewal-period="3600" />`);
    const gateway = await PolicyGateway.start({ model });
    gateway.backend.body = "x".repeat(1536);
    const statuses = await gateway.statuses(3, KEY);
    expect(statuses).toEqual([200, 200, 403]);
    expect(gateway.lastError).toMatchObject({
      message: expect.stringContaining("Out of bandwidth quota.") as string,
    });
  });

  it("is refused outside products", async () => {
    expect(await problemsOf({ inbound: `<quota calls="1" renewal-period="3600" />` })).toHaveLength(1);
  });

  it("refuses a quota of nothing at load", async () => {
    const model = product(`<quota renewal-period="3600" />`);
    expect(await problemsOf({ model })).toEqual([expect.stringContaining("'calls' or 'bandwidth'")]);
  });
});

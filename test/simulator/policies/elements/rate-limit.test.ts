import type { ApimTier, GatewayModel, SubscriptionModel } from "../../../../simulator/model";
import { apiModel, operationModel, policyXml } from "../../support/gateway-models";
import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const subscription = (id: string): SubscriptionModel => ({
  address: `azurerm_api_management_subscription.${id}`,
  subscriptionId: id,
  displayName: id,
  state: "active",
  scope: { kind: "allApis" },
  primaryKey: `key-of-${id}`,
  secondaryKey: `second-key-of-${id}`,
  createdDate: "2026-01-01T00:00:00Z",
});

const keyOf = (id: string): { readonly headers: Readonly<Record<string, string>> } => ({
  headers: { "Ocp-Apim-Subscription-Key": `key-of-${id}` },
});

const limit = (calls: number, children = "", attributes = ""): string =>
  `<rate-limit calls="${calls}" renewal-period="60" ${attributes}>${children}</rate-limit>`;

function start(inbound: string, model: Partial<GatewayModel> = {}): Promise<PolicyGateway> {
  const subscriptions = ["one", "two"].map(subscription);
  return PolicyGateway.start({ inbound, model: { subscriptions, ...model } });
}

describe("rate-limit", () => {
  it("refuses the call after the last with 429, the text and Retry-After", async () => {
    const gateway = await start(limit(2));
    expect(await gateway.statuses(2, keyOf("one"))).toEqual([200, 200]);
    gateway.running.clock.advance(3_000);
    const { status, headers, text } = await gateway.call(keyOf("one"));
    expect([status, headers["retry-after"], JSON.parse(text)]).toEqual([
      429,
      ["57"],
      { statusCode: 429, message: "Rate limit is exceeded. Try again in 57 seconds." },
    ]);
    expect(gateway.lastError).toMatchObject({ source: "rate-limit", reason: "RateLimitExceeded" });
  });

  it("slides: a call is free again one period after it was made", async () => {
    const gateway = await start(limit(2));
    await gateway.call(keyOf("one"));
    gateway.running.clock.advance(30_000);
    await gateway.call(keyOf("one"));
    gateway.running.clock.advance(30_000);
    expect(await gateway.statuses(2, keyOf("one"))).toEqual([200, 429]);
  });

  it("counts each subscription for itself, whichever of its keys is used", async () => {
    const gateway = await start(limit(1));
    const second = { headers: { "Ocp-Apim-Subscription-Key": "second-key-of-one" } };
    const statuses = [
      ...(await gateway.statuses(1, keyOf("one"))),
      ...(await gateway.statuses(1, second)),
      ...(await gateway.statuses(1, keyOf("two"))),
    ];
    expect(statuses).toEqual([200, 429, 200]);
  });

  it("never limits a call without a subscription", async () => {
    const gateway = await start(limit(1));
    expect(await gateway.statuses(3)).toEqual([200, 200, 200]);
  });

  it("limits an operation by its own counter", async () => {
    const children = `<api name="api"><operation id="POST-/ping" calls="1" renewal-period="60" /></api>`;
    const api = children.replace('<api name="api">', `<api name="api" calls="9" renewal-period="60">`);
    const gateway = await start(limit(9, api));
    expect(await gateway.statuses(2, { ...keyOf("one"), method: "POST" })).toEqual([200, 429]);
    expect(await gateway.statuses(2, keyOf("one"))).toEqual([200, 200]);
  });

  it("writes what is left into headers", async () => {
    const attributes = `remaining-calls-header-name="x-left" total-calls-header-name="x-total"`;
    const gateway = await start(limit(2, "", attributes));
    const { headers } = await gateway.call(keyOf("one"));
    expect(headers).toMatchObject({ "x-left": ["1"], "x-total": ["2"] });
  });

  it("renames Retry-After", async () => {
    const gateway = await start(limit(1, "", `retry-after-header-name="x-wait"`));
    await gateway.call(keyOf("one"));
    const { headers } = await gateway.call(keyOf("one"));
    expect([headers["x-wait"], headers["retry-after"]]).toEqual([["60"], undefined]);
  });

  it.each<[ApimTier, number]>([
    ["Standard", 429],
    ["StandardV2", 200],
  ])("in %s answers %d half a period after the limit was reached", async (tier, status) => {
    const gateway = await start(limit(2), { tier });
    await gateway.statuses(2, keyOf("one"));
    gateway.running.clock.advance(30_000);
    expect((await gateway.call(keyOf("one"))).status).toBe(status);
  });

  it("is refused twice in a document and in the global document", async () => {
    const global = { address: "azurerm_api_management_policy.global", xml: policyXml({ inbound: limit(1) }) };
    const apis = [apiModel({ operations: [operationModel("GET", "/ping")] })];
    expect([
      (await problemsOf({ inbound: limit(1) + limit(2) })).length,
      (await problemsOf({ model: { policy: global, apis } })).length > 0,
    ]).toEqual([1, true]);
  });

  it.each([
    ["a period over 300 seconds", `<rate-limit calls="1" renewal-period="301" />`, "allowed: 1 to 300"],
    ["a computed number of calls", `<rate-limit calls="@(1)" renewal-period="60" />`, "no policy expression"],
    ["an api without id and name", limit(1, `<api calls="1" renewal-period="1" />`), "'id' or 'name'"],
    ["a header name that is none", limit(1, "", `retry-after-header-name="a b"`), "is not a header name"],
  ])("refuses %s at load", async (_, inbound, problem) => {
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining(problem)]);
  });
});

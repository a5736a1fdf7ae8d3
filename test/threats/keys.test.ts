import { randomBytes } from "node:crypto";
import { FABRIKAM } from "../support/callers";
import {
  expectNoSecrets,
  expectRefused,
  R400,
  R401,
  R401_BEARER,
  R401_TOKEN,
  R403,
  R404,
} from "../support/refusal";
import {
  chat,
  HELLO,
  resourceOf,
  SimulatedEnvironment,
  type StackJson,
  statusOf,
  synthesized,
} from "../support/simulation";

const CHAT = chat("assistant");
const EMBEDDINGS = "/assistant/openai/deployments/embeddings/embeddings?api-version=2024-10-21";
const QUERY_PARAMETER = /^refused-key-[0-9a-f]{16}$/;
const BLOCKED_STATES = ["suspended", "cancelled", "expired", "rejected", "submitted"];

describe("subscription keys", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("dev", addSubscriptions);
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const status = (headers: Record<string, string>): Promise<number> =>
    statusOf(environment.simulation.call(CHAT, { headers, body: HELLO }));
  const refused = (headers: Record<string, string>, refusal = R401, target = CHAT): Promise<string> =>
    expectRefused(environment, refusal, target, { headers, body: HELLO });
  const key = (subscription = "assistant-claims", which?: "primary" | "secondary") =>
    environment.key(subscription, which);

  test("a client's own keys get in", async () => {
    expect(await status(key())).toBe(200);
    expect(await status(key("assistant-claims", "secondary"))).toBe(200);
  });

  test("T-43 T-44 a wrong key is answered as none", async () => {
    const none = await refused({});
    const own = key()["api-key"];
    const wrong = [
      randomBytes(16).toString("hex"),
      `${own} x`,
      own.slice(1),
      own.toUpperCase(),
      "k".repeat(4_096),
    ];
    for (const value of wrong) {
      expect(await refused({ "api-key": value })).toBe(none);
    }
  });

  test("T-269 a key that a client sends a second time as a bearer token counts once, and only beside itself", async () => {
    const { "api-key": own } = key();
    expect(await status({ ...key(), authorization: `Bearer ${own}` })).toBe(200);
    const others = [key("assistant-claims", "secondary")["api-key"], `${own}x`];
    for (const other of others) {
      await refused({ ...key(), authorization: `Bearer ${other}` }, R401_BEARER);
    }
    for (const other of ["unused", `${own}, ${own}`, ""]) {
      await refused({ ...key(), authorization: `Bearer ${other}` }, R401_TOKEN);
    }
    await refused({ "api-key": "wrong", authorization: "Bearer wrong" }, R401_TOKEN);
    await refused({ "api-key": "", authorization: "Bearer " }, R401_TOKEN);
  });

  test("T-46 a key of another API is refused", () => refused(key("for-another-api")));

  test("T-47 a key in the query is refused although it is right, and is in no log", async () => {
    const value = key()["api-key"];
    for (const name of ["subscription-key", queryParameter(), "api-key"]) {
      await refused({}, R401, `${CHAT}&${name}=${value}`);
      await refused(key(), R400, `${CHAT}&${name}=${value}`);
    }
    expectNoSecrets(JSON.stringify(environment.simulation.logs), { headers: { "api-key": value } });
  });

  test("T-48 the query parameter for keys has another name than the usual one, which is not a key", async () => {
    expect(queryParameter()).toMatch(QUERY_PARAMETER);
    await refused({}, R401, `${CHAT}&subscription-key=${key()["api-key"]}`);
  });

  test("T-49 a wrong key in the header is not saved by a right one in the query", async () => {
    const value = key()["api-key"];
    await refused({ "api-key": "wrong" }, R401, `${CHAT}&${queryParameter()}=${value}`);
  });

  test.each(BLOCKED_STATES)("T-50 a key of a subscription in state '%s' is refused", (state) =>
    refused(key(`in-state-${state}`)),
  );

  test("T-50 a suspended client is locked out at once, and no other with it", async () => {
    environment.simulation.setSubscriptionState("assistant-claims", "suspended");
    await refused(key());
    const embed = { headers: key("assistant-search"), body: { input: "MARKER-text" } };
    expect(await statusOf(environment.simulation.call(EMBEDDINGS, embed))).toBe(200);
    environment.simulation.setSubscriptionState("assistant-claims", "active");
    expect(await status(key())).toBe(200);
  });

  test("T-51 after a regeneration the old key is refused, and the other key goes on", async () => {
    const old = key();
    environment.simulation.regenerateSubscriptionKey("assistant-claims", "primary");
    await refused(old);
    expect(await status(key("assistant-claims", "secondary"))).toBe(200);
    expect(await status(key())).toBe(200);
  });

  test("T-52 a key for all APIs gets into none", () => refused(key("for-all-apis"), R403));

  test("T-55 a key of a product gets in no further than one of the API that no client holds", async () => {
    expect(await refused(key("for-a-product"), R403)).toBe(await refused(key("of-nobody"), R403));
  });

  test("T-56 headers that ask for a trace get none, and go no further", async () => {
    const headers = { ...key(), "ocp-apim-trace": "true", "apim-debug-authorization": "x" };
    const response = await environment.simulation.call(CHAT, { headers, body: HELLO });
    await response.text();
    expect(response.status).toBe(200);
    expect(Object.keys(response.headers).filter((name) => /trace|debug/.test(name))).toEqual([]);
    const [request] = environment.accountRequests();
    expect(Object.keys(request?.headers ?? {}).filter((name) => /trace|debug/.test(name))).toEqual([]);
  });

  test("T-57 what does not exist looks the same with and without a key", async () => {
    const targets = ["/nowhere", "/assistant/openai/nothing", "/assistant", chat("assistants"), "/"];
    const answers = new Set<string>();
    for (const target of targets) {
      answers.add(await refused({}, R404, target));
      answers.add(await refused(key(), R404, target));
    }
    expect(answers.size).toBe(1);
  });

  test("T-58 no key stands in the synthesized JSON", () => {
    for (const name of ["dev", "test", "prod"] as const) {
      const subscriptions = synthesized(name).ofType("azurerm_api_management_subscription");
      for (const { attributes } of subscriptions) {
        expect(attributes).not.toHaveProperty("primary_key");
        expect(attributes).not.toHaveProperty("secondary_key");
      }
    }
  });

  test("T-86 a key that let a client in goes no further", async () => {
    const headers = { ...key(), "ocp-apim-subscription-key": key()["api-key"] };
    expect(await status(headers)).toBe(200);
    const sent = JSON.stringify(environment.accountRequests());
    expect(sent).not.toContain(key()["api-key"]);
    expect(sent).not.toMatch(/subscription-key/i);
  });

  function queryParameter(): string {
    return environment.simulation.model.gateways[0]?.apis[0]?.subscriptionKeyParameterNames.query ?? "";
  }
});

describe("a key together with a token", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  const refused = (headers: Record<string, string>, refusal: typeof R401): Promise<string> =>
    expectRefused(environment, refusal, chat("partners", "chat-partners"), { headers, body: HELLO });

  test("T-45 one client's token with another client's key is refused", async () => {
    const token = await environment.bearer(FABRIKAM);
    await refused({ ...token, ...environment.key("partners-northwind") }, R403);
    const both = { ...token, ...environment.key("partners-fabrikam") };
    const target = chat("partners", "chat-partners");
    expect(await statusOf(environment.simulation.call(target, { headers: both, body: HELLO }))).toBe(200);
  });

  test("T-53 half a combination is refused", async () => {
    await refused(environment.key("partners-fabrikam"), R401);
    await refused(await environment.bearer(FABRIKAM), R401_TOKEN);
  });
});

/** Further subscriptions, as someone with rights on the service could make them by hand. */
function addSubscriptions(json: StackJson): void {
  const { resource } = json;
  const subscription = resourceOf(json, "azurerm_api_management_subscription", "claims");
  const api = resourceOf(json, "azurerm_api_management_api");
  const { api_management_name, resource_group_name } = api;
  const child = { api_management_name, resource_group_name };
  const idOf = (reference: string): string => String(subscription.api_id).replace(/apis\/.*/, reference);
  const add = (type: string, id: string, attributes: object): void => {
    resource[type] = { ...resource[type], [id]: { ...child, ...attributes } };
  };
  add("azurerm_api_management_api", "other", {
    ...api,
    name: "other",
    path: "other",
    subscription_required: true,
  });
  add("azurerm_api_management_product", "product", {
    product_id: "models",
    display_name: "Models",
    published: true,
    subscription_required: true,
    approval_required: false,
  });
  add("azurerm_api_management_product_api", "product", { product_id: "models", api_name: String(api.name) });
  const subscribe = (id: string, attributes: object): void =>
    add("azurerm_api_management_subscription", id, {
      subscription_id: id,
      display_name: id,
      state: "active",
      ...attributes,
    });
  subscribe("for-another-api", { api_id: idOf("apis/other") });
  subscribe("for-all-apis", {});
  subscribe("for-a-product", { product_id: idOf("products/models") });
  subscribe("of-nobody", { api_id: subscription.api_id });
  for (const state of BLOCKED_STATES) {
    subscribe(`in-state-${state}`, { api_id: subscription.api_id, state });
  }
}

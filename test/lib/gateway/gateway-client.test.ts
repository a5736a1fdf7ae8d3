import { Auth } from "../../../lib/auth/auth";
import type { AiGateway } from "../../../lib/gateway/ai-gateway";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import type { GatewayClientOptions } from "../../../lib/gateway/gateway-client";
import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import type { OpenAiApi } from "../../../lib/gateway/openai-api";
import { AUDIENCE, BATCH_APP, GatewayStack, TENANT, WEB_APP } from "./gateway-stack";

/** Tokens of the applications that are registered as clients. */
const TOKEN = Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE] });
const TOKEN_AND_KEY = Auth.allOf(TOKEN, Auth.subscriptionKey());
const application = ClientIdentity.application(WEB_APP);
const key = ClientIdentity.subscriptionKey();

/** A gateway with one API. */
function gatewayWithApi(auth = TOKEN): { stack: GatewayStack; gateway: AiGateway; api: OpenAiApi } {
  const stack = new GatewayStack();
  const gateway = stack.gateway();
  return { stack, gateway, api: stack.api(gateway, { auth }) };
}

function adding(name: string, options: Partial<GatewayClientOptions>): () => void {
  const { gateway, api } = gatewayWithApi();
  return () => gateway.addClient(name, { api, identifiedBy: [application], ...options });
}

describe("GatewayClient", () => {
  it("gets a key of its own, for one API, which API Management makes", () => {
    const { stack, gateway, api } = gatewayWithApi(TOKEN_AND_KEY);
    gateway.addClient("web", { api, identifiedBy: [application, key] });

    expect(stack.attributes("azurerm_api_management_subscription")).toEqual([
      {
        api_management_name: "${azurerm_api_management.gateway_B15F83BA.name}",
        resource_group_name: "rg-ai",
        subscription_id: "claims-web",
        display_name: "web on claims",
        api_id:
          "${azurerm_api_management.gateway_B15F83BA.id}/apis/${azurerm_api_management_api.gateway_claims_90F70AC2.name}",
        state: "active",
        allow_tracing: false,
        lifecycle: { replace_triggered_by: ["azurerm_api_management.gateway_B15F83BA.id"] },
      },
    ]);
  });

  it("gets no key if no key identifies it", () => {
    const { stack, gateway, api } = gatewayWithApi();
    const client = gateway.addClient("web", { api, identifiedBy: [application] });

    expect(client.subscription(api)).toBeUndefined();
    expect(stack.attributes("azurerm_api_management_subscription")).toEqual([]);
  });

  it("loses its key while it is suspended, and no other client does", () => {
    const { stack, gateway, api } = gatewayWithApi(TOKEN_AND_KEY);
    gateway.addClient("web", { api, identifiedBy: [application, key], suspended: true });
    gateway.addClient("batch", { api, identifiedBy: [ClientIdentity.application(BATCH_APP), key] });

    expect(
      Object.fromEntries(
        stack
          .attributes("azurerm_api_management_subscription")
          .map(({ subscription_id, state }) => [subscription_id, state]),
      ),
    ).toEqual({ "claims-web": "suspended", "claims-batch": "active" });
  });

  it("is created after the client before it: API Management refuses many subscriptions at once", () => {
    const { stack, gateway, api } = gatewayWithApi(TOKEN_AND_KEY);
    gateway.addClient("web", { api, identifiedBy: [application, key] });
    gateway.addClient("batch", { api, identifiedBy: [ClientIdentity.application(BATCH_APP), key] });

    const subscriptions = stack.synthesize().ofType("azurerm_api_management_subscription");
    const [web, batch] = ["claims-web", "claims-batch"].map((name) =>
      subscriptions.find(({ attributes }) => attributes.subscription_id === name),
    );
    expect(web?.attributes).not.toHaveProperty("depends_on");
    expect(batch?.attributes.depends_on).toEqual([web?.address]);
  });

  it("may use further APIs, with a key and rights of their own", () => {
    const { stack, gateway, api } = gatewayWithApi(TOKEN_AND_KEY);
    const fraud = gateway.addOpenAiApi("fraud", {
      path: "fraud",
      auth: TOKEN_AND_KEY,
      backends: [stack.account("swe")],
    });
    gateway
      .addClient("web", { api, identifiedBy: [application, key] })
      .allow(fraud, { tokensPerMinute: 500 });

    expect(
      stack.attributes("azurerm_api_management_subscription").map(({ subscription_id }) => subscription_id),
    ).toEqual(["claims-web", "fraud-web"]);
    const [fraudPolicy] = stack.synthesize().policies.filter(({ address }) => address.includes("fraud"));
    expect(fraudPolicy?.xml).toContain("500");
  });

  it("is known to the policy of its API by name, with its rights", () => {
    const { stack, gateway, api } = gatewayWithApi();
    gateway.addClient("claims-web", { api, identifiedBy: [application], operations: ["chat"] });

    const [policy] = stack.synthesize().policies.filter(({ scope }) => scope === "api");
    expect(policy?.xml).toMatch(new RegExp(`^.*${WEB_APP}.*claims-web.*$`, "m"));
  });

  it.each<[string, string, Partial<GatewayClientOptions>, string]>([
    [
      "a name that would not fit into names made of it",
      "Web",
      {},
      "name must be a literal of 3 to 40 lower-case letters, digits or '-', starting with a letter and not ending in '-', " +
        'got "Web": shorten or change it',
    ],
    [
      "a client that nothing identifies",
      "web",
      { identifiedBy: [] },
      "identifiedBy must not be empty: say how the client is recognized: ClientIdentity.application(…)",
    ],
    [
      "an authenticator that the API does not have",
      "web",
      { identifiedBy: [ClientIdentity.application(WEB_APP, { authenticator: "okta" })] },
      'a token identity must be of an authenticator of the API that takes such credentials, got "okta": name entra',
    ],
    [
      "a kind of credential that the API does not take",
      "web",
      { identifiedBy: [ClientIdentity.certificate("claims.contoso.com")] },
      "a client certificate identity must be of an authenticator of the API that takes such credentials, got " +
        '["entra"]: add one to the API',
    ],
    [
      "operations that the API does not publish",
      "web",
      { operations: ["chat", "images"] },
      "operations must be offered by API 'claims': chat, embeddings, got \"images\": remove it, or publish it on the API",
    ],
    [
      "deployments that the API does not serve",
      "web",
      { deployments: ["gpt-5"] },
      "deployments must be served by API 'claims': chat, got \"gpt-5\": remove it, or add it to the API",
    ],
    [
      "a last day that is no day",
      "web",
      { expires: "2027-02-30" },
      'expires must be a date as YYYY-MM-DD, got "2027-02-30": write it as in 2027-03-31',
    ],
    [
      "a quota without its period",
      "web",
      { tokenQuota: 1_000_000 },
      "tokenQuota and tokenQuotaPeriod go together, got 1000000: give both or neither",
    ],
  ])("refuses %s", (_, name, options, message) => {
    expect(adding(name, options)).toThrow(`[prod/gateway/client-${name}] ${message}`);
  });

  it("refuses identities that are not enough for any accepted combination", () => {
    const { gateway, api } = gatewayWithApi(TOKEN_AND_KEY);

    expect(() => gateway.addClient("web", { api, identifiedBy: [application] })).toThrow(
      "[prod/gateway/client-web] client 'web' must be able to get in to API 'claims' with its identities, got [\"entra\"]: " +
        "give it an identity for every credential of one accepted combination",
    );
  });

  it("refuses an identity that another client of the API has", () => {
    const { gateway, api } = gatewayWithApi();
    gateway.addClient("web", { api, identifiedBy: [application] });

    expect(() => gateway.addClient("batch", { api, identifiedBy: [application] })).toThrow(
      "[prod/gateway/client-batch] an identity belongs to one client of API 'claims', and this one is of 'web', got " +
        `"entra: ${WEB_APP}": give each client a credential of its own, or make them one client`,
    );
  });

  it("refuses a second client of the same name", () => {
    const { gateway, api } = gatewayWithApi();
    gateway.addClient("web", { api, identifiedBy: [application] });

    expect(() => gateway.addClient("web", { api, identifiedBy: [application] })).toThrow(
      '[prod/gateway] names of clients must be unique on a gateway, got "web": use client.allow() to let a client use a ' +
        "further API",
    );
  });

  it("refuses to be allowed on an API twice", () => {
    const { gateway, api } = gatewayWithApi();
    const client = gateway.addClient("web", { api, identifiedBy: [application] });

    expect(() => client.allow(api)).toThrow(
      "[prod/gateway/client-web] client 'web' must be allowed on API 'claims' once: merge its rights into one call",
    );
  });

  it("refuses an API of another gateway", () => {
    const { gateway } = gatewayWithApi();
    const other = gatewayWithApi();

    expect(() => gateway.addClient("web", { api: other.api, identifiedBy: [application] })).toThrow(
      '[prod/gateway/client-web] a client may use APIs of its own gateway only, got "prod/gateway/claims": add a client ' +
        "to that gateway",
    );
  });

  it("refuses subscriptions of the same name, which two pairs of API and client can have", () => {
    const { stack, gateway, api } = gatewayWithApi(TOKEN_AND_KEY);
    const other = gateway.addOpenAiApi("claims-web", {
      path: "other",
      auth: TOKEN_AND_KEY,
      backends: [stack.account("swe")],
    });
    gateway.addClient("web-app", { api, identifiedBy: [application, key] });

    expect(() => gateway.addClient("app", { api: other, identifiedBy: [application, key] })).toThrow(
      "[prod/gateway/client-app] names of subscriptions, made of API and client, must be unique on a gateway, got " +
        '"claims-web-app": rename the client or the API',
    );
  });

  it("refuses a subscription more than the tier holds", () => {
    const stack = new GatewayStack();
    const developer = GatewaySku.developer();
    const rules = { ...developer.rules, maxSubscriptions: 1 };
    const gateway = stack.gateway({
      sku: Object.create(developer, { rules: { value: rules } }) as GatewaySku,
    });
    const api = stack.api(gateway, { auth: TOKEN_AND_KEY });
    gateway.addClient("web", { api, identifiedBy: [application, key] });

    expect(() =>
      gateway.addClient("batch", { api, identifiedBy: [ClientIdentity.application(BATCH_APP), key] }),
    ).toThrow(
      "[prod/gateway/client-batch] tier Developer holds at most 1 subscriptions, got 2: identify clients by tokens or " +
        "certificates, or choose another tier",
    );
  });

  it("is not there after a refusal, so that its name can be used again", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const api = stack.api(gateway);
    expect(() => gateway.addClient("web", { api, identifiedBy: [] })).toThrow(
      "identifiedBy must not be empty",
    );

    expect(() => gateway.addClient("web", { api, identifiedBy: [application] })).not.toThrow();
  });

  it("is not taken away by a second one of its name", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const api = stack.api(gateway);
    const first = gateway.addClient("web", { api, identifiedBy: [application] });
    expect(() => gateway.addClient("web", { api, identifiedBy: [application] })).toThrow("must be unique");

    expect(gateway.node.tryFindChild("client-web")).toBe(first);
  });
});

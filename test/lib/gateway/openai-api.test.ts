import { Auth } from "../../../lib/auth/auth";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import type { OpenAiApiOptions } from "../../../lib/gateway/openai-api-props";
import { CHAT, EMBEDDINGS, ENTRA_ID, GatewayStack, REASON, WEB_APP } from "./gateway-stack";

const ALL = { trustBoundary: "all" };

/** What API Management gets for an API with the given options. */
function published(options: Partial<OpenAiApiOptions> = {}): GatewayStack {
  const stack = new GatewayStack();
  stack.api(stack.gateway(), options);
  return stack;
}

describe("OpenAiApi", () => {
  it("publishes chat and embeddings of an account in both URL shapes, behind one policy", () => {
    const stack = published();
    const api = stack.attributes("azurerm_api_management_api")[0];
    const operations = stack.attributes("azurerm_api_management_api_operation");

    expect(api).toEqual({
      api_management_name: "${azurerm_api_management.gateway_B15F83BA.name}",
      resource_group_name: "rg-ai",
      name: "claims",
      revision: "1",
      display_name: "claims",
      path: "claims/openai",
      protocols: ["https"],
      subscription_required: false,
      subscription_key_parameter_names: { header: "api-key", query: "refused-key-5c1e7d90b2f34a68" },
      lifecycle: { replace_triggered_by: ["azurerm_api_management.gateway_B15F83BA.id"] },
    });
    expect(operations.map(({ method, url_template }) => `${String(method)} ${String(url_template)}`)).toEqual(
      [
        "POST /deployments/{deployment-id}/chat/completions",
        "POST /deployments/{deployment-id}/embeddings",
        "POST /v1/chat/completions",
        "POST /v1/embeddings",
      ],
    );
  });

  it("answers only once the policy that authenticates is in place", () => {
    const stack = published();
    const [policy] = stack.synthesize().ofType("azurerm_api_management_api_policy");

    for (const operation of stack.attributes("azurerm_api_management_api_operation")) {
      expect(operation.depends_on).toEqual([policy?.address]);
    }
  });

  it("saves the policy after the fragments, the backends and the roles that it relies on", () => {
    const stack = published();
    const [policy] = stack.attributes("azurerm_api_management_api_policy");

    expect(policy?.depends_on).toEqual([
      expect.stringMatching(/^azurerm_api_management_policy_fragment\..*refusal/),
      expect.stringMatching(/^azurerm_api_management_policy_fragment\..*audit/),
      expect.stringMatching(/^azurerm_api_management_backend\./),
      expect.stringMatching(/^azurerm_role_assignment\./),
    ]);
  });

  it("lets the gateway's identity invoke the models of every account, and nothing more", () => {
    const stack = new GatewayStack();
    stack.api(stack.gateway(), { backends: [stack.account("weu"), stack.account("swe")] });
    const roles = stack.attributes("azurerm_role_assignment");

    expect(roles).toHaveLength(2);
    for (const role of roles) {
      expect(role.role_definition_id).toMatch(/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd$/);
      expect(role.principal_id).toMatch(/^\$\{azurerm_user_assigned_identity\..*\.principal_id\}$/);
    }
  });

  it("tells clients its endpoint", () => {
    const stack = new GatewayStack();
    const api = stack.api(stack.importedGateway());

    expect(api.endpoint).toBe("https://ai.contoso.com/claims");
  });

  describe("backends", () => {
    it("are one for each deployment of each account, with TLS checked and a circuit breaker", () => {
      const stack = published();

      expect(stack.attributes("azurerm_api_management_backend")).toEqual([
        {
          api_management_name: "${azurerm_api_management.gateway_B15F83BA.name}",
          resource_group_name: "rg-ai",
          name: "claims-oai-weu-chat",
          description: "Deployment chat at oai-weu for claims",
          protocol: "http",
          url: "https://oai-weu.openai.azure.com/openai",
          tls: { validate_certificate_chain: true, validate_certificate_name: true },
          circuit_breaker_rule: {
            name: "failing",
            accept_retry_after_enabled: true,
            trip_duration: "PT10S",
            failure_condition: {
              count: 10,
              interval_duration: "PT60S",
              status_code_range: [{ min: 502, max: 504 }],
              error_reasons: ["BackendConnectionFailure"],
            },
          },
          lifecycle: { replace_triggered_by: ["azurerm_api_management.gateway_B15F83BA.id"] },
        },
      ]);
    });

    it.each([
      ["an API's own", {}, ["claims-oai-weu-chat", "fraud-oai-weu-chat"]],
      [
        "those of an API whose name is its trust boundary",
        { trustBoundary: "claims" },
        ["claims-oai-weu-chat"],
      ],
    ])("are %s", (_whose, options, names) => {
      const stack = new GatewayStack();
      const gateway = stack.gateway();
      const account = stack.account("weu");
      stack.api(gateway, { backends: [account] });
      gateway.addOpenAiApi("fraud", { path: "fraud", auth: ENTRA_ID, backends: [account], ...options });

      expect(
        stack
          .attributes("azurerm_api_management_backend")
          .map(({ name }) => name)
          .sort(),
      ).toEqual(names);
    });

    it("are shared within a trust boundary with a name of its own only", () => {
      expect(() => published({ trustBoundary: "Inside" })).toThrow(
        "[prod/gateway/claims] trustBoundary must be a literal of 3 to 40 lower-case letters, digits or '-', starting " +
          "with a letter and not ending in '-', got \"Inside\": use the name of the API to share backends with, or " +
          "leave it out to share none",
      );
    });

    it("of one deployment need no pool if one account hosts it", () => {
      expect(published().attributes("azapi_resource")).toEqual([]);
    });

    it("of a deployment that several accounts host form a pool, provisioned throughput first", () => {
      const stack = new GatewayStack();
      const reserved = stack.account("weu");
      reserved.addDeployment("gpt", { ...CHAT, sku: "DataZoneProvisionedManaged" });
      const payAsYouGo = stack.account("swe");
      payAsYouGo.addDeployment("gpt", CHAT);
      stack.api(stack.gateway(), { backends: [payAsYouGo, reserved], deployments: ["gpt"] });

      const [pool] = stack.attributes("azapi_resource");
      expect(pool).toMatchObject({
        type: "Microsoft.ApiManagement/service/backends@2024-05-01",
        name: "claims-gpt-pool",
        parent_id: "${azurerm_api_management.gateway_B15F83BA.id}",
        body: { properties: { type: "Pool" } },
      });
      expect(members(pool)).toEqual([
        ["claims-oai-swe-gpt", 2, 100],
        ["claims-oai-weu-gpt", 1, 100],
      ]);
    });

    it("take the priority and weight that they are given", () => {
      const stack = new GatewayStack();
      const backends = [
        { account: stack.account("weu"), priority: 5, weight: 30 },
        { account: stack.account("swe"), priority: 5, weight: 70 },
      ];
      stack.api(stack.gateway(), { backends });

      expect(members(stack.attributes("azapi_resource")[0])).toEqual([
        ["claims-oai-weu-chat", 5, 30],
        ["claims-oai-swe-chat", 5, 70],
      ]);
    });

    it("get only the deployments that their account hosts", () => {
      const stack = new GatewayStack();
      const weu = stack.account("weu");
      weu.addDeployment("embeddings", EMBEDDINGS);
      stack.api(stack.gateway(), { backends: [weu, stack.account("swe")] });

      expect(stack.attributes("azurerm_api_management_backend").map(({ name }) => name)).toEqual([
        "claims-oai-swe-chat",
        "claims-oai-weu-chat",
        "claims-oai-weu-embeddings",
      ]);
      expect(stack.attributes("azapi_resource").map(({ name }) => name)).toEqual(["claims-chat-pool"]);
    });

    it("stay open to the others when they are throttled and alone, whatever the order of APIs", () => {
      const stack = new GatewayStack();
      const gateway = stack.gateway();
      const weu = stack.account("weu");
      weu.addDeployment("embeddings", EMBEDDINGS);
      gateway.addOpenAiApi("alone", { path: "alone", auth: ENTRA_ID, backends: [weu], ...ALL });
      gateway.addOpenAiApi("pooled", {
        path: "pooled",
        auth: ENTRA_ID,
        backends: [weu, stack.account("swe")],
        ...ALL,
      });
      gateway.addOpenAiApi("late", { path: "late", auth: ENTRA_ID, backends: [weu], ...ALL });

      const breakers = stack
        .attributes("azurerm_api_management_backend")
        .map(({ name, circuit_breaker_rule: rule }) => [name, (rule as { name: string }).name]);
      expect(Object.fromEntries(breakers)).toEqual({
        "all-oai-weu-chat": "throttled-or-failing",
        "all-oai-swe-chat": "throttled-or-failing",
        "all-oai-weu-embeddings": "failing",
      });
    });
  });

  it("requires a subscription if every accepted combination has a key", () => {
    const stack = new GatewayStack();
    const gateway = stack.gateway();
    const api = stack.api(gateway, { auth: Auth.allOf(ENTRA_ID, Auth.subscriptionKey()) });
    gateway.addClient("web", {
      api,
      identifiedBy: [ClientIdentity.application(WEB_APP), ClientIdentity.subscriptionKey()],
    });

    expect(stack.attributes("azurerm_api_management_api")[0]?.subscription_required).toBe(true);
  });

  describe("at synthesis", () => {
    it("refuses an API that nobody can get in to", () => {
      const stack = published({
        auth: Auth.subscriptionKey(),
        securityOptOuts: [{ control: "api-key-alone-is-not-enough", reason: REASON }],
      });

      expect(() => stack.synthesize()).toThrow(
        "[prod/gateway/claims] somebody must be able to get in: call gateway.addClient(), or name client applications, " +
          "roles or groups in the authenticator",
      );
    });

    it("refuses deployments that were added to an account after the API was made", () => {
      const stack = new GatewayStack();
      const account = stack.account("weu");
      stack.api(stack.gateway(), { backends: [account] });
      account.addDeployment("late", CHAT);

      expect(() => stack.synthesize()).toThrow(
        '[prod/gateway/claims] deployments must be added to accounts before the API is made, got ["late at prod/weu"]: ' +
          "move addDeployment() before addOpenAiApi()",
      );
    });

    it("does not mind a late deployment that the API does not serve", () => {
      const stack = new GatewayStack();
      const account = stack.account("weu");
      stack.api(stack.gateway(), { backends: [account], deployments: ["chat"] });
      account.addDeployment("late", CHAT);

      expect(() => stack.synthesize()).not.toThrow();
    });
  });
});

function members(pool: unknown): unknown[] {
  const { body } = pool as { body: { properties: { pool: { services: Record<string, unknown>[] } } } };
  return body.properties.pool.services.map(({ id, priority, weight }) => [
    /_(claims-oai-[a-z-]+)_/.exec(String(id))?.[1],
    priority,
    weight,
  ]);
}

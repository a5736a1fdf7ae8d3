import type { AnswerCache } from "../../../lib/gateway/answer-cache";
import { GatewaySku } from "../../../lib/gateway/gateway-sku";
import { SemanticCache, type SemanticCacheProps } from "../../../lib/gateway/semantic-cache";
import type { IPrivateNetwork } from "../../../lib/network";
import { PrivateEndpointTarget } from "../../../lib/network/private-endpoint-target";
import { PrivateNetwork } from "../../../lib/network/private-network";
import { Telemetry } from "../../../lib/observability/telemetry";
import { OpenAiAccount } from "../../../lib/openai/openai-account";
import { block, blocks } from "../../support/synthesized-stack";
import { CHAT, EMBEDDINGS, GatewayStack, PLACE, REASON } from "./gateway-stack";

class CachedStack extends GatewayStack {
  public readonly openai = this.embeddingsAccount();
  public readonly ai = this.gateway({ sku: GatewaySku.premium() });

  public network(gatewaySubnetPrefix?: string): IPrivateNetwork {
    return new PrivateNetwork(this.stack, "network", {
      ...PLACE,
      name: "vnet-ai",
      addressSpace: ["10.0.0.0/22"],
      privateEndpointSubnetPrefix: "10.0.1.0/24",
      gatewaySubnetPrefix,
    });
  }

  public cache(props: Partial<SemanticCacheProps> = {}, id = "cache"): SemanticCache {
    return new SemanticCache(this.stack, id, {
      ...PLACE,
      name: "amr-ai",
      gateway: this.ai,
      network: props.network ?? this.network("10.0.0.0/24"),
      embeddings: { account: this.openai, deployment: "embeddings" },
      ...props,
    });
  }

  private embeddingsAccount(): OpenAiAccount {
    const account = new OpenAiAccount(this.stack, "openai", { ...PLACE, name: "oai-weu" });
    account.addDeployment("chat", CHAT);
    account.addDeployment("embeddings", EMBEDDINGS);
    return account;
  }
}

describe("SemanticCache", () => {
  it("is Redis with search that is closed but for the network", () => {
    const stack = new CachedStack();
    stack.cache();
    const result = stack.synthesize();

    expect(result.ofType("azurerm_managed_redis").map(({ attributes }) => attributes)).toEqual([
      {
        name: "amr-ai",
        location: "westeurope",
        resource_group_name: "rg-ai",
        sku_name: "Balanced_B0",
        high_availability_enabled: true,
        public_network_access: "Disabled",
        default_database: {
          access_keys_authentication_enabled: true,
          client_protocol: "Encrypted",
          clustering_policy: "EnterpriseCluster",
          eviction_policy: "NoEviction",
          module: [{ name: "RediSearch" }],
        },
      },
    ]);
    const [endpoint] = result.ofType("azurerm_private_endpoint");
    expect(block(endpoint?.attributes.private_service_connection)?.subresource_names).toEqual([
      "redisEnterprise",
    ]);
  });

  it("is connected to the gateway over TLS once names lead to it, by a key that Azure made", () => {
    const stack = new CachedStack();
    stack.cache();
    const [connection] = stack.attributes("azurerm_api_management_redis_cache");
    expect(connection).toMatchObject({ name: "default", cache_location: "default" });
    expect(connection?.connection_string).toMatch(
      /^\$\{azurerm_managed_redis\.\w+\.hostname\}:10000,password=\$\{azurerm_managed_redis\.\w+\.default_database\[?\.?0\]?\.primary_access_key\},ssl=True,abortConnect=False$/,
    );
    expect(String(connection?.depends_on)).toContain("azurerm_private_endpoint.");
  });

  it("opens its port between the gateway and private endpoints, and no other", () => {
    const stack = new CachedStack();
    stack.cache();
    const rules = stack
      .attributes("azurerm_network_security_group")
      .flatMap(({ security_rule }) => blocks(security_rule))
      .filter(({ destination_port_ranges }) => String(destination_port_ranges).includes("10000"));
    expect(rules.map(({ name, destination_port_ranges }) => [name, destination_port_ranges])).toEqual([
      ["AllowNetworkOutbound", ["443", "10000"]],
      ["AllowNetworkInbound", ["443", "10000"]],
    ]);
  });

  it("gets embeddings of one account with the service's own identity", () => {
    const stack = new CachedStack();
    const { embeddingsBackendId } = stack.cache();
    const result = stack.synthesize();

    const [backend] = result.ofType("azurerm_api_management_backend").map(({ attributes }) => attributes);
    expect(embeddingsBackendId).toBe("semantic-cache-embeddings");
    expect(backend).toMatchObject({
      name: embeddingsBackendId,
      url: "https://oai-weu.openai.azure.com/openai/deployments/embeddings/embeddings",
      tls: { validate_certificate_chain: true, validate_certificate_name: true },
    });
    expect(block(result.ofType("azurerm_api_management")[0]?.attributes.identity)?.type).toBe(
      "SystemAssigned, UserAssigned",
    );
    const own = result
      .ofType("azurerm_role_assignment")
      .filter(({ attributes }) => String(attributes.principal_id).includes("azurerm_api_management."));
    expect(own.map(({ attributes }) => attributes.scope)).toEqual([
      expect.stringMatching(/^\$\{azurerm_cognitive_account\.openai_\w+\.id\}$/),
    ]);
    expect(String(backend?.depends_on)).toContain(own[0]?.address);
  });

  it("records who connects", () => {
    const stack = new CachedStack();
    const telemetry = new Telemetry(stack.stack, "telemetry", {
      ...PLACE,
      workspaceName: "log-ai",
      applicationInsightsName: "appi-ai",
      securityOptOuts: [{ control: "telemetry-public-network", reason: REASON }],
    });
    stack.cache({ telemetry });
    const [setting] = stack
      .attributes("azurerm_monitor_diagnostic_setting")
      .filter(({ target_resource_id }) => String(target_resource_id).includes("azurerm_managed_redis"));
    expect(blocks(setting?.enabled_log)).toEqual([{ category: "ConnectionEvents" }]);
  });

  it.each<[string, (stack: CachedStack) => SemanticCache, RegExp]>([
    ["a name that Azure refuses", (stack) => stack.cache({ name: "amr--ai" }), /name must be 3 to 60/],
    [
      "a network without the gateway",
      (stack) => stack.cache({ network: stack.network() }),
      /through a subnet of its own/,
    ],
    [
      "a model that makes no embeddings",
      (stack) => stack.cache({ embeddings: { account: stack.openai, deployment: "chat" } }),
      /embeddings\.deployment must be a deployment of a model for embeddings on the account, got "chat"/,
    ],
    [
      "a second one",
      (stack) => {
        const network = stack.network("10.0.0.0/24");
        stack.cache({ network });
        return stack.cache({ network }, "other");
      },
      /a gateway has one semantic cache/,
    ],
  ])("refuses %s", (_what, make, message) => {
    expect(() => make(new CachedStack())).toThrow(message);
  });
});

describe("an API with a semantic cache", () => {
  const api = (stack: CachedStack, cache: AnswerCache, options = {}) =>
    stack.api(stack.ai, { backends: [stack.openai], cache, ...options });
  const similar = (stack: CachedStack): AnswerCache & { readonly kind: "semantic" } => ({
    kind: "semantic",
    semanticCache: stack.cache(),
    durationSeconds: 300,
  });

  it("is saved after what its policy names", () => {
    const stack = new CachedStack();
    api(stack, similar(stack));
    const [policy] = stack.attributes("azurerm_api_management_api_policy");
    expect(String(policy?.depends_on)).toMatch(
      /azurerm_api_management_redis_cache\..*azurerm_api_management_backend\./,
    );
    expect(policy?.xml_content).toMatch(
      /<llm-semantic-cache-lookup score-threshold="0\.05" embeddings-backend-id="semantic-cache-embeddings" embeddings-backend-auth="system-assigned" ignore-system-messages="true">/,
    );
  });

  it.each<[object, object, RegExp]>([
    [
      { maxDistance: 0.21 },
      {},
      /cache\.maxDistance must be a distance from 0, the same meaning, to 0\.2, got 0\.21/,
    ],
    [{ maxDistance: -1 }, {}, /cache\.maxDistance/],
    [
      { maxQuestionCharacters: 8_001 },
      {},
      /cache\.maxQuestionCharacters must be a whole number from 1 to 8000/,
    ],
    [
      {},
      { operations: ["embeddings"] },
      /a semantic cache answers chat completions, which the API must publish/,
    ],
    [
      { maxDistance: 1.1 },
      { securityOptOuts: [{ control: "api-distant-answers", reason: REASON }] },
      /a distance from 0, the same meaning, to 1, got 1\.1/,
    ],
  ])("is not made with %j and %j", (cache, options, message) => {
    const stack = new CachedStack();
    expect(() => api(stack, { ...similar(stack), ...cache }, options)).toThrow(message);
  });

  it("takes more distant questions by an opt-out", () => {
    const stack = new CachedStack();
    const securityOptOuts = [{ control: "api-distant-answers", reason: REASON }];
    api(stack, { ...similar(stack), maxDistance: 0.4 }, { securityOptOuts });
    expect(String(stack.attributes("azurerm_api_management_api_policy")[0]?.xml_content)).toContain(
      'score-threshold="0.4"',
    );
  });

  it("does not look into the cache of another gateway", () => {
    const [stack, other] = [new CachedStack(), new CachedStack()];
    expect(() => api(stack, similar(other))).toThrow(
      /cache\.semanticCache must be that of the API's gateway/,
    );
  });

  it("cannot be written without its caller, nor without a cache", () => {
    const stack = new CachedStack();
    // @ts-expect-error: nothing about the key can be said
    const keyed: AnswerCache = { ...similar(stack), varyBy: "nobody" };
    // @ts-expect-error: there is no other cache to look into
    const nowhere: AnswerCache = { kind: "semantic", durationSeconds: 300 };
    expect([keyed.kind, nowhere.kind]).toEqual(["semantic", "semantic"]);
  });
});

test("a port of a private endpoint that is named already is opened once", () => {
  const stack = new GatewayStack();
  const network = new PrivateNetwork(stack.stack, "network", {
    ...PLACE,
    name: "vnet-ai",
    addressSpace: ["10.0.0.0/22"],
    privateEndpointSubnetPrefix: "10.0.1.0/24",
    gatewaySubnetPrefix: "10.0.0.0/24",
    gatewayOutboundPorts: [10_000],
  });
  const id =
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Cache/redisEnterprise/amr";
  network.addPrivateEndpoint("redis", { target: PrivateEndpointTarget.managedRedis({ id }) });
  const ranges = stack
    .attributes("azurerm_network_security_group")
    .flatMap(({ security_rule }) => blocks(security_rule))
    .map(({ destination_port_ranges }) => String(destination_port_ranges));
  expect(ranges.filter((each) => each === "443,10000")).toHaveLength(2);
});

import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { Auth } from "../../../lib/auth";
import { AiGateway, GatewaySku } from "../../../lib/gateway";
import { WorkloadIdentity } from "../../../lib/identity";
import { AzureNames } from "../../../lib/naming";
import { Telemetry } from "../../../lib/observability";
import { OpenAiPlatform, type OpenAiPlatformProps } from "../../../lib/platform";
import { checkStack } from "../../../lib/security-checks/check-stack";
import { type SecurityOptOut, SynthesisDate } from "../../../lib/validation";
import { synthesizeStack } from "../../support/azure-stack";
import type { SynthesizedStack } from "../../support/synthesized-stack";

const CHAT = { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 10 };
const QUEUE_AUDIENCE = "44444444-4444-4444-8444-444444444444";
const EMBEDDINGS = { model: "text-embedding-3-small", modelVersion: "1", capacity: 10 };
const PROPS: OpenAiPlatformProps = {
  names: new AzureNames({ workload: "ai", environment: "dev", region: "swedencentral", suffix: "7f3" }),
  tenantId: "11111111-1111-4111-8111-111111111111",
  subscriptionId: "00000000-0000-4000-8000-000000000001",
  publisherName: "Contoso",
  publisherEmail: "ai@contoso.com",
};

function emptyStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "ai-dev");
  SynthesisDate.set(stack, new Date("2026-12-01"));
  return stack;
}

function platformOf(props: Partial<OpenAiPlatformProps> = {}, stack = emptyStack()): OpenAiPlatform {
  return new OpenAiPlatform(stack, "platform", { ...PROPS, ...props });
}

function synthesized(platform: OpenAiPlatform): SynthesizedStack {
  return synthesizeStack(TerraformStack.of(platform));
}

function optOut(control: SecurityOptOut["control"]): SecurityOptOut {
  return { control, reason: "A test of what is passed on to the parts.", expires: "2027-12-31" };
}

describe("OpenAiPlatform", () => {
  it("is a gateway without a house check against it, from names, tenant, subscription and publisher", () => {
    const platform = platformOf({ deployments: { chat: CHAT } });

    expect(checkStack(JSON.parse(Testing.synth(TerraformStack.of(platform))) as object as never)).toEqual([]);
  });

  it("keeps answers to similar questions in its network, without a house check against that", () => {
    const deployments = { chat: CHAT, embeddings: { ...EMBEDDINGS } };
    const platform = platformOf({ deployments });
    const embeddings = { account: platform.account("openai"), deployment: "embeddings" };
    const semanticCache = platform.addSemanticCache("semantic-cache", { embeddings });
    platform.addOpenAiApi("assistant", {
      path: "assistant",
      auth: Auth.entraId({
        tenantId: PROPS.tenantId,
        audiences: ["22222222-2222-4222-8222-222222222222"],
        clientApplicationIds: ["33333333-3333-4333-8333-333333333333"],
      }),
      cache: { kind: "semantic", semanticCache, durationSeconds: 60 },
    });

    const stack = TerraformStack.of(platform);
    expect(checkStack(JSON.parse(Testing.synth(stack)) as object as never)).toEqual([]);
    const [redis] = synthesizeStack(stack).ofType("azurerm_managed_redis");
    expect(redis?.attributes.name).toBe("amr-ai-dev-swedencentral-7f3");
    expect(() =>
      platformOf({ network: "none", securityOptOuts: [optOut("gateway-private-network")] }).addSemanticCache(
        "c",
        {
          embeddings,
        },
      ),
    ).toThrow(/a semantic cache is reached through a private network only/);
  });

  const SECOND = { location: "westeurope", addressSpace: "10.24.0.0/22" } as const;

  it("answers in further regions, which reach everything through a network each, without a house check against it", () => {
    const platform = platformOf({
      sku: GatewaySku.premium(),
      additionalLocations: [SECOND],
      certificateStore: "own",
      deployments: { chat: CHAT, embeddings: EMBEDDINGS },
    });
    platform.addAccount("second", { location: "westeurope", deployments: { chat: CHAT } });
    platform.addRequestQueue("queue", { audience: QUEUE_AUDIENCE });
    platform.addSemanticCache("semantic-cache", {
      embeddings: { account: platform.account("openai"), deployment: "embeddings" },
    });

    const stack = TerraformStack.of(platform);
    expect(checkStack(JSON.parse(Testing.synth(stack)) as object as never)).toEqual([]);
    const json = synthesizeStack(stack);
    const groups = json.ofType("azurerm_resource_group").map(({ attributes }) => attributes.location);
    expect(groups.sort()).toEqual(["swedencentral", "westeurope"]);
    const connected = (location: string): readonly string[] =>
      json
        .ofType("azurerm_private_endpoint")
        .filter(({ attributes }) => attributes.location === location)
        .map(({ attributes }) => JSON.stringify(attributes.private_service_connection))
        .map((text) => /\$\{(azurerm_\w+)\./.exec(text)?.[1] ?? text)
        .sort();
    const first = connected("swedencentral");
    expect(connected("westeurope")).toEqual(first);
    expect(new Set(first).size).toBeGreaterThanOrEqual(6);
    expect(json.ofType("azurerm_api_management")[0]?.attributes.additional_location).toMatchObject([
      { location: "westeurope", capacity: 1 },
    ]);
  });

  it.each<[what: string, props: Partial<OpenAiPlatformProps>, rule: RegExp]>([
    ["no range", { additionalLocations: [{ location: "westeurope" }] }, /addressSpace of westeurope must be/],
    [
      "a range that is too small",
      { additionalLocations: [{ ...SECOND, addressSpace: "10.24.0.0/26" }] },
      /addressSpace of westeurope must be an IPv4 range with room for two subnets/,
    ],
    [
      "a range without a network",
      {
        network: "none",
        securityOptOuts: [
          optOut("gateway-private-network"),
          optOut("account-public-network"),
          optOut("telemetry-public-network"),
        ],
        additionalLocations: [SECOND],
      },
      /addressSpace must be left out where the platform makes no network in westeurope/,
    ],
    [
      "the first region",
      { additionalLocations: [{ ...SECOND, location: "swedencentral" }] },
      /a region once/,
    ],
  ])("takes no further region with %s", (_what, props, rule) => {
    expect(() => platformOf({ sku: GatewaySku.premium(), ...props })).toThrow(rule);
  });

  it("reaches the accounts through private endpoints in a network of its own", () => {
    const stack = synthesized(platformOf({ deployments: { chat: CHAT } }));

    expect(stack.ofType("azurerm_subnet").map(({ attributes }) => attributes.address_prefixes)).toEqual([
      ["10.20.0.0/26"],
      ["10.20.0.64/26"],
    ]);
    expect(stack.ofType("azurerm_private_endpoint").map(({ attributes }) => attributes.name)).toEqual([
      "pep-openai-endpoint",
      "pep-telemetry-endpoint",
    ]);
  });

  it("divides another address space in the same way", () => {
    const stack = synthesized(platformOf({ addressSpace: "10.99.254.128/25" }));

    expect(stack.ofType("azurerm_subnet").map(({ attributes }) => attributes.address_prefixes)).toEqual([
      ["10.99.254.128/26"],
      ["10.99.254.192/26"],
    ]);
  });

  it("adds the providers, unless the stack has them", () => {
    const stack = emptyStack();
    new AzurermProvider(stack, "own", { features: [{}] });
    const synth = JSON.parse(Testing.synth(TerraformStack.of(platformOf({}, stack)))) as {
      provider: Record<string, object[]>;
    };

    expect(Object.entries(synth.provider).map(([name, { length }]) => [name, length])).toEqual([
      ["azapi", 1],
      ["azurerm", 1],
    ]);
  });

  it("issues the certificate of the host name in a vault of its own, and tells the publisher before it ends", () => {
    const stack = synthesized(
      platformOf({ hostName: "ai.contoso.com", hostNameCertificateIssuer: "DigiCert" }),
    );

    expect(stack.ofType("azurerm_key_vault_certificate")).toHaveLength(1);
    expect(stack.ofType("azurerm_monitor_action_group")[0]?.attributes.email_receiver).toMatchObject([
      { email_address: "ai@contoso.com" },
    ]);
  });

  it("binds a certificate that somebody brought into its vault, and has none issued", () => {
    const stack = synthesized(
      platformOf({ hostName: "ai.contoso.com", hostNameCertificateName: "ai-contoso-com" }),
    );

    expect(stack.ofType("azurerm_key_vault_certificate")).toEqual([]);
    expect(stack.ofType("azurerm_api_management_custom_domain")[0]?.attributes.gateway).toMatchObject([
      {
        host_name: "ai.contoso.com",
        key_vault_certificate_id: expect.stringMatching(/vault_uri\}secrets\/ai-contoso-com$/) as string,
      },
    ]);
  });

  it("tells of what ends, by a query and by the vault's events, with the gateway's alerts", () => {
    const platform = platformOf({ certificateStore: "own", alertEmailAddresses: ["ops@contoso.com"] });
    platform.addGatewayAlerts({ endDates: [{ what: "secret of the portal", endsOn: "2027-05-01" }] });
    const stack = synthesized(platform);

    const [rule] = stack
      .ofType("azurerm_monitor_scheduled_query_rules_alert_v2")
      .filter(({ attributes }) => attributes.name === "end-dates");
    expect(JSON.stringify(rule?.attributes.criteria)).toContain("secret of the portal");
    expect(stack.ofType("azurerm_eventgrid_system_topic")).toHaveLength(1);
    expect(stack.ofType("azurerm_key_vault_certificate_contacts")[0]?.attributes.contact).toEqual([
      { email: "ops@contoso.com" },
    ]);
  });

  it("takes an identity and telemetry that exist in place of its own", () => {
    const stack = emptyStack();
    new AzurermProvider(stack, "azurerm", { features: [{}] });
    const place = { location: "swedencentral", resourceGroupName: "rg-shared" };
    const identity = new WorkloadIdentity(stack, "shared-identity", { ...place, name: "id-shared" });
    const telemetry = Telemetry.fromTelemetryAttributes(stack, "shared-telemetry", {
      logAnalyticsWorkspaceId:
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log",
      applicationInsightsId:
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Insights/components/appi",
      applicationInsightsConnectionString: "InstrumentationKey=00000000-0000-0000-0000-000000000000",
    });
    const platform = platformOf({ identity, telemetry, resourceGroupName: "rg-shared" }, stack);

    const types = [
      "azurerm_user_assigned_identity",
      "azurerm_log_analytics_workspace",
      "azurerm_resource_group",
    ];
    expect(types.map((type) => synthesized(platform).ofType(type).length)).toEqual([1, 0, 0]);
  });

  it("shares network, telemetry and identity with another platform of the stack", () => {
    const first = platformOf();
    const { network, telemetry, identity } = first;
    const second = new OpenAiPlatform(TerraformStack.of(first), "second", {
      ...PROPS,
      names: new AzureNames({
        workload: "devices",
        environment: "dev",
        region: "swedencentral",
        suffix: "7f3",
      }),
      network,
      telemetry,
      identity,
      deployments: { chat: CHAT },
    });

    expect(second.accounts).toHaveLength(1);
    expect(synthesized(second).ofType("azurerm_api_management")).toHaveLength(2);
  });

  it("adds accounts in other regions, each named after its own", () => {
    const platform = platformOf({ deployments: { chat: CHAT } });
    platform.addAccount("overflow", { location: "westeurope", deployments: { chat: CHAT } });

    expect(platform.accounts.map(({ name }) => name)).toEqual([
      "oai-ai-dev-swedencentral-7f3",
      "oai-ai-dev-westeurope-7f3",
    ]);
    expect(platform.account("overflow")).toBe(platform.accounts[1]);
  });

  it("puts an API in front of all its accounts", () => {
    const platform = platformOf({ deployments: { chat: CHAT } });
    platform.addAccount("overflow", { location: "westeurope", deployments: { chat: CHAT } });
    const tenantId = PROPS.tenantId;
    const [audience, client] = [
      "22222222-2222-4222-8222-222222222222",
      "33333333-3333-4333-8333-333333333333",
    ];
    const auth = Auth.entraId({ tenantId, audiences: [audience], clientApplicationIds: [client] });
    platform.addOpenAiApi("assistant", { path: "assistant", auth });

    expect(synthesized(platform).ofType("azurerm_api_management_backend")).toHaveLength(2);
  });

  it("names the accounts that it has to whoever asks for another", () => {
    expect(() => platformOf({ deployments: { chat: CHAT } }).account("other")).toThrow(
      '[ai-dev/platform] account must be one of the platform: openai, got "other"',
    );
  });

  it("gives each part the opt-outs of its controls", () => {
    const platform = platformOf({
      network: "none",
      deployments: { chat: CHAT },
      securityOptOuts: [
        optOut("gateway-private-network"),
        optOut("account-public-network"),
        optOut("telemetry-public-network"),
      ],
    });

    expect(platform.gateway).toBeInstanceOf(AiGateway);
    expect(synthesized(platform).ofType("azurerm_virtual_network")).toEqual([]);
  });

  it.each<[string, Partial<OpenAiPlatformProps>, string]>([
    [
      "no provider",
      { subscriptionId: undefined },
      "the stack needs an azurerm provider: give subscriptionId",
    ],
    [
      "an opt-out of an API",
      { securityOptOuts: [optOut("api-token-limits")] },
      'securityOptOuts of a platform may weaken its gateway, account, vault, telemetry, got "api-token-limits"',
    ],
    [
      "an opt-out of a vault that is not made",
      { securityOptOuts: [optOut("vault-public-network")] },
      "securityOptOuts must not weaken a vault that the platform does not make",
    ],
    [
      "a range that holds no two subnets",
      { addressSpace: "10.20.0.0/26" },
      "addressSpace must be an IPv4 range with room for two subnets of /26",
    ],
    [
      "ranges of a network that is not made",
      { network: "none", addressSpace: "10.20.0.0/22", gatewayOutboundToInternet: true },
      "addressSpace, gatewayOutboundToInternet must be left out where the platform makes no network of its own",
    ],
    [
      "a gateway without an address of its own, where addresses tell it",
      { network: "none", sku: GatewaySku.standardV2() },
      "without a network, accounts tell the gateway by a public address of its own, which its tier must have",
    ],
    [
      "a certificate that is brought and issued",
      { hostName: "ai.contoso.com", hostNameCertificateName: "tls", hostNameCertificateIssuer: "Self" },
      "hostNameCertificateIssuer has no effect together with hostNameCertificateName",
    ],
    [
      "a host name without a vault",
      { hostName: "ai.contoso.com", certificateStore: "none" },
      "hostName needs a vault of the platform's own, which issues its certificate",
    ],
  ])("refuses %s", (_case, props, message) => {
    expect(() => platformOf(props)).toThrow(`[ai-dev/platform] ${message}`);
  });

  it("makes a queue with its worker, without a house check against either", () => {
    const platform = platformOf({ workerSubnetPrefix: "10.20.0.128/27", deployments: { chat: CHAT } });
    const queue = platform.addRequestQueue("queue", {
      audience: QUEUE_AUDIENCE,
      worker: { image: `ghcr.io/contoso/queue-worker@sha256:${"0a".repeat(32)}` },
    });
    const auth = Auth.entraId({
      tenantId: PROPS.tenantId,
      audiences: [QUEUE_AUDIENCE],
      clientApplicationIds: ["33333333-3333-4333-8333-333333333333"],
    });
    platform.addOpenAiApi("archive", { path: "archive", auth, queued: { queue, tokensPerMinute: 1_000 } });
    const json = JSON.parse(Testing.synth(TerraformStack.of(platform), true)) as object;

    expect(checkStack(json as never)).toEqual([]);
    const stack = synthesized(platform);
    expect(stack.ofType("azurerm_private_endpoint").map(({ attributes }) => attributes.name)).toEqual(
      expect.arrayContaining(["pep-queue-endpoint", "pep-queue-results-endpoint"]),
    );
    expect(stack.ofType("azurerm_user_assigned_identity").map(({ attributes }) => attributes.name)).toEqual([
      "id-ai-dev-swedencentral",
      "id-ai-dev-swedencentral-queue",
    ]);
  });

  it("refuses a queue without a network, and a worker without a subnet", () => {
    const openly = platformOf({
      network: "none",
      securityOptOuts: [optOut("gateway-private-network"), optOut("telemetry-public-network")],
    });
    expect(() => openly.addRequestQueue("queue", { audience: QUEUE_AUDIENCE })).toThrow(
      "a queue needs a network of the platform",
    );
    expect(() =>
      platformOf().addRequestQueue("queue", { audience: QUEUE_AUDIENCE, worker: { image: "x" } }),
    ).toThrow("a worker needs a subnet for workers in the platform's network");
  });

  it("watches the dead letters of its own queues", () => {
    const platform = platformOf({ workerSubnetPrefix: "10.20.0.128/27" });
    const queue = platform.addRequestQueue("queue", { audience: QUEUE_AUDIENCE });
    platform.addGatewayAlerts();
    const alerts = synthesized(platform).ofType("azurerm_monitor_metric_alert");
    expect(alerts.map(({ attributes }) => attributes.name)).toContain(
      `gateway-dead-letters-${queue.queueName}`,
    );
  });

  it("refuses an authority where there is no vault of its own", () => {
    expect(() => platformOf().addCertificateAuthority("devices", { pem: "" })).toThrow(
      "[ai-dev/platform] a certificate authority needs a vault of the platform's own",
    );
  });
});

import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { AzapiProvider } from "../../../lib/azapi/azapi-provider";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { PrivateNetwork } from "../../../lib/network/private-network";
import { Telemetry } from "../../../lib/observability/telemetry";
import { QueueWorker, type QueueWorkerProps } from "../../../lib/request-queue/queue-worker";
import { RequestQueue } from "../../../lib/request-queue/request-queue";
import { synthesizeStack } from "../../support/azure-stack";
import type { SynthesizedStack } from "../../support/synthesized-stack";
import { PLACE, TENANT } from "../gateway/gateway-stack";

const AUDIENCE = "55555555-5555-4555-8555-555555555555";
const DIGEST = `sha256:${"0a".repeat(32)}`;
const REGISTRY = {
  id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers/Microsoft.ContainerRegistry/registries/contoso",
  loginServer: "contoso.azurecr.io",
};

function make(props: Partial<QueueWorkerProps> = {}): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(stack, "azurerm", { features: [{ storage: [{ dataPlaneAvailable: false }] }] });
  new AzapiProvider(stack, "azapi");
  const identity = new WorkloadIdentity(stack, "id-worker", { ...PLACE, name: "id-worker" });
  const queue = new RequestQueue(stack, "queue", {
    ...PLACE,
    namespaceName: "sbns-test",
    storageAccountName: "stresults",
    worker: { identity, tenantId: TENANT, audience: AUDIENCE },
  });
  const network = new PrivateNetwork(stack, "network", {
    ...PLACE,
    name: "vnet-test",
    addressSpace: ["10.20.0.0/22"],
    gatewaySubnetPrefix: "10.20.0.0/26",
    privateEndpointSubnetPrefix: "10.20.1.0/26",
    workerSubnetPrefix: "10.20.2.0/27",
  });
  const telemetry = new Telemetry(stack, "telemetry", {
    ...PLACE,
    workspaceName: "log-test",
    applicationInsightsName: "appi-test",
  });
  new QueueWorker(stack, "worker", {
    ...PLACE,
    name: "ca-worker",
    environmentName: "cae-test",
    queue,
    gatewayUrl: "https://ai.contoso.com",
    image: `ghcr.io/contoso/queue-worker@${DIGEST}`,
    subnet: network.workerSubnet ?? { id: "none", dependables: [] },
    telemetry,
    ...props,
  });
  return stack;
}

type Json = Record<string, unknown>;

/** The Container App, as Azure is sent it. */
function app(stack: SynthesizedStack): {
  readonly all: Json;
  readonly properties: Json;
  readonly template: Json;
} {
  const [all = {}] = stack.resources
    .filter(
      ({ type, attributes }) =>
        type === "azapi_resource" && String(attributes["type"]).startsWith("Microsoft.App/"),
    )
    .map(({ attributes }) => attributes as Json);
  const properties = (all["body"] as { properties: Json }).properties;
  return { all, properties, template: properties["template"] as Json };
}

describe("a worker", () => {
  const stack = synthesizeStack(make());

  it("runs in a private environment that needs no key for its logs", () => {
    const [environment] = stack.resources.filter(({ type }) => type === "azurerm_container_app_environment");
    expect(environment?.attributes).toMatchObject({
      internal_load_balancer_enabled: true,
      public_network_access: "Disabled",
      zone_redundancy_enabled: true,
      logs_destination: "azure-monitor",
      infrastructure_subnet_id: expect.stringContaining("azurerm_subnet.network_Workers_Subnet") as string,
    });
    expect(environment?.attributes).not.toHaveProperty("log_analytics_workspace_id");
    const logged = stack.resources
      .filter(({ type }) => type === "azurerm_monitor_diagnostic_setting")
      .map(({ attributes }) => attributes["target_resource_id"]);
    expect(logged).toContain(`\${${environment?.address}.id}`);
  });

  it("has one identity, no secret, no door, and the image that was named", () => {
    const { all, properties, template } = app(stack);

    expect(all["identity"]).toEqual([
      {
        type: "UserAssigned",
        identity_ids: [expect.stringContaining("azurerm_user_assigned_identity.id-worker")],
      },
    ]);
    expect(properties["configuration"]).toEqual({ activeRevisionsMode: "Single" });
    expect(template["containers"]).toEqual([
      {
        name: "worker",
        image: `ghcr.io/contoso/queue-worker@${DIGEST}`,
        resources: { cpu: 0.5, memory: "1Gi" },
        env: [
          { name: "AI_GATEWAY_URL", value: "https://ai.contoso.com" },
          { name: "AI_GATEWAY_SCOPE", value: `${AUDIENCE}/.default` },
          { name: "SERVICE_BUS_NAMESPACE", value: "sbns-test.servicebus.windows.net" },
          { name: "SERVICE_BUS_QUEUE", value: "requests" },
          { name: "RESULTS_CONTAINER_URL", value: "https://stresults.blob.core.windows.net/results" },
          { name: "AZURE_CLIENT_ID", value: expect.stringContaining("client_id") as string },
          { name: "CONCURRENCY", value: "4" },
          { name: "GRACE_SECONDS", value: "255" },
        ],
      },
    ]);
    expect(template["terminationGracePeriodSeconds"]).toBe(270);
  });

  it("comes and goes with what waits, and asks for that with its identity", () => {
    expect(app(stack).template["scale"]).toEqual({
      minReplicas: 0,
      maxReplicas: 3,
      rules: [
        {
          name: "queue-length",
          custom: {
            type: "azure-servicebus",
            identity: expect.stringContaining("azurerm_user_assigned_identity.id-worker") as string,
            metadata: { queueName: "requests", namespace: "sbns-test", messageCount: "20" },
          },
        },
      ],
    });
  });

  it("starts once it may do what it is for", () => {
    expect(app(stack).all["depends_on"]).toEqual([
      expect.stringContaining("azure-service-bus-data-receiver"),
      expect.stringContaining("azure-service-bus-data-sender"),
      expect.stringContaining("storage-blob-data-contributor"),
    ]);
  });

  it("pulls from a registry of one's own with a role and no password", () => {
    const synthesized = synthesizeStack(
      make({ registry: REGISTRY, image: `contoso.azurecr.io/queue-worker@${DIGEST}` }),
    );

    expect(app(synthesized).properties["configuration"]).toMatchObject({
      registries: [
        { server: "contoso.azurecr.io", identity: expect.stringContaining("id-worker") as string },
      ],
    });
    expect(
      synthesized.resources.filter(({ attributes }) => attributes["scope"] === REGISTRY.id),
    ).toHaveLength(1);
  });

  it("reports everything that is wrong with it at once", () => {
    expect(() =>
      make({
        name: "Worker",
        environmentName: "-",
        gatewayUrl: "http://ai.contoso.com/",
        image: "ghcr.io/contoso/queue-worker:latest",
        registry: { id: "x", loginServer: "docker.io" },
        minReplicas: 4,
        maxReplicas: 31,
        messagesPerReplica: 0,
        concurrency: 65,
        graceSeconds: 601,
      }),
    ).toThrow(
      /name must be[\s\S]*environmentName must be[\s\S]*gatewayUrl must be[\s\S]*image must be a literal[\s\S]*registry.id must be[\s\S]*registry.loginServer must be[\s\S]*image must be in the registry[\s\S]*maxReplicas must be[\s\S]*messagesPerReplica must be[\s\S]*concurrency must be[\s\S]*graceSeconds must be/,
    );
    expect(() => make({ minReplicas: 4 })).toThrow(
      /minReplicas must be a whole number from 0 to maxReplicas/,
    );
  });
});

describe("the subnet of workers", () => {
  it("lets nobody in but its environment, and reaches the endpoints", () => {
    const groups = synthesizeStack(make()).resources.filter(
      ({ type }) => type === "azurerm_network_security_group",
    );
    const rules = (name: string): readonly Json[] =>
      groups.find(({ attributes }) => String(attributes["name"]).startsWith(name))?.attributes[
        "security_rule"
      ] as Json[];

    const inbound = rules("nsg-workers")
      .filter(({ direction, access }) => direction === "Inbound" && access === "Allow")
      .map((rule) => rule["source_address_prefix"]);
    expect(inbound).toEqual(["10.20.2.0/27", "AzureLoadBalancer"]);
    expect(rules("nsg-private-endpoints")[0]).toMatchObject({
      source_address_prefixes: ["10.20.0.0/26", "10.20.2.0/27"],
      destination_port_range: "443",
    });
  });
});

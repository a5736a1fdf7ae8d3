import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { WorkloadIdentity } from "../../../lib/identity/workload-identity";
import { RequestQueue, type RequestQueueProps } from "../../../lib/request-queue/request-queue";
import { synthesizeStack } from "../../support/azure-stack";
import type { SynthesizedStack } from "../../support/synthesized-stack";
import { PLACE, REASON, TENANT } from "../gateway/gateway-stack";

const AUDIENCE = "55555555-5555-4555-8555-555555555555";
const PUBLIC = [{ control: "queue-public-network", reason: REASON }] as const;

interface Made {
  readonly stack: TerraformStack;
  readonly queue: RequestQueue;
}

function make(props: Partial<RequestQueueProps> = {}, storage = { dataPlaneAvailable: false }): Made {
  const stack = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(stack, "azurerm", { features: [{ storage: [storage] }] });
  const identity = new WorkloadIdentity(stack, "worker", { ...PLACE, name: "id-worker" });
  const queue = new RequestQueue(stack, "queue", {
    ...PLACE,
    namespaceName: "sbns-test",
    storageAccountName: "stresults",
    worker: { identity, tenantId: TENANT, audience: AUDIENCE },
    ...props,
  });
  return { stack, queue };
}

const one = (stack: SynthesizedStack, type: string): unknown =>
  stack.resources.filter((each) => each.type === type).map(({ attributes }) => attributes)[0];

describe("a queue", () => {
  it("has no key, no public network and no message without an end", () => {
    const stack = synthesizeStack(make().stack);

    expect(one(stack, "azurerm_servicebus_namespace")).toMatchObject({
      sku: "Premium",
      capacity: 1,
      premium_messaging_partitions: 1,
      local_auth_enabled: false,
      minimum_tls_version: "1.2",
      public_network_access_enabled: false,
    });
    expect(one(stack, "azurerm_servicebus_queue")).toMatchObject({
      name: "requests",
      default_message_ttl: "P3D",
      dead_lettering_on_message_expiration: false,
      requires_duplicate_detection: true,
      lock_duration: "PT1M",
      max_delivery_count: 10,
      max_size_in_megabytes: 1_024,
      max_message_size_in_kilobytes: 1_024,
    });
    expect(one(stack, "azurerm_storage_account")).toMatchObject({
      shared_access_key_enabled: false,
      public_network_access_enabled: false,
      allow_nested_items_to_be_public: false,
      min_tls_version: "TLS1_2",
      account_replication_type: "ZRS",
      network_rules: { default_action: "Deny", bypass: ["None"] },
    });
    expect(one(stack, "azurerm_storage_container")).toMatchObject({ container_access_type: "private" });
    expect(one(stack, "azurerm_storage_management_policy")).toMatchObject({
      rule: [
        {
          enabled: true,
          filters: { prefix_match: ["results/"] },
          actions: { base_blob: { delete_after_days_since_modification_greater_than: 3 } },
        },
      ],
    });
  });

  it("gives its worker and the gateway what they need of it, and nothing wider", () => {
    const { stack, queue } = make();
    const gateway = new WorkloadIdentity(stack, "gateway", { ...PLACE, name: "id-gateway" });
    queue.grantAccept(gateway);
    const roles = synthesizeStack(stack)
      .resources.filter(({ type }) => type === "azurerm_role_assignment")
      .map(({ address, attributes }) => [
        address.split(".")[1],
        attributes["scope"],
        String(attributes["role_definition_id"]).slice(-36),
      ]);

    const [sends, receives, blobs] = [
      "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
      "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
      "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    ];
    const onQueue = expect.stringContaining("azurerm_servicebus_queue.queue_") as string;
    const onResults = expect.stringContaining("azurerm_storage_container.queue_") as string;
    expect(roles.toSorted()).toEqual([
      [expect.stringMatching(/^gateway_azure-service-bus-data-sender/), onQueue, sends],
      [expect.stringMatching(/^gateway_storage-blob/), onResults, blobs],
      [expect.stringMatching(/^worker_azure-service-bus-data-receiver/), onQueue, receives],
      [expect.stringMatching(/^worker_azure-service-bus-data-sender/), onQueue, sends],
      [expect.stringMatching(/^worker_storage-blob/), onResults, blobs],
    ]);
  });

  it("is of the Standard tier where it may be reached from anywhere", () => {
    const { stack, queue } = make({ securityOptOuts: PUBLIC });
    const synthesized = synthesizeStack(stack);

    expect(one(synthesized, "azurerm_servicebus_namespace")).toMatchObject({
      sku: "Standard",
      public_network_access_enabled: true,
      local_auth_enabled: false,
      tags: { securityException: "queue-public-network" },
    });
    expect(one(synthesized, "azurerm_servicebus_queue")).not.toHaveProperty("max_message_size_in_kilobytes");
    expect(one(synthesized, "azurerm_storage_account")).toMatchObject({
      public_network_access_enabled: false,
    });
    expect([make().queue.maxMessageBytes, queue.maxMessageBytes]).toEqual([1_008 * 1_024, 240 * 1_024]);
  });

  it.each([
    [30 / 24, 30, "P1DT6H", 2],
    [1, 24, "P1D", 1],
    [1 / 24, 1, "PT1H", 1],
  ])("keeps requests for %d days as Azure writes it", (_days, retentionHours, ttl, days) => {
    const stack = synthesizeStack(make({ retentionHours, lockSeconds: 90 }).stack);

    expect(one(stack, "azurerm_servicebus_queue")).toMatchObject({
      default_message_ttl: ttl,
      lock_duration: "PT1M30S",
    });
    expect(one(stack, "azurerm_storage_management_policy")).toMatchObject({
      rule: [{ actions: { base_blob: { delete_after_days_since_modification_greater_than: days } } }],
    });
  });

  it("reports everything that is wrong with it at once", () => {
    expect(() =>
      make({
        namespaceName: "x-sb",
        storageAccountName: "St",
        queueName: "Q",
        retentionHours: 721,
        messagingUnits: 3 as unknown as 1,
        maxSizeInMegabytes: 100,
        lockSeconds: 301,
        maxDeliveryCount: 0,
      }),
    ).toThrow(
      /namespaceName must be[\s\S]*storageAccountName must be[\s\S]*queueName must be[\s\S]*retentionHours must be[\s\S]*messagingUnits must be one of[\s\S]*maxSizeInMegabytes must be one of[\s\S]*lockSeconds must be[\s\S]*maxDeliveryCount must be/,
    );
    expect(() => make({ messagingUnits: 1, maxSizeInMegabytes: 81_920, securityOptOuts: PUBLIC })).toThrow(
      /messagingUnits are of the Premium tier only[\s\S]*maxSizeInMegabytes must be one of 1024, 2048, 3072, 4096, 5120, got 81920/,
    );
  });

  it("takes no worker that could not prove itself", () => {
    const stack = new TerraformStack(Testing.app(), "other");
    const identity = WorkloadIdentity.fromWorkloadIdentityAttributes(stack, "worker", {
      id: "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-worker",
      clientId: AUDIENCE,
      principalId: TENANT,
    });
    expect(() => make({ worker: { identity, tenantId: "contoso.com", audience: AUDIENCE } })).toThrow(
      /tenantId of the worker must be a GUID[\s\S]*audience of the worker must not be the worker itself/,
    );
    expect(() => make({ worker: { identity, tenantId: TENANT, audience: "api://gateway" } })).toThrow(
      /audience of the worker must be an application id/,
    );
  });

  it("asks for a provider that leaves the closed account alone", () => {
    expect(() => synthesizeStack(make({}, { dataPlaneAvailable: true }).stack)).toThrow(
      /a storage account without public network must not ask its data plane/,
    );
  });
});

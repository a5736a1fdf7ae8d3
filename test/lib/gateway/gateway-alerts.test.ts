import type { TerraformStack } from "cdktf";
import { AzapiProvider } from "../../../lib/azapi";
import {
  AiGateway,
  GatewayAlerts,
  type GatewayAlertThresholds,
  GatewaySku,
  type WatchedQueue,
} from "../../../lib/gateway";
import { WorkloadIdentity } from "../../../lib/identity";
import { ActionGroup, Telemetry } from "../../../lib/observability";
import { OpenAiAccount } from "../../../lib/openai";
import { SynthesisDate } from "../../../lib/validation";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { type Attributes, blocks, type SynthesizedStack } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };
const CHAT = { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 50 };
const OPT_OUT = { reason: "Networks are not what this test is about.", expires: "2027-12-31" };

function account(stack: TerraformStack, name: string, provisioned: boolean): OpenAiAccount {
  const made = new OpenAiAccount(stack, name, { ...PLACE, name: `oai-aigw-${name}` });
  made.addDeployment("Chat", { ...CHAT, sku: provisioned ? "DataZoneProvisionedManaged" : undefined });
  return made;
}

interface Choices extends GatewayAlertThresholds {
  readonly sku?: GatewaySku;
  readonly provisioned?: readonly boolean[];
  readonly namePrefix?: string;
  readonly page?: string;
  readonly queues?: readonly WatchedQueue[];
}

function synthesized({
  sku = GatewaySku.developer(),
  provisioned = [],
  ...options
}: Choices = {}): SynthesizedStack {
  const stack = azureStack();
  SynthesisDate.set(stack, new Date("2026-12-01"));
  new AzapiProvider(stack, "azapi");
  const telemetry = new Telemetry(stack, "telemetry", {
    ...PLACE,
    workspaceName: "log-aigw-prod",
    applicationInsightsName: "appi-aigw-prod",
  });
  new GatewayAlerts(stack, "alerts", {
    ...PLACE,
    ...options,
    telemetry,
    gateway: new AiGateway(stack, "gateway", {
      ...PLACE,
      name: "apim-aigw-prod",
      publisherName: "Contoso",
      publisherEmail: "ai@contoso.com",
      sku,
      identity: new WorkloadIdentity(stack, "identity", { ...PLACE, name: "id-aigw" }),
      telemetry: sku.rules.resourceLogs ? telemetry : undefined,
      securityOptOuts: [
        { control: "gateway-private-network", ...OPT_OUT },
        ...(sku.rules.resourceLogs ? [] : [{ control: "gateway-audit-logs" as const, ...OPT_OUT }]),
      ],
    }),
    accounts: provisioned.map((each, index) => account(stack, `account-${index}`, each)),
    actionGroup: new ActionGroup(stack, "on-call", {
      ...PLACE,
      name: "ag-aigw-prod",
      shortName: "aigw",
      emailAddresses: ["aigw-on-call@contoso.com"],
    }),
  });
  return synthesizeStack(stack);
}

const queries = (stack: SynthesizedStack): readonly Attributes[] =>
  stack.ofType("azurerm_monitor_scheduled_query_rules_alert_v2").map(({ attributes }) => attributes);
const metrics = (stack: SynthesizedStack): readonly Attributes[] =>
  stack.ofType("azurerm_monitor_metric_alert").map(({ attributes }) => attributes);

describe("GatewayAlerts", () => {
  it("has an alert for each thing that goes wrong, under names that share a prefix", () => {
    const stack = synthesized({ provisioned: [true, false], namePrefix: "assistant" });

    expect([...queries(stack), ...metrics(stack)].map(({ name }) => name).sort()).toEqual([
      "assistant-backend-errors",
      "assistant-capacity",
      "assistant-defects",
      "assistant-failover",
      "assistant-overflow",
      "assistant-overload",
      "assistant-provisioned-account-0",
      "assistant-refusals",
      "assistant-throttling",
      "assistant-unauthorized",
    ]);
  });

  it("looks at windows without a gap and resolves by itself", () => {
    for (const { evaluation_frequency, window_duration, auto_mitigation_enabled } of queries(
      synthesized({ provisioned: [true, false] }),
    )) {
      expect([window_duration, auto_mitigation_enabled]).toEqual([evaluation_frequency, true]);
    }
  });

  it("fires above the thresholds that it was given", () => {
    const stack = synthesized({
      provisioned: [true, false],
      unauthorizedRequests: 7,
      overflowPercent: 25,
      provisionedPercent: 80,
      capacityPercent: 60,
    });

    const named = new Map([...queries(stack), ...metrics(stack)].map((each) => [each.name, each]));
    const [unauthorized] = blocks(named.get("gateway-unauthorized")?.criteria);
    expect(unauthorized?.threshold).toBe(7);
    const [overflow] = blocks(named.get("gateway-overflow")?.criteria);
    expect(overflow?.query).toContain("Overflow * 100 > Requests * 25");
    expect(named.get("gateway-provisioned-account-0")?.criteria).toMatchObject([
      {
        metric_name: "AzureOpenAIProvisionedManagedUtilizationV2",
        threshold: 80,
        dimension: [{ name: "ModelDeploymentName", values: ["Chat"] }],
      },
    ]);
    expect(named.get("gateway-capacity")?.criteria).toMatchObject([
      { metric_name: "Capacity", threshold: 60 },
    ]);
  });

  it("says nothing of overflow where nothing can flow over", () => {
    const names = (provisioned: readonly boolean[]) =>
      queries(synthesized({ provisioned })).map(({ name }) => name);

    expect(names([true])).not.toContain("gateway-overflow");
    expect(names([false, false])).not.toContain("gateway-overflow");
  });

  it("watches what the tier measures", () => {
    const watched = (sku: GatewaySku) =>
      metrics(synthesized({ sku })).map(({ criteria }) => blocks(criteria)[0]?.metric_name);

    expect(watched(GatewaySku.standardV2(1))).toEqual(["CpuPercent_Gateway"]);
    expect(watched(GatewaySku.consumption())).toEqual([]);
  });

  it("watches the dead letters of queues", () => {
    const queues = [{ namespaceId: "/subscriptions/x/sb", queueName: "requests" }];

    expect(metrics(synthesized({ queues })).at(-1)).toMatchObject({
      name: "gateway-dead-letters-requests",
      scopes: ["/subscriptions/x/sb"],
      criteria: [
        {
          metric_name: "DeadletteredMessages",
          threshold: 0,
          dimension: [{ name: "EntityName", values: ["requests"] }],
        },
      ],
    });
  });

  it("watches the size of queues whose size it knows", () => {
    const queue = { namespaceId: "/subscriptions/x/sb", queueName: "requests" };
    const watched = (queues: readonly WatchedQueue[], queuePercent?: number) =>
      metrics(synthesized({ queues, queuePercent })).filter(({ name }) =>
        String(name).includes("queue-size"),
      );

    expect(watched([queue])).toEqual([]);
    const sized = [{ ...queue, maxSizeInMegabytes: 1_024 }];
    expect(watched(sized)).toMatchObject([
      {
        name: "gateway-queue-size-requests",
        scopes: ["/subscriptions/x/sb"],
        description: expect.stringContaining("#a-queue-fills") as string,
        criteria: [
          {
            metric_name: "Size",
            threshold: 536_870_912,
            dimension: [{ name: "EntityName", values: ["requests"] }],
          },
        ],
      },
    ]);
    expect(blocks(watched(sized, 80)[0]?.["criteria"])[0]?.threshold).toBe(858_993_459);
  });

  it.each([
    [undefined, "P1D"],
    [72, "P1D"],
    [71, "PT12H"],
    [24, "PT6H"],
    [17, "PT1H"],
  ])("watches queues that do not get empty: what is kept for %s hours, of %s", (retentionHours, window) => {
    const queues = [{ namespaceId: "/subscriptions/x/sb", queueName: "requests", retentionHours }];

    const backlog = metrics(synthesized({ queues })).find(({ name }) => name === "gateway-backlog-requests");
    expect(backlog).toMatchObject({
      window_size: window,
      criteria: [
        { metric_name: "ActiveMessages", aggregation: "Minimum", operator: "GreaterThan", threshold: 0 },
      ],
    });
  });

  it("names another page where recipes stand elsewhere", () => {
    const page = "https://wiki.contoso.com/ai-gateway";

    for (const { description } of queries(synthesized({ page }))) {
      expect(description).toMatch(/ What to do: https:\/\/wiki\.contoso\.com\/ai-gateway#[a-z-]+$/);
    }
  });

  it("refuses percentages that are none, all at once", () => {
    expect(() => synthesized({ capacityPercent: 0, overflowPercent: 101 })).toThrow(
      /overflowPercent must be a whole number from 1 to 100[\s\S]*capacityPercent must be/,
    );
  });
});

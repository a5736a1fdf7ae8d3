import { DiagnosticSetting, DiagnosticTarget } from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { type Attributes, blocks } from "../../support/synthesized-stack";

const WORKSPACE = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log";
const SOURCE = { id: "/subscriptions/s/resourceGroups/rg/providers/p/r" };

function setting(target: DiagnosticTarget, name?: string): Attributes {
  const stack = azureStack();
  new DiagnosticSetting(stack, "setting", { target, logAnalyticsWorkspaceId: WORKSPACE, name });
  return synthesizeStack(stack).ofType("azurerm_monitor_diagnostic_setting")[0]!.attributes;
}

describe("DiagnosticSetting", () => {
  it("sends logs and metrics of API Management to tables of their own", () => {
    expect(setting(DiagnosticTarget.apiManagement(SOURCE))).toEqual({
      name: "audit",
      target_resource_id: SOURCE.id,
      log_analytics_workspace_id: WORKSPACE,
      log_analytics_destination_type: "Dedicated",
      enabled_log: [
        { category: "GatewayLogs" },
        { category: "GatewayLlmLogs" },
        { category: "WebSocketConnectionLogs" },
      ],
      enabled_metric: [{ category: "AllMetrics" }],
    });
  });

  it.each([
    [
      "a model account",
      DiagnosticTarget.openAiAccount(SOURCE),
      ["Audit", "RequestResponse", "Trace", "AzureOpenAIRequestUsage"],
    ],
    ["a vault", DiagnosticTarget.keyVault(SOURCE), ["AuditEvent", "AzurePolicyEvaluationDetails"]],
    ["blob storage", DiagnosticTarget.blobStorage(SOURCE), ["StorageRead", "StorageWrite", "StorageDelete"]],
  ])("sends every log of %s, and leaves the tables to Azure", (_what, target, categories) => {
    const attributes = setting(target);

    expect(blocks(attributes.enabled_log).map(({ category }) => category)).toEqual(categories);
    expect(attributes).not.toHaveProperty("log_analytics_destination_type");
  });

  it("belongs to the blob service of a storage account, which has another metric", () => {
    expect(setting(DiagnosticTarget.blobStorage(SOURCE))).toMatchObject({
      target_resource_id: `${SOURCE.id}/blobServices/default`,
      enabled_metric: [{ category: "Transaction" }],
    });
  });

  it("sends all logs that the tier of a namespace has", () => {
    expect(setting(DiagnosticTarget.eventHubsNamespace(SOURCE)).enabled_log).toEqual([
      { category_group: "allLogs" },
    ]);
  });

  it("takes a name, for a resource with several settings", () => {
    expect(setting(DiagnosticTarget.keyVault(SOURCE), "security").name).toBe("security");
  });

  it.each(["service", "a/b", "", "a".repeat(261)])("refuses the name '%s'", (name) => {
    expect(() => setting(DiagnosticTarget.keyVault(SOURCE), name)).toThrow(
      /^\[prod\/setting\] name must be 1 to 260 characters without <>\*%&:\\\?\+\/ and not 'service'/,
    );
  });
});

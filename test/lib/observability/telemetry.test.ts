import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault";
import { WorkloadIdentity } from "../../../lib/identity";
import {
  DiagnosticTarget,
  PrivateLinkScope,
  Telemetry,
  type TelemetryAttributes,
  type TelemetryProps,
} from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };
const PROPS: TelemetryProps = {
  ...PLACE,
  workspaceName: "log-aigw-prod",
  applicationInsightsName: "appi-aigw-prod",
};
const PUBLIC = { control: "telemetry-public-network", reason: "No private network in this sandbox" } as const;
const GROUP = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-hub/providers";

describe("Telemetry", () => {
  it("keeps logs for 90 days, without keys and off public networks", () => {
    const stack = azureStack();
    new Telemetry(stack, "telemetry", PROPS);

    expect(synthesizeStack(stack).ofType("azurerm_log_analytics_workspace")[0]?.attributes).toEqual({
      name: "log-aigw-prod",
      resource_group_name: "rg-aigw-prod",
      location: "westeurope",
      sku: "PerGB2018",
      retention_in_days: 90,
      local_authentication_enabled: false,
      internet_ingestion_enabled: false,
      internet_query_enabled: false,
    });
  });

  it("keeps traces in that workspace, without keys and off public networks", () => {
    const stack = azureStack();
    new Telemetry(stack, "telemetry", PROPS);

    expect(synthesizeStack(stack).ofType("azurerm_application_insights")[0]?.attributes).toEqual({
      name: "appi-aigw-prod",
      resource_group_name: "rg-aigw-prod",
      location: "westeurope",
      application_type: "web",
      workspace_id: expect.stringMatching(
        /^\$\{azurerm_log_analytics_workspace\.telemetry_Workspace_\w+\.id\}$/,
      ) as string,
      local_authentication_disabled: true,
      internet_ingestion_enabled: false,
      internet_query_enabled: false,
    });
  });

  it("is reached through a private link scope, linked one after the other", () => {
    const stack = azureStack();
    const telemetry = new Telemetry(stack, "telemetry", PROPS);

    const result = synthesizeStack(stack);
    const [component, workspace] = result.ofType("azurerm_monitor_private_link_scoped_service");
    expect(telemetry.privateLinkScope?.name).toBeDefined();
    expect(result.ofType("azurerm_monitor_private_link_scope")).toHaveLength(1);
    expect(workspace?.attributes).toMatchObject({
      name: "log-aigw-prod-workspace",
      linked_resource_id: expect.stringMatching(/^\$\{azurerm_log_analytics_workspace\./) as string,
    });
    expect(component?.attributes).toMatchObject({
      name: "appi-aigw-prod-component",
      linked_resource_id: expect.stringMatching(/^\$\{azurerm_application_insights\./) as string,
      depends_on: [workspace?.address],
    });
  });

  it("joins the scope of the hub", () => {
    const stack = azureStack();
    new Telemetry(stack, "telemetry", {
      ...PROPS,
      privateLinkScope: PrivateLinkScope.fromPrivateLinkScopeAttributes(stack, "hub", {
        id: `${GROUP}/Microsoft.Insights/privateLinkScopes/ampls-hub`,
        name: "ampls-hub",
        resourceGroupName: "rg-hub",
      }),
    });

    const result = synthesizeStack(stack);
    expect(result.ofType("azurerm_monitor_private_link_scope")).toEqual([]);
    expect(
      result.ofType("azurerm_monitor_private_link_scoped_service").map(({ attributes }) => attributes),
    ).toEqual([
      expect.objectContaining({ scope_name: "ampls-hub", resource_group_name: "rg-hub" }),
      expect.objectContaining({ scope_name: "ampls-hub", resource_group_name: "rg-hub" }),
    ]);
  });

  it("opens to public networks on the record, still without keys", () => {
    const stack = azureStack();
    const telemetry = new Telemetry(stack, "telemetry", { ...PROPS, securityOptOuts: [PUBLIC] });

    const result = synthesizeStack(stack);
    expect(telemetry.privateLinkScope).toBeUndefined();
    const [workspace] = result.ofType("azurerm_log_analytics_workspace");
    const [component] = result.ofType("azurerm_application_insights");
    expect(workspace?.attributes).toMatchObject({ local_authentication_enabled: false });
    expect(component?.attributes).toMatchObject({ local_authentication_disabled: true });
    // Open is the default of both, and the arguments have other names from azurerm 5 on.
    expect(JSON.stringify([workspace, component])).not.toMatch(/internet_(?:ingestion|query)/);
  });

  it("takes a longer retention, a quota and tags", () => {
    const stack = azureStack();
    new Telemetry(stack, "telemetry", {
      ...PROPS,
      retentionInDays: 730,
      dailyQuotaGb: 5,
      tags: { team: "platform" },
    });

    expect(synthesizeStack(stack).ofType("azurerm_log_analytics_workspace")[0]?.attributes).toMatchObject({
      retention_in_days: 730,
      daily_quota_gb: 5,
      tags: { team: "platform" },
    });
  });

  it("grants sending of telemetry on the component only", () => {
    const stack = azureStack();
    const telemetry = new Telemetry(stack, "telemetry", PROPS);
    telemetry.grantPublishMetrics(new WorkloadIdentity(stack, "gateway", { ...PLACE, name: "id-gateway" }));

    expect(synthesizeStack(stack).ofType("azurerm_role_assignment")[0]?.attributes).toMatchObject({
      scope: expect.stringMatching(
        /^\$\{azurerm_application_insights\.telemetry_ApplicationInsights_\w+\.id\}$/,
      ) as string,
      role_definition_id: expect.stringMatching(/3913510d-42f4-4e42-8a64-420c390055eb$/) as string,
    });
  });

  it("collects the logs of a resource", () => {
    const stack = azureStack();
    const telemetry = new Telemetry(stack, "telemetry", PROPS);
    const vault = new KeyVault(stack, "vault", { ...PLACE, name: "kv", skuName: "standard", tenantId: "t" });
    telemetry.addDiagnosticSetting("vault-logs", DiagnosticTarget.keyVault(vault));

    expect(synthesizeStack(stack).ofType("azurerm_monitor_diagnostic_setting")[0]?.attributes).toMatchObject({
      target_resource_id: "${azurerm_key_vault.vault.id}",
      log_analytics_workspace_id: expect.stringMatching(/^\$\{azurerm_log_analytics_workspace\./) as string,
    });
  });

  it.each<[string, Partial<TelemetryProps>, string]>([
    ["a short workspace name", { workspaceName: "log" }, "workspaceName must be 4 to 63"],
    [
      "a component name that ends in a dot",
      { applicationInsightsName: "appi." },
      "applicationInsightsName must be 1 to 260",
    ],
    ["a short retention", { retentionInDays: 30 }, "retentionInDays must be 90 to 730, got 30"],
    ["a quota that stops all logs", { dailyQuotaGb: 0 }, "dailyQuotaGb must be above 0, got 0"],
  ])("refuses %s", (_what, change, message) => {
    expect(() => new Telemetry(azureStack(), "telemetry", { ...PROPS, ...change })).toThrow(
      `[prod/telemetry] ${message}`,
    );
  });

  it("refuses a scope without effect", () => {
    const stack = azureStack();
    const privateLinkScope = new PrivateLinkScope(stack, "scope", { name: "ampls", resourceGroupName: "rg" });

    expect(
      () => new Telemetry(stack, "telemetry", { ...PROPS, privateLinkScope, securityOptOuts: [PUBLIC] }),
    ).toThrow(
      "[prod/telemetry] a private link scope has no effect together with opt-out 'telemetry-public-network': remove one of them",
    );
  });

  it("reports everything that is wrong at once, before it creates anything", () => {
    const stack = azureStack();

    expect(
      () =>
        new Telemetry(stack, "telemetry", {
          workspaceName: "x",
          applicationInsightsName: "",
          resourceGroupName: "rg.",
          location: "West Europe",
        }),
    ).toThrow(/(\[prod\/telemetry\].*\n){3}\[prod\/telemetry\]/);
    expect(stack.node.tryFindChild("telemetry")?.node.children).toEqual([]);
  });

  describe("of another team", () => {
    const attributes: TelemetryAttributes = {
      logAnalyticsWorkspaceId: `${GROUP}/Microsoft.OperationalInsights/workspaces/log-hub`,
      applicationInsightsId: `${GROUP}/Microsoft.Insights/components/appi-hub`,
      applicationInsightsConnectionString: "${data.x}",
    };

    it("collects logs and creates nothing else", () => {
      const stack = azureStack();
      const telemetry = Telemetry.fromTelemetryAttributes(stack, "hub", attributes);
      telemetry.addDiagnosticSetting("vault", DiagnosticTarget.keyVault({ id: "kv" }));

      expect(synthesizeStack(stack).resources.map(({ type }) => type)).toEqual([
        "azurerm_monitor_diagnostic_setting",
      ]);
    });

    it("reports wrong ids at once", () => {
      expect(() =>
        Telemetry.fromTelemetryAttributes(azureStack(), "hub", {
          ...attributes,
          logAnalyticsWorkspaceId: "6a7c0f0e-0000-4000-8000-000000000000",
          applicationInsightsId: "appi-hub",
        }),
      ).toThrow(/logAnalyticsWorkspaceId must be .*\n.*applicationInsightsId must be /);
    });
  });

  it("reads as documentation", () => {
    const stack = azureStack();
    const gatewayIdentity = new WorkloadIdentity(stack, "gateway", { ...PLACE, name: "id-gateway" });

    const telemetry = new Telemetry(stack, "telemetry", PROPS);
    const grant = telemetry.grantPublishMetrics(gatewayIdentity);

    expect(grant.dependables).toHaveLength(1);
  });
});

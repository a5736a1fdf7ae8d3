import type { TerraformStack } from "cdktf";
import { CertificateExpiryAlert, CertificateStore } from "../../../lib/key-vault";
import { ActionGroup, Telemetry } from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { type Attributes, blocks } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };

function addAlert(stack: TerraformStack, change: { name?: string; logsCollected?: boolean } = {}): void {
  new CertificateExpiryAlert(stack, "expiry", {
    ...PLACE,
    name: "certificates-end",
    store: new CertificateStore(stack, "certificates", {
      ...PLACE,
      name: "kv-aigw-prod-7f3",
      tenantId: "11111111-2222-4333-8444-555555555555",
    }),
    telemetry: new Telemetry(stack, "telemetry", {
      ...PLACE,
      workspaceName: "log-aigw-prod",
      applicationInsightsName: "appi-aigw-prod",
    }),
    actionGroup: new ActionGroup(stack, "on-call", {
      ...PLACE,
      name: "ag-aigw-prod",
      shortName: "aigw",
      emailAddresses: ["aigw-on-call@contoso.com"],
    }),
    ...change,
  });
}

function rule(stack: TerraformStack): Attributes {
  return synthesizeStack(stack).ofType("azurerm_monitor_scheduled_query_rules_alert_v2")[0]!.attributes;
}

describe("CertificateExpiryAlert", () => {
  it("searches the audit log of this vault for notices of an end, of certificates and of secrets", () => {
    const stack = azureStack();
    addAlert(stack);

    const [criterion] = blocks(rule(stack).criteria);
    expect(String(criterion!.query).split("\n")).toEqual([
      "AzureDiagnostics",
      expect.stringMatching(/^\| where _ResourceId =~ "\$\{azurerm_key_vault\.certificates_\w+\.id\}"$/),
      '| where OperationName in ("CertificateNearExpiryEventGridNotification", "CertificateExpiredEventGridNotification", "SecretNearExpiryEventGridNotification", "SecretExpiredEventGridNotification")',
      '| extend ObjectName = column_ifexists("eventGridEventProperties_data_ObjectName_s", "")',
      "| project TimeGenerated, OperationName, ObjectName",
    ]);
  });

  it("tells of each certificate apart, once per day", () => {
    const stack = azureStack();
    addAlert(stack);

    expect(rule(stack)).toMatchObject({
      criteria: [
        {
          operator: "GreaterThan",
          threshold: 0,
          time_aggregation_method: "Count",
          dimension: [{ name: "ObjectName", operator: "Include", values: ["*"] }],
        },
      ],
      evaluation_frequency: "PT1H",
      window_duration: "P1D",
      mute_actions_after_alert_duration: "P1D",
      auto_mitigation_enabled: false,
      skip_query_validation: true,
    });
  });

  it("reads the workspace and tells the action group", () => {
    const stack = azureStack();
    addAlert(stack);

    expect(rule(stack)).toMatchObject({
      scopes: [expect.stringMatching(/^\$\{azurerm_log_analytics_workspace\./)],
      action: { action_groups: [expect.stringMatching(/^\$\{azurerm_monitor_action_group\./)] },
    });
  });

  it("has the vault send its audit log to that workspace first", () => {
    const stack = azureStack();
    addAlert(stack);

    const [setting] = synthesizeStack(stack).ofType("azurerm_monitor_diagnostic_setting");
    expect(setting?.attributes).toMatchObject({
      target_resource_id: expect.stringMatching(/^\$\{azurerm_key_vault\./) as string,
      enabled_log: [{ category: "AuditEvent" }, { category: "AzurePolicyEvaluationDetails" }],
    });
    expect(rule(stack).depends_on).toEqual([setting?.address]);
  });

  it("adds no second setting where the log is collected already", () => {
    const stack = azureStack();
    addAlert(stack, { logsCollected: true });

    expect(synthesizeStack(stack).ofType("azurerm_monitor_diagnostic_setting")).toEqual([]);
  });

  it.each(["", "a/b", "ends."])("refuses the name '%s'", (name) => {
    expect(() => addAlert(azureStack(), { name })).toThrow(
      /^\[prod\/expiry\] name must be 1 to 260 characters/,
    );
  });
});

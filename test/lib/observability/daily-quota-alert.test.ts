import {
  ActionGroup,
  DailyQuotaAlert,
  type DailyQuotaAlertProps,
  Telemetry,
} from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { SynthesizedStack } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };

function synthesized(change: Partial<DailyQuotaAlertProps> = {}): SynthesizedStack {
  const stack = azureStack();
  new DailyQuotaAlert(stack, "quota", {
    ...PLACE,
    name: "daily-quota",
    telemetry: new Telemetry(stack, "telemetry", {
      ...PLACE,
      workspaceName: "log-aigw-prod",
      applicationInsightsName: "appi-aigw-prod",
      dailyQuotaGb: 5,
    }),
    actionGroup: new ActionGroup(stack, "on-call", {
      ...PLACE,
      name: "ag-aigw-prod",
      shortName: "aigw",
      emailAddresses: ["aigw-on-call@contoso.com"],
    }),
    ...change,
  });
  return synthesizeStack(stack);
}

describe("DailyQuotaAlert", () => {
  it("finds the record that the workspace writes when it stops collecting, and mails the action group", () => {
    const [rule] = synthesized().ofType("azurerm_monitor_scheduled_query_rules_alert_v2");
    expect(rule?.attributes).toMatchObject({
      name: "daily-quota",
      scopes: [expect.stringMatching(/^\$\{azurerm_log_analytics_workspace\./)],
      criteria: [
        {
          query: '_LogOperation\n| where Category =~ "Ingestion" and Detail contains "OverQuota"',
          operator: "GreaterThan",
          threshold: 0,
          time_aggregation_method: "Count",
        },
      ],
      evaluation_frequency: "PT15M",
      window_duration: "PT1H",
      mute_actions_after_alert_duration: "PT6H",
      auto_mitigation_enabled: false,
      action: { action_groups: [expect.stringMatching(/^\$\{azurerm_monitor_action_group\./)] },
    });
  });

  it("refuses a name that Azure does not take", () => {
    expect(() => synthesized({ name: "a/b" })).toThrow(
      "/quota] name must be 1 to 260 characters without *#&+:<>?@%{}\\/, not ending in '.' or a blank",
    );
  });
});

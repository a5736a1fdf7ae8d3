import { ActionGroup, QueryAlert, type QueryAlertProps, Telemetry } from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { Attributes } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };

function attributesOf(change: Partial<QueryAlertProps> = {}): Attributes | undefined {
  const stack = azureStack();
  new QueryAlert(stack, "outage", {
    ...PLACE,
    name: "partner-outage",
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
    displayName: "Fabrikam gets no answers",
    description: "Requests of the partner end with 5xx.",
    anchor: "models-do-not-answer",
    severity: 2,
    query: "AppTraces",
    evaluationFrequency: "PT5M",
    windowDuration: "PT15M",
    ...change,
  });
  const [rule] = synthesizeStack(stack).ofType("azurerm_monitor_scheduled_query_rules_alert_v2");
  return rule?.attributes;
}

describe("QueryAlert", () => {
  it("counts the rows of a query and mails the action group, with the page that helps", () => {
    expect(attributesOf()).toMatchObject({
      description:
        "Requests of the partner end with 5xx. What to do: docs/operations.md#models-do-not-answer",
      criteria: [
        { query: "AppTraces", time_aggregation_method: "Count", operator: "GreaterThan", threshold: 0 },
      ],
      auto_mitigation_enabled: true,
      action: { action_groups: [expect.stringMatching(/^\$\{azurerm_monitor_action_group\./)] },
    });
  });

  it("stays until somebody closes it where it is silenced", () => {
    expect(attributesOf({ muteActionsAfterAlertDuration: "PT6H" })).toMatchObject({
      mute_actions_after_alert_duration: "PT6H",
      auto_mitigation_enabled: false,
    });
  });

  it("looks at every value of its dimensions", () => {
    expect(attributesOf({ dimensions: ["Client"] })).toMatchObject({
      criteria: [{ dimension: [{ name: "Client", operator: "Include", values: ["*"] }] }],
    });
  });

  it.each([
    [{ name: "a/b" }, "name must be 1 to 260 characters"],
    [{ threshold: 0.5 }, "threshold must be a whole number of rows, 0 or more"],
    [{ dimensions: ["1", "2", "3", "4", "5", "6", "7"] }, "dimensions must be 6 at most"],
  ])("refuses %j", (change, message) => {
    expect(() => attributesOf(change)).toThrow(message);
  });
});

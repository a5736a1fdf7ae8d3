import { ActionGroup, MetricAlert, type MetricAlertProps } from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import type { Attributes } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };
const GATEWAY =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-aigw-prod/providers/Microsoft.ApiManagement/service/apim-aigw-prod";

function attributesOf(change: Partial<MetricAlertProps> = {}): Attributes | undefined {
  const stack = azureStack();
  new MetricAlert(stack, "capacity", {
    resourceGroupName: PLACE.resourceGroupName,
    name: "gateway-capacity",
    actionGroup: new ActionGroup(stack, "on-call", {
      ...PLACE,
      name: "ag-aigw-prod",
      shortName: "aigw",
      emailAddresses: ["aigw-on-call@contoso.com"],
    }),
    resourceId: GATEWAY,
    metricNamespace: "Microsoft.ApiManagement/service",
    metricName: "Capacity",
    threshold: 70,
    windowSize: "PT30M",
    description: "The service is nearly full.",
    anchor: "capacity",
    severity: 2,
    ...change,
  });
  const [rule] = synthesizeStack(stack).ofType("azurerm_monitor_metric_alert");
  return rule?.attributes;
}

describe("MetricAlert", () => {
  it("mails the action group when the average of the metric is too high, with the page that helps", () => {
    expect(attributesOf()).toMatchObject({
      scopes: [GATEWAY],
      description: "The service is nearly full. What to do: docs/operations.md#capacity",
      window_size: "PT30M",
      criteria: [{ metric_name: "Capacity", aggregation: "Average", operator: "GreaterThan", threshold: 70 }],
      action: [{ action_group_id: expect.stringMatching(/^\$\{azurerm_monitor_action_group\./) as unknown }],
    });
  });

  it("looks at the values of a dimension one by one", () => {
    expect(attributesOf({ dimension: { name: "ModelDeploymentName", values: ["chat"] } })).toMatchObject({
      criteria: [{ dimension: [{ name: "ModelDeploymentName", operator: "Include", values: ["chat"] }] }],
    });
  });

  it("refuses a name that Azure does not take", () => {
    expect(() => attributesOf({ name: "a/b" })).toThrow("name must be 1 to 260 characters");
  });
});

import { ActionGroup, EndDateAlert, type EndDateAlertProps, Telemetry } from "../../../lib/observability";
import { recordEndDate } from "../../../lib/validation";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { runKusto } from "../../support/kusto-query";
import { type Attributes, blocks } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };

function rule(others?: EndDateAlertProps["others"]): Attributes {
  const stack = azureStack();
  new EndDateAlert(stack, "ends", {
    ...PLACE,
    name: "end-dates",
    of: stack,
    others,
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
  });
  // Later than the alert: whatever is added to the stack counts.
  recordEndDate(stack, { what: 'authority "Devices"', endsOn: "2027-03-31" });
  return synthesizeStack(stack).ofType("azurerm_monitor_scheduled_query_rules_alert_v2")[0]!.attributes;
}

const told = (query: unknown, day: string): readonly unknown[] =>
  runKusto(String(query), {}, new Date(`${day}T06:00:00Z`)).map(({ What }) => What);

describe("EndDateAlert", () => {
  it("tells of each thing apart, once a day, from 30 days before its end", () => {
    const { criteria, ...attributes } = rule([{ what: "secret of the portal's app", endsOn: "2027-01-15" }]);
    const [criterion] = blocks(criteria);

    expect(attributes).toMatchObject({
      evaluation_frequency: "P1D",
      mute_actions_after_alert_duration: "P1D",
    });
    expect(criterion?.dimension).toMatchObject([{ name: "What" }]);
    expect(told(criterion?.query, "2026-12-10")).toEqual([]);
    expect(told(criterion?.query, "2026-12-17")).toEqual(["secret of the portal's app"]);
    expect(told(criterion?.query, "2027-03-02")).toEqual([
      'authority "Devices"',
      "secret of the portal's app",
    ]);
  });

  it("refuses days that do not exist", () => {
    expect(() => rule([{ what: "secret", endsOn: "2027-02-30" }])).toThrow(
      "[prod/ends] endsOn of 'secret' must be a date as YYYY-MM-DD, got \"2027-02-30\"",
    );
  });
});

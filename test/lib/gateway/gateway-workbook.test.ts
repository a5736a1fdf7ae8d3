import { GatewayWorkbook } from "../../../lib/gateway";
import { Telemetry } from "../../../lib/observability";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { kustoProblems } from "../../support/kusto";
import type { Attributes } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-aigw-prod", location: "westeurope" };
const NAME = "5f2b8f0e-3a53-5a1c-9d5e-0d6a6a3b7c11";

function workbook(name = NAME): Attributes {
  const stack = azureStack();
  const telemetry = new Telemetry(stack, "telemetry", {
    ...PLACE,
    workspaceName: "log-aigw-prod",
    applicationInsightsName: "appi-aigw-prod",
  });
  new GatewayWorkbook(stack, "workbook", { ...PLACE, name, telemetry });
  return synthesizeStack(stack).ofType("azurerm_application_insights_workbook")[0]!.attributes;
}

interface Item {
  readonly type: number;
  readonly content: { readonly title?: string; readonly query?: string };
}

const { items } = JSON.parse(String(workbook().data_json)) as { readonly items: readonly Item[] };

describe("GatewayWorkbook", () => {
  it("asks the workspace of the telemetry, by its id in lower case", () => {
    expect(workbook()).toMatchObject({
      name: NAME,
      display_name: "AI gateway",
      source_id: expect.stringMatching(/^\$\{lower\(azurerm_log_analytics_workspace\.\S+\.id\)\}$/) as string,
    });
  });

  it.each(items.filter(({ type }) => type === 3).map(({ content }) => [content.title, content.query]))(
    "has a query for '%s' that Log Analytics takes",
    (_title, query) => {
      expect(kustoProblems(String(query))).toEqual([]);
    },
  );

  it("refuses a name that is no GUID", () => {
    expect(() => workbook("gateway")).toThrow(/^\[prod\/workbook\] name must be a GUID/);
  });
});

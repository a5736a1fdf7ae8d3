import { CostReport, type CostReportProps } from "../../../lib/cost/cost-report";
import { AUDIT_MESSAGE } from "../../../lib/gateway";
import { ActionGroup } from "../../../lib/observability/action-group";
import { Telemetry } from "../../../lib/observability/telemetry";
import { OpenAiAccount } from "../../../lib/openai/openai-account";
import { azureStack, synthesizeStack } from "../../support/azure-stack";
import { blocks, type SynthesizedStack } from "../../support/synthesized-stack";

const PLACE = { resourceGroupName: "rg-ai", location: "westeurope" };
const PRICE = { model: "gpt-5.4", source: "price list of 2026-04-01" } as const;

function report(
  props: Partial<CostReportProps> = {},
  alerts = true,
): { stack: SynthesizedStack; report: CostReport } {
  const stack = azureStack();
  const telemetry = Telemetry.fromTelemetryAttributes(stack, "telemetry", {
    logAnalyticsWorkspaceId: `/subscriptions/${"0".repeat(8)}-0000-4000-8000-000000000001/resourceGroups/rg-ai/providers/Microsoft.OperationalInsights/workspaces/log-ai`,
    applicationInsightsId: `/subscriptions/${"0".repeat(8)}-0000-4000-8000-000000000001/resourceGroups/rg-ai/providers/Microsoft.Insights/components/appi-ai`,
    applicationInsightsConnectionString: "InstrumentationKey=0;IngestionEndpoint=https://x",
  });
  const account = new OpenAiAccount(stack, "account", { ...PLACE, name: "oai-weu" });
  account.addDeployment("Chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 50 });
  const made = new CostReport(stack, "costs", {
    ...PLACE,
    telemetry,
    accounts: [account],
    clients: [{ name: "claims", owner: 'Claims "A" ${x}', costCentre: "4100", monthlyBudget: 4_000 }],
    priceList: {
      currency: "EUR",
      prices: [
        { ...PRICE, sku: "DataZoneStandard", from: "2026-07-01", inputPerMillion: 3, outputPerMillion: 18 },
        {
          ...PRICE,
          sku: "DataZoneStandard",
          from: "2026-04-01",
          inputPerMillion: 0.1,
          outputPerMillion: 16.5,
        },
      ],
    },
    actionGroup: alerts
      ? new ActionGroup(stack, "watchers", {
          resourceGroupName: "rg-ai",
          name: "ag-costs",
          shortName: "costs",
          emailAddresses: ["a@contoso.com"],
        })
      : undefined,
    ...props,
  });
  return { stack: synthesizeStack(stack), report: made };
}

function queriesOf(stack: SynthesizedStack): readonly string[] {
  return stack.ofType("azurerm_log_analytics_saved_search").map(({ attributes }) => String(attributes.query));
}

describe("CostReport", () => {
  it("asks the same in saved queries and in the workbook, and of budgets in an alert", () => {
    const { stack } = report();
    const saved = queriesOf(stack);
    const [workbook] = stack.ofType("azurerm_application_insights_workbook");
    const { items } = JSON.parse(String(workbook?.attributes.data_json)) as {
      items: readonly { readonly type: number; readonly content: { readonly query?: string } }[];
    };
    const drawn = items.flatMap(({ content }) => (content.query === undefined ? [] : [content.query]));
    const [alert] = stack.ofType("azurerm_monitor_scheduled_query_rules_alert_v2");
    const alerted = blocks(alert?.attributes.criteria).map(({ query }) => String(query));
    expect([saved.length, drawn.length, alerted.length]).toEqual([5, 5, 1]);
    expect(new Set(saved)).toEqual(new Set(drawn));
    expect(alerted[0]).toContain("MonthAtThisPace > Budget");
    // A term of Kusto is a whole word: `has` would find no `DataZoneProvisionedManaged`.
    expect(alerted[0]).toContain('not(Sku contains "Provisioned")');
  });

  it("has each price for as long as it holds, exact, by the host and deployment that answer", () => {
    const [query = ""] = queriesOf(report().stack);
    expect(query).toContain(
      '"oai-weu.openai.azure.com", "chat", "gpt-5.4", "DataZoneStandard", datetime(2000-01-01), datetime(2026-07-01), decimal(0.1), decimal(16.5), decimal(0.1)',
    );
    expect(query).toContain(
      "datetime(2026-07-01), datetime(9999-12-31), decimal(3), decimal(18), decimal(3)",
    );
    expect(query).toContain('"claims", "Claims \\"A\\" $${x}", "4100", decimal(4000)');
  });

  it("tells nobody where no client has a budget, or there is nobody to tell", () => {
    const clients = [{ name: "claims", owner: "Claims", costCentre: "4100" }];
    expect(report({ clients }).report.budgetAlert).toBeUndefined();
    expect(report({}, false).report.budgetAlert).toBeUndefined();
  });

  it("reports everything that is wrong with the props", () => {
    const client = { name: "claims", owner: "Claims", costCentre: "4100" };
    expect(() =>
      report({ clients: [{ ...client, monthlyBudget: 0 }, client], location: "West Europe" }),
    ).toThrow(
      /location must be .*\n.*a client is paid for by one owner, got "claims": remove one\n.*monthlyBudget of client 'claims' must be an amount above 0, got 0/,
    );
  });

  it("finds audit records by the message that policies give them", () => {
    expect(queriesOf(report().stack)).toEqual(
      Array<unknown>(5).fill(expect.stringContaining(`Message has "${AUDIT_MESSAGE}"`)),
    );
  });
});

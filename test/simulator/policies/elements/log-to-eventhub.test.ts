import type { LoggerModel } from "../../../../simulator/model";
import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const LOGGERS: readonly LoggerModel[] = [
  { address: "azurerm_api_management_logger.hub", name: "hub", kind: "eventHub" },
  { address: "azurerm_api_management_logger.insights", name: "insights", kind: "applicationInsights" },
];
const log = (attributes: string, text = "event"): string =>
  `<log-to-eventhub ${attributes}>${text}</log-to-eventhub>`;

describe("log-to-eventhub", () => {
  it("sends its text to the logger", async () => {
    const inbound = log(`logger-id="hub" partition-key="claims"`, "caller claims");
    const gateway = await PolicyGateway.start({ inbound, model: { loggers: LOGGERS } });
    await gateway.call();
    expect(gateway.running.sinks.logs).toEqual([
      { logger: "hub", body: "caller claims", partitionKey: "claims", partitionId: undefined },
    ]);
  });

  it("cuts a text off at 200 KB", async () => {
    const inbound = log(`logger-id="hub"`, "x".repeat(200 * 1024 + 1));
    const gateway = await PolicyGateway.start({ inbound, model: { loggers: LOGGERS } });
    await gateway.call();
    expect(gateway.running.sinks.logs[0]?.body).toHaveLength(200 * 1024);
  });

  it.each([
    ["an unknown logger", log(`logger-id="none"`), "does not exist"],
    ["a logger of another kind", log(`logger-id="insights"`), "is not an event hub"],
    ["two kinds of partition", log(`logger-id="hub" partition-id="0" partition-key="k"`), "not both"],
  ])("refuses %s at load", async (_, inbound, problem) => {
    expect(await problemsOf({ inbound, model: { loggers: LOGGERS } })).toEqual([
      expect.stringContaining(problem),
    ]);
  });
});

import { type CostClient, CostReport } from "../../../lib/cost";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import { Telemetry } from "../../../lib/observability/telemetry";
import type { OpenAiAccount } from "../../../lib/openai/openai-account";
import { EMBEDDINGS, GatewayStack, PLACE, WEB_APP } from "./gateway-stack";

const WORKSPACE = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-ai/providers";
const CLAIMS = { name: "claims", owner: "Claims", costCentre: "4100" };
const CUT_OFF = { ...CLAIMS, monthlyBudget: 100, atBudget: "cutOff" } as const;
const NO_PRICE =
  "[prod/gateway/claims] client 'claims' is cut off at a budget, so that all that may answer it must have a price, " +
  'got ["embeddings at prod/weu"]: add the price';

/** A gateway with one account, whose chat has a price and whose embeddings have none, and with one client. */
function synthesize(
  client: CostClient,
  {
    deployments,
    ownAccount,
    isReported = true,
  }: {
    /** What the client may use. @default - everything */
    readonly deployments?: readonly string[];
    /** Whether the client has an account of its own, with chat alone. @default false */
    readonly ownAccount?: boolean;
    /** Whether the report knows the accounts. @default true */
    readonly isReported?: boolean;
  } = {},
): void {
  const stack = new GatewayStack();
  const account = stack.account("weu");
  account.addDeployment("embeddings", EMBEDDINGS);
  const accounts: OpenAiAccount[] = [account, stack.account("sec")];
  const report = new CostReport(stack.stack, "costs", {
    ...PLACE,
    telemetry: Telemetry.fromTelemetryAttributes(stack.stack, "telemetry", {
      logAnalyticsWorkspaceId: `${WORKSPACE}/Microsoft.OperationalInsights/workspaces/log-ai`,
      applicationInsightsId: `${WORKSPACE}/Microsoft.Insights/components/appi-ai`,
      applicationInsightsConnectionString: "InstrumentationKey=0;IngestionEndpoint=https://x",
      workspaceGuid: "77777777-7777-4777-8777-777777777777",
    }),
    accounts: isReported ? accounts : [],
    clients: [client],
    priceList: {
      currency: "EUR",
      prices: [
        {
          model: "gpt-5.4",
          sku: "DataZoneStandard",
          from: "2026-04-01",
          inputPerMillion: 3,
          source: "list of 2026-04-01",
        },
      ],
    },
  });
  const gateway = stack.gateway();
  const api = stack.api(gateway, { backends: accounts, spending: report });
  gateway.addClient("claims", {
    api,
    identifiedBy: [ClientIdentity.application(WEB_APP)],
    deployments,
    ...(ownAccount === true ? { backends: [accounts[1]!] } : {}),
  });
  stack.synthesize();
}

describe("a budget that cuts off", () => {
  it("must see all that the client may call", () => {
    expect(() => synthesize(CUT_OFF)).toThrow(NO_PRICE);
  });

  it("of users must see it as well", () => {
    expect(() => synthesize({ ...CLAIMS, monthlyBudgetPerUser: 5 })).toThrow(NO_PRICE);
  });

  it("needs no price of what the client may not call", () => {
    expect(() => synthesize(CUT_OFF, { deployments: ["chat"] })).not.toThrow();
  });

  it("needs no price of accounts that never answer the client", () => {
    expect(() => synthesize(CUT_OFF, { ownAccount: true })).not.toThrow();
  });

  it("needs accounts that the report knows", () => {
    expect(() => synthesize(CUT_OFF, { deployments: ["chat"], isReported: false })).toThrow(
      'got ["chat at prod/weu","chat at prod/sec"]',
    );
  });
});

test("a budget that only tells may not see everything", () => {
  expect(() => synthesize({ ...CLAIMS, monthlyBudget: 100 })).not.toThrow();
});

import { type CostClient, CostReport, type CostReportProps } from "../../../lib/cost";
import { ClientIdentity } from "../../../lib/gateway/client-identity";
import type { EndpointMember } from "../../../lib/gateway/deployment-route";
import { checkPrices } from "../../../lib/gateway/spending-checks";
import type { SpendingSource } from "../../../lib/gateway/spending-source";
import { Telemetry } from "../../../lib/observability/telemetry";
import type { DeploymentSku } from "../../../lib/openai/deployment-sku";
import { Problems } from "../../../lib/validation";
import { azureStack } from "../../support/azure-stack";
import { CHAT, EMBEDDINGS, GatewayStack, PLACE, WEB_APP } from "./gateway-stack";

const WORKSPACE = "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-ai/providers";
const CLAIMS = { name: "claims", owner: "Claims", costCentre: "4100" };
const CUT_OFF = { ...CLAIMS, monthlyBudget: 100, atBudget: "cutOff" } as const;
const PRICE = {
  model: "gpt-5.4",
  sku: "DataZoneStandard",
  from: "2026-04-01",
  inputPerMillion: 3,
  source: "list of 2026-04-01",
} as const;
const NO_PRICE =
  "[prod/gateway/claims] client 'claims' is cut off at a budget, so that all that may answer it must have a price, " +
  'got ["embeddings at prod/weu"]: add the price';

interface Variation {
  /** What the client may use. @default - everything */
  readonly deployments?: readonly string[];
  /** Whether the client has an account of its own, with chat alone. @default false */
  readonly ownAccount?: boolean;
  readonly suspended?: boolean;
  /** Whether the report knows the accounts. @default true */
  readonly isReported?: boolean;
  /** SKU of what has no price. @default - billed by token */
  readonly sku?: DeploymentSku;
  /** Whether an account gets a deployment when the report is there already. @default false */
  readonly late?: boolean;
  readonly ownerBudgets?: CostReportProps["ownerBudgets"];
  /** Whether callers come in whom nobody has registered. @default false */
  readonly open?: boolean;
}

/** A gateway with two accounts, whose chat has a price and whose embeddings have none, and with one client. */
function synthesize(client: CostClient, varied: Variation = {}): void {
  const { deployments, ownAccount = false, isReported = true, late = false, open = false } = varied;
  const stack = new GatewayStack();
  const [account, other] = [stack.account("weu"), stack.account("sec")];
  account.addDeployment("embeddings", { ...EMBEDDINGS, sku: varied.sku });
  const accounts = [account, other];
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
    ownerBudgets: varied.ownerBudgets,
    priceList: { currency: "EUR", prices: [PRICE] },
  });
  if (late) {
    account.addDeployment("late", CHAT);
  }
  const gateway = stack.gateway();
  const api = stack.api(gateway, {
    backends: accounts,
    spending: report,
    unregisteredCallers: open ? "allow" : undefined,
  });
  gateway.addClient("claims", {
    api,
    identifiedBy: [ClientIdentity.application(WEB_APP)],
    suspended: varied.suspended,
    deployments,
    ...(ownAccount ? { backends: [other] } : {}),
  });
  stack.synthesize();
}

describe("a budget that cuts off", () => {
  it("must see all that the client may call", () => {
    expect(() => synthesize(CUT_OFF)).toThrow(NO_PRICE);
  });

  it.each<[string, CostClient, Variation]>([
    ["users", { ...CLAIMS, monthlyBudgetPerUser: 5 }, {}],
    ["an owner", CLAIMS, { ownerBudgets: { Claims: 100 } }],
  ])("of %s must see it as well", (_whose, client, varied) => {
    expect(() => synthesize(client, varied)).toThrow(NO_PRICE);
  });

  it.each<[string, Variation]>([
    ["what the client may not call", { deployments: ["chat"] }],
    ["accounts that never answer the client", { ownAccount: true }],
    ["throughput that is billed by the hour", { sku: "DataZoneProvisionedManaged" }],
    ["what answers a client that is suspended", { suspended: true }],
  ])("needs no price of %s", (_what, varied) => {
    expect(() => synthesize(CUT_OFF, varied)).not.toThrow();
  });

  it("needs accounts that the report knows", () => {
    expect(() => synthesize(CUT_OFF, { deployments: ["chat"], isReported: false })).toThrow(
      'got ["chat at prod/weu","chat at prod/sec"]',
    );
  });

  it("of a caller whom nobody registered must see all that the API serves", () => {
    const caller = { ...CUT_OFF, name: `entra/${WEB_APP}` };
    expect(() => synthesize(caller, { deployments: ["chat"], open: true })).toThrow(
      `client 'entra/${WEB_APP}' is cut off at a budget`,
    );
  });

  it("finds no price of a model endpoint", () => {
    const problems = new Problems(azureStack());
    const endpoint = { node: { path: "prod/vllm" } } as unknown as EndpointMember["endpoint"];
    const route = { deployment: "llama", members: [], endpoints: [{ endpoint, priority: 1, weight: 100 }] };
    checkPrices({} as SpendingSource, [{ name: "claims", routes: [route] }], problems);
    expect(problems.all).toMatchObject([{ value: ["llama at prod/vllm"] }]);
  });
});

test("a budget that only tells may not see everything", () => {
  expect(() => synthesize({ ...CLAIMS, monthlyBudget: 100 })).not.toThrow();
});

test("a report has the deployments that were there when it was made, and says if there are more", () => {
  expect(() => synthesize({ ...CLAIMS, monthlyBudget: 100 }, { late: true })).toThrow(
    '[prod/costs] deployments must be added to accounts before the report is made, got ["late at prod/weu"]',
  );
});

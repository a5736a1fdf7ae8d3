import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";
import { Auth } from "../../lib/auth/auth";
import { CostReport } from "../../lib/cost/cost-report";
import { ClientIdentity } from "../../lib/gateway/client-identity";
import { Telemetry } from "../../lib/observability/telemetry";
import { OpenAiAccount } from "../../lib/openai/openai-account";
import { Clock, simulate, type Simulation } from "../../simulator";
import { CHAT, GatewayStack, PLACE, REASON } from "../lib/gateway/gateway-stack";

const TARGET = "/portal/openai/deployments/chat/chat/completions?api-version=2024-10-21";
const ISSUERS = { ida: "https://a.example.com", idb: "https://b.example.com" } as const;
/** A call costs more than half of it. */
const BUDGET = 0.02;
const PRICE = 1_000;
const FRESH = 15 * 60_000;

/** One client of an API with two issuers, whose users have a budget each. */
function synthesize(): string {
  const terraform = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(terraform, "azurerm", { features: [{}] });
  const stack = new GatewayStack(terraform);
  const telemetry = new Telemetry(terraform, "telemetry", {
    ...PLACE,
    workspaceName: "log-ai",
    applicationInsightsName: "appi-ai",
    securityOptOuts: [{ control: "telemetry-public-network", reason: REASON }],
  });
  const account = new OpenAiAccount(terraform, "openai", {
    ...PLACE,
    name: "oai-weu",
    allowedAddressRanges: ["203.0.113.0/24"],
    securityOptOuts: [{ control: "account-public-network", reason: REASON }],
  });
  account.addDeployment("chat", CHAT);
  const spending = new CostReport(terraform, "costs", {
    ...PLACE,
    telemetry,
    accounts: [account],
    clients: [
      {
        name: "portal",
        owner: "Portal",
        costCentre: "1",
        monthlyBudget: 1_000,
        atBudget: "cutOff",
        monthlyBudgetPerUser: BUDGET,
      },
    ],
    priceList: {
      currency: "USD",
      prices: [
        {
          model: CHAT.model,
          sku: "DataZoneStandard",
          from: "2026-04-01",
          source: "made up for this test",
          inputPerMillion: 0,
          outputPerMillion: PRICE,
        },
      ],
    },
  });
  const gateway = stack.gateway({
    telemetry,
    securityOptOuts: [{ control: "gateway-private-network", reason: REASON }],
  });
  const api = gateway.addOpenAiApi("portal", {
    path: "portal",
    backends: [account],
    operations: ["chat"],
    spending,
    auth: Auth.anyOf(
      ...Object.entries(ISSUERS).map(([name, issuer]) =>
        Auth.oidc({ name, issuer, audiences: ["gateway"], scopes: ["chat"] }),
      ),
    ),
  });
  gateway.addClient("portal", {
    api,
    identifiedBy: Object.keys(ISSUERS).map((authenticator) =>
      ClientIdentity.application("portal-app", { authenticator }),
    ),
  });
  App.of(terraform).synth();
  return App.of(terraform).outdir;
}

describe("budgets of users whom two issuers name alike", () => {
  let simulation: Simulation;
  const clock = new Clock({ at: new Date("2026-12-10T12:00:00Z"), running: false });

  beforeAll(async () => {
    simulation = await simulate(synthesize(), { clock });
  });

  afterAll(() => simulation.close());

  async function ask(issuer: string): Promise<readonly [status: number, left: unknown]> {
    const now = Math.floor(clock.now() / 1000);
    const token = await simulation.issueToken({
      issuer,
      claims: {
        iss: issuer,
        iat: now,
        nbf: now,
        exp: now + 600,
        aud: "gateway",
        scope: "chat",
        azp: "portal-app",
        sub: "1001",
      },
    });
    const { status, headers } = await simulation.perform(TARGET, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: { messages: [{ role: "user", content: "hello" }], max_completion_tokens: 100 },
    });
    return [status, headers["x-budget-remaining"]];
  }

  test("T-321 nobody pays for its namesake, or is told what is left to it", async () => {
    expect([await ask(ISSUERS.ida), await ask(ISSUERS.ida)]).toEqual([
      [200, [String(BUDGET)]],
      [200, [String(BUDGET)]],
    ]);
    clock.advance(FRESH);

    expect(await ask(ISSUERS.ida)).toEqual([403, undefined]);
    // What was asked for the one is kept: it must not be the other's.
    expect(await ask(ISSUERS.idb)).toEqual([200, [String(BUDGET)]]);
    const records = simulation.messages.map(({ metadata }) => [
      metadata["Issuer"],
      metadata["User"],
      metadata["Rule"],
    ]);
    expect(records).toEqual([
      [ISSUERS.ida, "1001", "none"],
      [ISSUERS.ida, "1001", "none"],
      [ISSUERS.ida, "1001", "budget-user"],
      [ISSUERS.idb, "1001", "none"],
    ]);
  });
});

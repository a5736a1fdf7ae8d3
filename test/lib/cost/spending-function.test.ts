import type { CostQueryProps } from "../../../lib/cost/cost-query";
import {
  SPENDING_FUNCTION,
  SPENDING_PARAMETERS,
  spendingStatements,
} from "../../../lib/cost/spending-function";
import { OpenAiAccount } from "../../../lib/openai/openai-account";
import { type KustoRow, runKusto } from "../../../simulator/log-analytics";
import { azureStack } from "../../support/azure-stack";

const NOW = Date.parse("2026-12-15T12:00:00Z");

interface Call {
  readonly client: string;
  readonly user?: string;
  readonly issuer?: string;
  readonly at?: string;
  readonly deployment?: string;
  readonly promptTokens: number;
  readonly cachedTokens?: number;
}

/** A million prompt tokens cost 2, so that thousands of them cost thousandths. */
function query(props: Partial<CostQueryProps> = {}): string {
  const account = new OpenAiAccount(azureStack(), "account", {
    resourceGroupName: "rg-ai",
    location: "westeurope",
    name: "oai-weu",
  });
  account.addDeployment("chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 50 });
  account.addDeployment("ptu", {
    model: "gpt-5.4",
    modelVersion: "2026-03-05",
    sku: "DataZoneProvisionedManaged",
    capacity: 50,
  });
  const price = { model: "gpt-5.4", from: "2026-04-01", source: "price list of 2026-04-01" };
  return spendingStatements({
    accounts: [account],
    clients: [
      {
        name: "claims",
        owner: "A",
        costCentre: "1",
        monthlyBudget: 4,
        atBudget: "cutOff",
        monthlyBudgetPerUser: 3,
      },
      { name: "search", owner: "A", costCentre: "1", monthlyBudget: 1 },
    ],
    ownerBudgets: { A: 6 },
    priceList: {
      currency: "EUR",
      prices: [
        {
          ...price,
          sku: "DataZoneStandard",
          inputPerMillion: 2,
          cachedInputPerMillion: 0.5,
          outputPerMillion: 10,
        },
        { ...price, sku: "DataZoneProvisionedManaged", unitPerHour: 1 },
      ],
    },
    ...props,
  });
}

function spending(calls: readonly Call[], caller: string, user = ""): KustoRow {
  const time = ({ at = "2026-12-10" }: Call): Date => new Date(`${at}T08:00:00Z`);
  const tables = {
    AppTraces: {
      columns: [],
      rows: calls.map((call, index) => ({
        TimeGenerated: time(call),
        Message: "ai-gateway-audit",
        Properties: {
          RequestId: String(index),
          Client: call.client,
          User: call.user ?? "none",
          ...(call.issuer === undefined ? {} : { Issuer: call.issuer }),
          Deployment: call.deployment ?? "chat",
          CachedTokens: String(call.cachedTokens ?? "none"),
        },
      })),
    },
    ApiManagementGatewayLlmLog: {
      columns: [],
      rows: calls.map((call, index) => ({
        TimeGenerated: time(call),
        CorrelationId: String(index),
        PromptTokens: call.promptTokens,
        CompletionTokens: 0,
      })),
    },
    ApiManagementGatewayLogs: {
      columns: [],
      rows: calls.map((call, index) => ({
        TimeGenerated: time(call),
        CorrelationId: String(index),
        BackendUrl: "https://oai-weu.openai.azure.com/openai",
      })),
    },
  };
  const functions = [
    {
      name: SPENDING_FUNCTION,
      parameters: SPENDING_PARAMETERS.map((each) => each.split(":")[0] ?? ""),
      query: query(),
    },
  ];
  const asked = `${SPENDING_FUNCTION}("${caller}", "${user}")`;
  const { rows } = runKusto(asked, { now: NOW, tables, functions });
  expect(rows).toHaveLength(1);
  return rows[0] ?? {};
}

const MILLION = 1_000_000;

test("who has asked nothing has spent nothing", () => {
  expect(spending([], "claims")).toEqual({
    Requests: 0,
    PromptTokens: 0,
    CompletionTokens: 0,
    Spent: 0,
    SpentByOwner: 0,
    SpentByUser: 0,
    Budget: 4,
    OwnerBudget: 6,
    UserBudget: null,
    Currency: "EUR",
    Over: "",
  });
});

test("a budget is used up once it is reached, not before", () => {
  expect(spending([{ client: "claims", promptTokens: 2 * MILLION - 1 }], "claims").Over).toBe("");
  expect(spending([{ client: "claims", promptTokens: 2 * MILLION }], "claims")).toMatchObject({
    Spent: 4,
    Over: "client",
  });
});

test("a budget that alerts cuts nobody off", () => {
  expect(spending([{ client: "search", promptTokens: 2 * MILLION }], "search")).toMatchObject({
    Spent: 4,
    Budget: null,
    Over: "",
  });
});

test("an owner's budget is that of its clients together", () => {
  const calls = [
    { client: "claims", promptTokens: 1.5 * MILLION },
    { client: "search", promptTokens: 1.5 * MILLION },
    { client: "others", promptTokens: 9 * MILLION },
  ];
  expect(spending(calls, "claims")).toMatchObject({ Spent: 3, SpentByOwner: 6, Over: "owner" });
  expect(spending(calls, "search")).toMatchObject({ Spent: 3, SpentByOwner: 6, Over: "owner" });
  expect(spending(calls, "others")).toMatchObject({ Spent: 18, OwnerBudget: null, Over: "" });
});

test("a user's budget is its own, and not that of whom another issuer names alike", () => {
  const [ours, theirs] = ["https://a.example", "https://b.example"];
  const calls = [{ client: "claims", user: "jane", issuer: ours, promptTokens: 1.6 * MILLION }];
  expect(spending(calls, "claims", `${ours}#jane`)).toMatchObject({ SpentByUser: 3.2, Over: "user" });
  for (const other of [`${ours}#joe`, `${theirs}#jane`, "jane"]) {
    expect(spending(calls, "claims", other)).toMatchObject({ SpentByUser: 0, Over: "" });
  }
});

test("records of users that name no issuer are nobody's", () => {
  const calls = [{ client: "claims", user: "jane", promptTokens: 1.6 * MILLION }];
  expect(spending(calls, "claims", "https://a.example#jane")).toMatchObject({
    Spent: 3.2,
    SpentByUser: 0,
    Over: "",
  });
});

test("what a model still knew has its own price, and is never more than the prompt", () => {
  const calls = [{ client: "claims", promptTokens: MILLION, cachedTokens: 0.6 * MILLION }];
  expect(spending(calls, "claims").Spent).toBeCloseTo(0.4 * 2 + 0.6 * 0.5, 10);
  const more = [{ client: "claims", promptTokens: MILLION, cachedTokens: 2 * MILLION }];
  expect(spending(more, "claims").Spent).toBe(0.5);
});

test("the month counts, and throughput that is billed by the hour does not", () => {
  const calls = [
    { client: "claims", at: "2026-11-30", promptTokens: 9 * MILLION },
    { client: "claims", deployment: "ptu", promptTokens: 9 * MILLION },
    { client: "claims", promptTokens: MILLION },
  ];
  expect(spending(calls, "claims")).toMatchObject({ Requests: 2, PromptTokens: 10 * MILLION, Spent: 2 });
});

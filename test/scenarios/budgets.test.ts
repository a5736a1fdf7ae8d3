import { pageClients } from "../../simulator/page/page-clients";
import { FABRIKAM, NORTHWIND, PAST_CACHES } from "../support/callers";
import {
  chat,
  HELLO,
  resourceOf,
  SimulatedEnvironment,
  type StackJson,
  statusOf,
} from "../support/simulation";

const PARTNERS = chat("partners", "chat-partners");
const USAGE = "/partners/openai/usage";
/** Northwind may spend less than two short calls cost; Fabrikam's budget tells somebody and cuts nobody off. */
const NORTHWIND_BUDGET = 0.001;

let environment: SimulatedEnvironment;

function withBudgets(change: (query: string) => string): (json: StackJson) => void {
  return (json) => {
    const search = resourceOf(json, "azurerm_log_analytics_saved_search", "costs_spending");
    search.query = change(String(search.query));
  };
}

/** A row of the function's table of budgets. */
function row(client: string): RegExp {
  return new RegExp(`("${client}", "[^"]*"), decimal\\([^)]*\\), decimal\\([^)]*\\), decimal\\([^)]*\\)`);
}

beforeAll(async () => {
  environment = await SimulatedEnvironment.start(
    "prod",
    withBudgets((query) =>
      query
        .replace(row("northwind"), `$1, decimal(${NORTHWIND_BUDGET}), decimal(null), decimal(null)`)
        .replace(row("fabrikam"), "$1, decimal(null), decimal(null), decimal(null)"),
    ),
  );
});

afterAll(() => environment.close());

async function partner(name: "fabrikam" | "northwind"): Promise<Readonly<Record<string, string>>> {
  return {
    ...(await environment.bearer(name === "fabrikam" ? FABRIKAM : NORTHWIND)),
    ...environment.key(`partners-${name}`),
    ...PAST_CACHES,
  };
}

async function ask(name: "fabrikam" | "northwind"): Promise<{
  readonly status: number;
  readonly left: string | undefined;
  readonly retryAfter: string | undefined;
  readonly code: string | undefined;
}> {
  const response = await environment.simulation.call(PARTNERS, {
    headers: await partner(name),
    body: { ...HELLO, max_completion_tokens: 100 },
  });
  const body = JSON.parse(await response.text()) as { readonly error?: { readonly code: string } };
  const header = (id: string): string | undefined => response.headers[id]?.toString();
  return {
    status: response.status,
    left: header("x-budget-remaining"),
    retryAfter: header("retry-after"),
    code: body.error?.code,
  };
}

async function usage(name: "fabrikam" | "northwind"): Promise<Record<string, unknown>> {
  const response = await environment.simulation.call(USAGE, { method: "GET", headers: await partner(name) });
  expect(response.status).toBe(200);
  return JSON.parse(await response.text()) as Record<string, unknown>;
}

/** Rows of the month are there, and what was known is old. */
function afterFifteenMinutes(): void {
  environment.clock.advance(15 * 60_000);
}

test("a client that has used up its budget is refused until the month is over, and no other", async () => {
  expect(await ask("northwind")).toMatchObject({ status: 200, left: String(NORTHWIND_BUDGET) });
  // What was known is kept for a quarter of an hour: the cut-off lags by it, and by the time that records take.
  for (let index = 0; index < 3; index++) {
    expect((await ask("northwind")).status).toBe(200);
  }
  afterFifteenMinutes();
  const refused = await ask("northwind");
  expect(refused).toMatchObject({ status: 403, code: "quota_exceeded" });
  expect((await ask("fabrikam")).status).toBe(200);

  const now = new Date(environment.clock.now());
  const next = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1);
  expect(Number(refused.retryAfter)).toBe(Math.ceil((next - now.getTime()) / 1000));
  const records = environment.simulation
    .rows("AppTraces")
    .map(({ Properties }) => Properties as Readonly<Record<string, string>>)
    .filter(({ Status }) => Status === "403");
  expect(records.map(({ Client, Rule }) => [Client, Rule])).toEqual([["northwind", "budget-client"]]);
});

test("a client asks what it has used, and reads its own alone", async () => {
  afterFifteenMinutes();
  const [northwind, fabrikam] = [await usage("northwind"), await usage("fabrikam")];
  const rows = environment.simulation.rows("ApiManagementGatewayLlmLog");
  expect(rows).toHaveLength(5);
  const tokens = (member: string, from: number, to?: number): number =>
    rows.slice(from, to).reduce((sum, each) => sum + Number(each[member]), 0);
  const [prompt, completion] = [tokens("PromptTokens", 0, 4), tokens("CompletionTokens", 0, 4)];
  const spent = (prompt * 2.75 + completion * 16.5) / 1_000_000;
  expect(northwind).toEqual({
    object: "usage",
    client: "northwind",
    month: new Date(environment.clock.now()).toISOString().slice(0, 7),
    as_of: Math.floor(environment.clock.now() / 1000),
    requests: 4,
    prompt_tokens: prompt,
    completion_tokens: completion,
    currency: "USD",
    spent: Math.round(spent * 10_000) / 10_000,
    budget: NORTHWIND_BUDGET,
    budget_remaining: 0,
    limits: { requests_per_minute: 30, tokens_per_minute: 5_000 },
  });
  expect(fabrikam).toMatchObject({
    client: "fabrikam",
    requests: 1,
    prompt_tokens: tokens("PromptTokens", 4),
    budget: null,
    budget_remaining: null,
  });
});

test("the page of the simulator shows tokens and money of each client", () => {
  const { clients } = pageClients(environment.simulation);
  const spending = new Map(clients.map((each) => [each.client, each.spending]));
  expect(spending.get("northwind")).toMatchObject({
    currency: "USD",
    budget: NORTHWIND_BUDGET,
    completionTokens: 60,
  });
  expect(spending.get("northwind")?.spent).toBeGreaterThan(NORTHWIND_BUDGET);
  expect(spending.get("fabrikam")).toMatchObject({ budget: undefined, completionTokens: 15 });
});

test("asking for usage takes the credentials that calls take, and none of the budget", async () => {
  expect(await statusOf(environment.simulation.call(USAGE, { method: "GET" }))).toBe(401);
  const headers = await partner("northwind");
  expect(
    await statusOf(environment.simulation.call(`${USAGE}?client=fabrikam`, { method: "GET", headers })),
  ).toBe(400);
});

test("what an account answers is not taken for the end of a budget", async () => {
  environment.accounts.forEach((account) => account.fail({ status: 429, retryAfterSeconds: 7 }));
  const { status, retryAfter } = await ask("fabrikam");
  expect(status).toBe(429);
  // Not the seconds until the month is over.
  expect(Number(retryAfter)).toBeLessThan(3_600);
  environment.accounts.forEach((account) => account.recover());
});

describe("without the right to read the workspace", () => {
  let blind: SimulatedEnvironment;

  beforeAll(async () => {
    blind = await SimulatedEnvironment.start("prod", ({ resource }) => {
      const roles = resource.azurerm_role_assignment ?? {};
      const [id = ""] = Object.keys(roles).filter((each) => each.includes("log-analytics-reader"));
      delete roles[id];
      for (const policy of Object.values(resource.azurerm_api_management_api_policy ?? {})) {
        policy.depends_on = (policy.depends_on as readonly string[]).filter((each) => !each.endsWith(id));
      }
    });
  });

  afterAll(() => blind.close());

  it("nobody is refused, and one request in a minute asks again", async () => {
    const headers = {
      ...(await blind.bearer(NORTHWIND)),
      ...blind.key("partners-northwind"),
      ...PAST_CACHES,
    };
    const asked = async (): Promise<number> => {
      const response = await blind.simulation.call(PARTNERS, { headers, body: HELLO });
      await response.text();
      expect([response.status, response.headers["x-budget-remaining"]]).toEqual([200, undefined]);
      return (
        blind.simulation.traces.at(-1)?.steps.filter(({ element }) => element === "send-request").length ?? 0
      );
    };
    expect([await asked(), await asked()]).toEqual([1, 0]);
    blind.clock.advance(60_000);
    expect([await asked(), await asked()]).toEqual([1, 0]);
    const response = await blind.simulation.call(USAGE, { method: "GET", headers });
    expect(JSON.parse(await response.text())).toMatchObject({ as_of: null, spent: null, budget: null });
  });
});

test("a new month begins with the whole budget", async () => {
  expect((await ask("northwind")).status).toBe(403);
  const now = new Date(environment.clock.now());
  environment.clock.advance(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1, 0, 1) - now.getTime());
  expect(await ask("northwind")).toMatchObject({ status: 200, left: String(NORTHWIND_BUDGET) });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCS } from "../docs/samples";
import { CLAIMS, FABRIKAM, MARKETING, NORTHWIND } from "../support/callers";
import { type Row, runKusto } from "../support/kusto-query";
import { chat, HELLO, SimulatedEnvironment, statusOf, synthesized } from "../support/simulation";
import { blocks } from "../support/synthesized-stack";

const CHAT = chat("assistant");
const SECOND = 1_000;
/** So much less traffic than in Azure, and so much lower thresholds. */
const SCALE = 10;
const WINDOWS: Readonly<Record<string, number>> = { PT5M: 300, PT15M: 900, PT1H: 3_600 };

/** The alerts of prod, asked of the records that simulated requests leave. */
describe("alerts about records", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const alerts = synthesized("prod")
    .ofType("azurerm_monitor_scheduled_query_rules_alert_v2")
    .map(({ attributes }) => attributes)
    .filter(({ name }) => String(name).startsWith("gateway-"));

  /** Dimensions for which an alert fires, by its name. */
  function firing(change: (row: Row) => Row = (row) => row): Readonly<Record<string, readonly string[]>> {
    const now = new Date(environment.clock.now());
    const found = alerts.map(({ name, criteria, window_duration }) => {
      const [{ query, threshold, dimension } = {}] = blocks(criteria);
      const from = now.getTime() - (WINDOWS[String(window_duration)] ?? 0) * SECOND;
      const within = (table: "AppTraces" | "ApiManagementGatewayLogs"): readonly Row[] =>
        environment.simulation
          .rows(table)
          .map(change)
          .filter(({ TimeGenerated }) => (TimeGenerated as Date).getTime() >= from);
      const tables = {
        AppTraces: within("AppTraces"),
        ApiManagementGatewayLogs: within("ApiManagementGatewayLogs"),
      };
      const counts = new Map<string, number>();
      for (const row of runKusto(String(query), tables, now)) {
        const key = blocks(dimension)
          .map(({ name: column }) => String(row[String(column)]))
          .join(" ");
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      const above = [...counts].filter(([, count]) => count > Number(threshold) / SCALE).map(([key]) => key);
      return [String(name).replace("gateway-", ""), above] as const;
    });
    return Object.fromEntries(found.filter(([, above]) => above.length > 0));
  }

  async function send(
    count: number,
    target = CHAT,
    caller = CLAIMS,
    { body = HELLO, headers = {}, pauseSeconds = 0 }: Partial<SendOptions> = {},
  ): Promise<Readonly<Record<number, number>>> {
    const token = await environment.bearer(caller);
    const statuses: Record<number, number> = {};
    for (let sent = 0; sent < count; sent++) {
      const call = environment.simulation.call(target, { headers: { ...token, ...headers }, body });
      const status = await environment.passTimeUntil(statusOf(call));
      statuses[status] = (statuses[status] ?? 0) + 1;
      environment.clock.advance(pauseSeconds * SECOND);
    }
    return statuses;
  }

  interface SendOptions {
    readonly body: Readonly<Record<string, unknown>>;
    readonly headers: Readonly<Record<string, string>>;
    readonly pauseSeconds: number;
  }

  test("ordinary traffic and a few mistakes wake nobody up", async () => {
    await send(20);
    await send(3, chat("assistant", "nothing"));
    await send(2, CHAT, CLAIMS, { headers: { authorization: "Bearer x" } });

    expect(firing()).toEqual({});
  });

  test("requests without credentials", async () => {
    await send(6, CHAT, CLAIMS, { headers: { authorization: "Bearer x" } });

    expect(firing()).toEqual({ unauthorized: ["assistant"] });
  });

  test("requests that one rule refuses", async () => {
    await send(11, chat("assistant", "chat", "api-version=2099-01-01"));

    expect(firing()).toEqual({ refusals: ["assistant api-version"] });
  });

  test("a client above its limits, and no other one", async () => {
    const key = environment.key("partners-northwind");
    const statuses = await send(40, chat("partners", "chat-partners"), NORTHWIND, { headers: key });
    await send(3, chat("partners", "chat-partners"), FABRIKAM, {
      headers: environment.key("partners-fabrikam"),
    });

    expect(statuses[429]).toBeGreaterThan(10);
    expect(firing()).toEqual({ throttling: ["northwind rate_limited"] });
  });

  test("an account without room, where no other hosts the deployment", async () => {
    environment.account("westeurope-payg").fail({ status: 429 });
    const body = { input: "x" };
    await send(3, "/assistant/openai/deployments/embeddings/embeddings?api-version=2024-10-21", CLAIMS, {
      body,
    });

    const { overload } = firing();
    expect(overload).toEqual(["embeddings"]);
  });

  test("an account that is left alone again and again", async () => {
    environment.account("ptu").fail({ status: 503 });
    const statuses = await send(21, CHAT, CLAIMS, { pauseSeconds: 11 });

    expect(statuses).toEqual({ 200: 21 });
    expect(firing()).toMatchObject({ failover: ["chat"], overflow: ["chat"] });
  });

  test("accounts that do not answer", async () => {
    for (const part of ["westeurope-payg", "swedencentral-payg"]) {
      environment.account(part).fail({ down: true });
    }
    await send(2, chat("assistant", "chat-mini"), MARKETING);

    expect(firing()).toMatchObject({ "backend-errors": ["chat-mini"] });
  });

  test("much that provisioned throughput does not answer", async () => {
    environment.account("ptu").fail({ status: 429, retryAfterSeconds: 3_000 });
    await send(20);

    expect(firing()).toEqual({ overflow: ["chat"] });
  });

  test("a defect of the gateway, from the first one on", async () => {
    await send(1, chat("assistant", "nothing"));

    const broken = firing(({ Properties, ...row }) => ({
      ...row,
      Properties: { ...(Properties as Row), Code: "internal_error", Rule: "authentication-managed-identity" },
    }));
    expect(broken).toEqual({ defects: ["assistant authentication-managed-identity"] });
  });

  describe("queries of the pages", () => {
    const queries = ["operations.md", "observability.md"].flatMap((page) =>
      [...readFileSync(join(DOCS, page), "utf8").matchAll(/^```kusto\n([\s\S]*?)^```$/gm)]
        .map(([, query = ""], index) => [`${page} ${index + 1}`, query] as const)
        .filter(([, query]) => !/^(?:AzureDiagnostics|_LogOperation)/m.test(query)),
    );

    test("find what happened", async () => {
      environment.account("ptu").fail({ status: 503, requests: 1 });
      await send(2);
      await send(1, CHAT, CLAIMS, { headers: { authorization: "Bearer x" } });
      const { simulation, clock } = environment;
      const tables = {
        AppTraces: simulation.rows("AppTraces"),
        ApiManagementGatewayLogs: simulation.rows("ApiManagementGatewayLogs"),
        ApiManagementGatewayLlmLog: simulation.rows("ApiManagementGatewayLlmLog"),
      };
      const [first] = tables.ApiManagementGatewayLogs;
      const found = queries.map(([where, query]) => {
        const asked = query.replace("<request id>", String(first?.CorrelationId));
        return [where, runKusto(asked, tables, new Date(clock.now())).length] as const;
      });

      // None of them has to be empty for this: one request failed over, one was refused, two were answered.
      expect(found.filter(([, rows]) => rows === 0)).toEqual([]);
      expect(queries.length).toBeGreaterThan(10);
    });
  });
});

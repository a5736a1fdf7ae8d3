import { REFUSALS } from "../../lib/gateway/policy/refusal";
import type { CallOptions } from "../../simulator";
import { OKTA, PARTNER } from "../support/callers";
import { LOG_TABLES } from "../support/log-tables";
import { chat, HELLO, SimulatedEnvironment, synthesized } from "../support/simulation";

const CHAT = chat("assistant");
const JSON_TYPE = { "content-type": "application/json" };

type Members = Readonly<Record<string, string>>;

let environment: SimulatedEnvironment;
let headers: { readonly authorization: string };

beforeAll(async () => {
  environment = await SimulatedEnvironment.start("test");
});

afterAll(() => environment.close());

beforeEach(async () => {
  environment.reset();
  headers = await environment.bearer(OKTA);
});

function records(): readonly Members[] {
  return environment.simulation.rows("AppTraces").map(({ Properties }) => Properties as Members);
}

/** Sends a request. @returns the id that the caller got, and the only record. */
async function recorded(
  target: string,
  request: CallOptions,
): Promise<{ readonly id: string; readonly status: number; readonly record: Members }> {
  const response = await environment.passTimeUntil(environment.simulation.call(target, request));
  const text = await environment.passTimeUntil(response.text());
  const id =
    response.headers["x-request-id"] ??
    /"request_id":"([0-9a-f-]{36})"/.exec(text)?.[1] ??
    "the caller got none";
  const [record, ...more] = records();
  if (record === undefined) {
    throw new Error(`no record of ${response.status} ${text}`);
  }
  expect(more).toEqual([]);
  expect(record).toMatchObject({ RequestId: String(id), Status: String(response.status) });
  const [row] = environment.simulation.rows("ApiManagementGatewayLogs");
  expect(row).toMatchObject({ CorrelationId: record.RequestId, ResponseCode: response.status });
  return { id: String(id), status: response.status, record };
}

const asking = (more: object) => ({ body: { ...HELLO, ...more } });
const raw = (body: string, type = "application/json") => ({
  method: "POST",
  headers: { "content-type": type },
  body,
});
const image = (url: string) => ({
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
});

const EMBEDDINGS = "/assistant/openai/v1/embeddings";
const MANY_HEADERS = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`x-${index}`, "1"]));

/** Rules whose requests take an API, a token or a body of their own: other threat tests send them. */
const REFUSED_ELSEWHERE = [
  "body-input",
  "body-inputs",
  "body-length",
  "body-size",
  "client-unknown",
  "content-length",
  "host-name",
  "on-behalf-of",
  "on-behalf-of-operation",
  "on-behalf-of-user",
  "operation-unknown",
  "output-tokens-above-limit",
  "prompt-above-limit",
  "queue-full",
  "queue-results",
  "queue-send",
  "queued-after",
  "queued-expired",
  "queued-output-tokens",
  "queued-size",
  "queued-stream",
  "queued-unknown",
  "queued-user",
  "token-expired",
  "token-principal",
];

/** A request of an authenticated caller for each rule that refuses one. */
const REFUSED: readonly (readonly [rule: string, target: string, request: CallOptions])[] = [
  ["api-version", chat("assistant", "chat", "api-version=2099-01-01"), asking({})],
  ["query-parameter", chat("assistant", "chat", "api-version=2024-10-21&x=1"), asking({})],
  ["content-type", CHAT, raw("{}", "text/plain")],
  ["body-json", CHAT, raw("{")],
  ["body-duplicate-member", CHAT, raw('{"messages":[],"n":1,"n":2}')],
  ["body-member-case", CHAT, asking({ N: 2 })],
  ["body-messages", CHAT, { body: { messages: "x" } }],
  ["body-choices", CHAT, asking({ n: 100 })],
  ["body-output-tokens", CHAT, asking({ max_tokens: -1 })],
  [
    "body-images",
    CHAT,
    { body: { messages: Array.from({ length: 60 }, () => image("data:image/png;base64,AA").messages[0]) } },
  ],
  ["body-service-tier", CHAT, asking({ service_tier: "priority" })],
  ["body-user-security-context", CHAT, asking({ user_security_context: {} })],
  ["body-remote-content", CHAT, { body: image("https://internal.example/x.png") }],
  ["body-tools", CHAT, asking({ tools: [{ type: "mcp" }] })],
  ["body-stored-objects", CHAT, asking({ store: true })],
  ["deployment-name", "/assistant/openai/v1/chat/completions", asking({ model: "?" })],
  ["deployment", chat("assistant", "nothing"), asking({})],
  ["model-unknown", "/assistant/openai/v1/models/nothing", {}],
  ["configuration/OperationNotFound", "/assistant/openai/files", {}],
  ["configuration/OperationNotFound", "/nothing", {}],
  ["operation-scope", EMBEDDINGS, { body: { model: "embeddings", input: "x" } }],
  ["body-unexpected", "/assistant/openai/v1/models", { method: "GET", body: "{}" }],
  ["path", "/assistant/openai/deployments/ch%61t/chat/completions?api-version=2024-10-21", asking({})],
  ["header-count", CHAT, { ...asking({}), headers: MANY_HEADERS }],
];

/** The same of callers that are not let in. */
const KEPT_OUT: readonly (readonly [rule: string, claims: object | string | undefined])[] = [
  ["credentials", undefined],
  ["token-form", "Bearer x"],
  ["token-issuer", { iss: "https://evil.example" }],
  ["token-client", { cid: undefined }],
  ["token-is-access-token", { nonce: "n", at_hash: "h" }],
  ["token-scope", { scp: ["other"] }],
  ["validate-jwt", { exp: 1_000_000_000 }],
  ["validate-jwt", { aud: "other" }],
];

describe("T-231 one record, under the id that the caller got, of a request that is refused", () => {
  test.each(REFUSED)("by %s: %s", async (rule, target, request) => {
    const { record, status } = await recorded(target, {
      ...request,
      headers: { ...request.headers, ...headers },
    });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(record.Rule).toContain(rule);
    const isUnknown = rule.startsWith("configuration") || rule === "operation-scope";
    expect(record.Client).toBe(isUnknown ? "unknown" : "okta/0oa1webapp");
  });

  test.each(KEPT_OUT)("by %s: %j", async (rule, claims) => {
    const authorization =
      typeof claims === "string"
        ? { authorization: claims }
        : claims && (await environment.bearer(OKTA, { ...claims }));
    const { record } = await recorded(CHAT, { body: HELLO, headers: { ...authorization } });
    expect(record).toMatchObject({
      Api: "assistant",
      Client: "unknown",
      Issuer: "none",
      Backend: "none",
      Tries: "0",
    });
    expect(record.Rule).toContain(rule);
  });

  test.each([["unknown", { headers: { ...JSON_TYPE, "x-a": "1" } }]])(
    "whatever is wrong at once: %s",
    async (client, request) => {
      const { record } = await recorded("/assistant/openai/files", { ...request, method: "PUT", body: "{" });
      expect(record.Client).toBe(client);
    },
  );

  test("by a limit", async () => {
    let status = 200;
    let last: Members | undefined;
    for (let call = 0; call < 1000 && status === 200; call += 1) {
      environment.simulation.clearRecords();
      ({ status, record: last } = await recorded("/assistant/openai/v1/models", { headers }));
    }
    expect(last).toMatchObject({ Status: "429", Code: "rate_limited", Client: "okta/0oa1webapp" });
    expect(last?.Rule).toMatch(/rate-limit-by-key/);
  });

  test.each([
    ["backend-401", "upstream_error", { status: 401 }],
    ["backend-404", "forbidden", { status: 404 }],
    ["backend-500", "upstream_error", { status: 500 }],
    ["backend-400", "invalid_request", { filter: "prompt" as const }],
    ["backend-429", "rate_limited", { status: 429 }],
    ["backend-503", "upstream_unavailable", { status: 503 }],
    ["BackendConnectionFailure", "upstream_error", { down: true }],
    ["Timeout", "upstream_timeout", { latencyMs: 3_600_000 }],
  ])("because the model service did not do its part: %s", async (rule, code, fault) => {
    for (const account of environment.accounts) {
      account.fail(fault);
    }
    const { record } = await recorded(CHAT, { headers, body: HELLO });
    expect(record).toMatchObject({ Code: code, Deployment: "chat", Client: "okta/0oa1webapp" });
    expect(record.Rule).toContain(rule);
    expect(Number(record.Tries)).toBeGreaterThanOrEqual(1);
  });

  test("by any rule that the API has: those that are not here refuse in other threat tests, which look as well", () => {
    // Those of threat tests go through `expectRefused`, which wants one record of each.
    const policies = JSON.stringify(synthesized("test").json)
      .replaceAll("&quot;", '"')
      .replaceAll('\\"', '"');
    const verdicts = new RegExp(`"(?:${Object.keys(REFUSALS).join("|")}):([a-z-]+)"`, "g");
    const named = new Set([...policies.matchAll(verdicts)].map(([, rule = ""]) => rule));
    const shown = [...REFUSED, ...KEPT_OUT].map(([rule]) => rule);
    const others = [...named].filter((rule) => !shown.includes(rule)).sort();
    expect(named.size).toBeGreaterThan(30);
    expect(others).toEqual(REFUSED_ELSEWHERE);
  });
});

describe("T-231 one record of a request that is answered", () => {
  test.each([
    ["chat", CHAT, { body: HELLO }, { Operation: expect.stringMatching(/chat/) as unknown, Stream: "false" }],
    ["chat, streamed", CHAT, { body: { ...HELLO, stream: true } }, { Stream: "true", Deployment: "chat" }],
    [
      "chat by the v1 URL",
      "/assistant/openai/v1/chat/completions",
      asking({ model: "chat" }),
      { Deployment: "chat" },
    ],
    [
      "the list of models",
      "/assistant/openai/v1/models",
      {},
      { Backend: "none", Tries: "0", Deployment: "none" },
    ],
  ])("%s", async (_what, target, request, members) => {
    const { record, status } = await recorded(target, { headers, ...request });
    expect(status).toBe(200);
    expect(record).toMatchObject({
      Client: "okta/0oa1webapp",
      Issuer: OKTA.issuer,
      User: "00u1jane",
      AuthMethod: "token",
      Api: "assistant",
      Code: "none",
      Rule: "none",
      Milliseconds: expect.stringMatching(/^\d+$/) as unknown,
      ...members,
    });
  });

  test("that took more than one try", async () => {
    environment.accounts[0]?.fail({ status: 503 });
    const tries: number[] = [];
    for (let call = 0; call < 20 && !tries.includes(2); call += 1) {
      environment.simulation.clearRecords();
      environment.accounts.forEach((account) => account.clearRequests());
      const { record, status } = await recorded(CHAT, { headers, body: HELLO });
      expect([status, record.Tries]).toEqual([200, String(environment.accountRequests().length)]);
      tries.push(Number(record.Tries));
    }
    expect(tries).toContain(2);
  });
});

test("T-232 T-233 a record holds verified ids and names of the stack, whatever a request says", async () => {
  const uid = 'a\r\n{"Client":"finance"}\u001b[31m';
  const { authorization } = await environment.bearer(OKTA, { uid });
  const pretended = {
    "x-ai-gateway-client-id": "MARKER-client",
    "x-ai-gateway-request-id": "MARKER-request",
    "x-request-id": "MARKER-request",
    "user-agent": "MARKER-agent",
    cookie: "MARKER-cookie",
  };
  const { record } = await recorded(CHAT, { headers: { ...pretended, authorization }, body: HELLO });
  expect(record).toMatchObject({ User: uid, Client: "okta/0oa1webapp" });
  expect(JSON.stringify(record)).not.toMatch(/MARKER|127\.0\.0\.1|Bearer/);
  expect(Object.keys(record)).toEqual([
    "RequestId",
    "Client",
    "Issuer",
    "User",
    "AuthMethod",
    "Api",
    "Operation",
    "Deployment",
    "Backend",
    "Tries",
    "Cache",
    "QueuedId",
    "Status",
    "Code",
    "Rule",
    "Stream",
    "Milliseconds",
  ]);
  environment.simulation.clearRecords();
  const refused = await recorded(chat("assistant", "MARKER-deployment"), { headers, body: HELLO });
  expect(JSON.stringify(refused.record)).not.toContain("MARKER");
});

test.each([
  ["a complete answer", {}],
  ["a stream that says so", { stream: true, stream_options: { include_usage: true } }],
  ["a stream that says nothing", { stream: true }],
])("T-234 the tokens of %s stand under the same id, without what was said", async (_what, more) => {
  const { id } = await recorded(CHAT, { headers, ...asking(more) });
  const [row, ...others] = environment.simulation.rows("ApiManagementGatewayLlmLog");
  expect(others).toEqual([]);
  expect(row).toMatchObject({ CorrelationId: id, IsStreamCompletion: "stream" in more });
  const counted = environment.simulation.metrics.find(({ name }) => name === "Total Tokens");
  expect(counted?.value).toBeGreaterThan(0);
  expect(row?.TotalTokens).toBe(counted?.value);
  expect(JSON.stringify([row, environment.simulation.logs])).not.toContain("MARKER");
});

test("T-231 T-234 what the page's queries ask is in the tables: requests and tokens by client, refusals by rule", async () => {
  const { simulation } = environment;
  const partner = await environment.bearer(PARTNER);
  const send = async (sent: CallOptions["headers"], target: string, body: object = HELLO) =>
    (await simulation.call(target, { headers: sent, body: { ...body } })).text();
  await send(headers, CHAT);
  await send(headers, CHAT, { ...HELLO, stream: true, stream_options: { include_usage: true } });
  await send(headers, chat("assistant", "nothing"));
  await send(partner, CHAT);
  await send({}, CHAT);

  const traces = records();
  const clients = traces.map(({ Client = "" }) => Client);
  const [, , , other = ""] = clients;
  expect(clients).toEqual(["okta/0oa1webapp", "okta/0oa1webapp", "okta/0oa1webapp", other, "unknown"]);
  const refused = traces.filter(({ Code }) => Code !== "none");
  expect(refused.map(({ Client, Code, Rule }) => [Client, Code, Rule])).toEqual([
    ["okta/0oa1webapp", "forbidden", "deployment"],
    ["unknown", "unauthorized", "credentials"],
  ]);

  const tokens = simulation.rows("ApiManagementGatewayLlmLog").map(({ CorrelationId, TotalTokens }) => ({
    client: traces.find(({ RequestId }) => RequestId === CorrelationId)?.Client,
    tokens: Number(TotalTokens),
  }));
  const sumOf = (client: string): number =>
    tokens.filter((each) => each.client === client).reduce((sum, each) => sum + each.tokens, 0);
  const metered = (client: string): number =>
    simulation.metrics
      .filter(({ name, dimensions }) => name === "Total Tokens" && dimensions.Client === client)
      .reduce((sum, { value }) => sum + value, 0);
  expect(tokens).toHaveLength(3);
  for (const client of ["okta/0oa1webapp", other]) {
    expect(sumOf(client)).toBeGreaterThan(0);
    expect(sumOf(client)).toBe(metered(client));
  }

  for (const table of ["AppTraces", "ApiManagementGatewayLogs", "ApiManagementGatewayLlmLog"] as const) {
    const rows = simulation.rows(table);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.flatMap(Object.keys).filter((column) => !(column in (LOG_TABLES[table] ?? {})))).toEqual([]);
  }
});

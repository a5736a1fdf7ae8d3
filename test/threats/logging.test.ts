import { OKTA } from "../support/callers";
import * as environments from "../support/reference-environments";
import { expectNoSecrets, expectRefused, R401_TOKEN, R403 } from "../support/refusal";
import {
  chat,
  type EnvironmentName,
  SimulatedEnvironment,
  statusOf,
  synthesized,
} from "../support/simulation";
import { allElements, block, blocks } from "../support/synthesized-stack";
import { runIn } from "./run-in";

const CHAT = chat("assistant");
const ENVIRONMENTS: readonly EnvironmentName[] = ["dev", "test", "prod"];
const MARKED = { messages: [{ role: "user", content: "MARKER-prompt: say MARKER-answer" }] };

test.each(ENVIRONMENTS)(
  "T-262 what requests cost in logs of %s ends somewhere, and somebody is told",
  (name) => {
    const stack = synthesized(name);
    const [workspace, ...others] = stack.ofType("azurerm_log_analytics_workspace");
    expect(others).toEqual([]);
    expect(workspace?.attributes.daily_quota_gb).toBeGreaterThan(0);
    const told = stack
      .ofType("azurerm_monitor_scheduled_query_rules_alert_v2")
      .filter(({ attributes }) => String(blocks(attributes.criteria)[0]?.query).includes('"OverQuota"'));
    expect(told.map(({ attributes }) => attributes.scopes)).toEqual([[`\${${workspace?.address}.id}`]]);
  },
);

describe("records", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const records = (): string => {
    const { logs, metrics, messages } = environment.simulation;
    expect(logs.length).toBeGreaterThan(0);
    return JSON.stringify([logs, metrics, messages]);
  };

  test("T-170 T-171 hold neither prompts nor answers, of streams neither", async () => {
    const headers = await environment.bearer(OKTA);
    for (const body of [MARKED, { ...MARKED, stream: true }]) {
      const response = await environment.simulation.call(CHAT, { headers, body });
      expect(await response.text()).toMatch(/MARK/);
    }
    expect(records()).not.toContain("MARKER");
  });

  test("T-172 hold no credentials from headers, of refused requests neither", async () => {
    const secrets = {
      "api-key": "MARKER-api-key-value",
      "ocp-apim-subscription-key": "MARKER-subscription-key",
      cookie: "session=MARKER-cookie-value",
      "proxy-authorization": "Basic MARKERproxy",
      "x-arr-clientcert": "MARKER-certificate",
    };
    const { authorization } = await environment.bearer(OKTA);
    const good = { ...secrets, authorization };
    expect(await statusOf(environment.simulation.call(CHAT, { headers: good, body: MARKED }))).toBe(200);
    const bad = { ...secrets, authorization: `${authorization}x` };
    await expectRefused(environment, R401_TOKEN, CHAT, { headers: bad, body: MARKED });
    expectNoSecrets(records(), { headers: good });
    expect(records()).not.toContain("MARKER");
  });

  test("T-173 hold no value of a query", async () => {
    const headers = await environment.bearer(OKTA);
    const targets = [
      `${CHAT}&x=MARKER-query`,
      `/MARKER/../x?y=MARKER-query`,
      `${CHAT}&api-version=MARKER-query`,
    ];
    for (const target of targets) {
      await statusOf(environment.simulation.call(target, { headers, body: MARKED }));
    }
    expect(records()).not.toContain("MARKER-query");
  });

  test("T-174 stay one valid record each, whatever a claim says", async () => {
    const uid = 'a\r\n{"level":"fake"}\u001b[31m"}';
    const headers = await environment.bearer(OKTA, { uid });
    expect(await statusOf(environment.simulation.call(CHAT, { headers, body: MARKED }))).toBe(200);
    const { logs } = environment.simulation;
    expect(logs.length).toBeGreaterThan(0);
    for (const { body } of logs) {
      // eslint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(body).not.toMatch(/[\u0000-\u001f]/);
      expect(JSON.parse(body)).toMatchObject({
        backendRequestHeaders: { "x-ai-gateway-user-id": encodeURIComponent(uid) },
      });
    }
  });

  test("T-174 hold no header for a backend where none was called: a client may pretend one", async () => {
    const headers = { "x-ai-gateway-client-id": "somebody" };
    expect(await statusOf(environment.simulation.call("/nowhere", { headers, body: MARKED }))).toBe(404);
    const [log] = environment.simulation.logs.slice(-1);
    expect(JSON.parse(log?.body ?? "{}")).toHaveProperty("backendRequestHeaders", {});
  });

  test("T-180 every refusal leaves who, by which rule, and under which request id", async () => {
    const headers = await environment.bearer(OKTA);
    const response = await environment.simulation.call(chat("assistant", "nothing"), {
      headers,
      body: MARKED,
    });
    const { error } = (await response.json()) as { error: { code: string; request_id: string } };
    expect(response.status).toBe(R403.status);
    expect(environment.simulation.metrics).toEqual([
      expect.objectContaining({
        name: "Refusals",
        dimensions: { API: "assistant", Code: error.code, Rule: "deployment", Client: "okta/0oa1webapp" },
      }),
    ]);
    for (const { body } of environment.simulation.logs) {
      expect(JSON.parse(body)).toMatchObject({ correlationId: error.request_id, responseCode: 403 });
    }
  });

  test("T-180 a refusal before the caller is known says so", async () => {
    const headers = { authorization: "Bearer a.b.c" };
    await expectRefused(environment, R401_TOKEN, CHAT, { headers, body: MARKED });
    const [refusal, ...more] = environment.simulation.metrics;
    expect([refusal?.dimensions, more]).toMatchObject([{ Code: "unauthorized", Client: "unknown" }, []]);
  });
});

test("T-175 T-176 metrics have five dimensions at most, with ids that the gateway verified", () =>
  runIn(SimulatedEnvironment.start("test"), async (environment) => {
    const personal = { email: "MARKER-jane@contoso.com", name: "MARKER-Jane Doe", uid: "MARKER-jane" };
    const headers = {
      ...(await environment.bearer(OKTA, personal)),
      "x-user-id": "MARKER-header",
      "user-agent": "MARKER-agent",
    };
    const body = { ...MARKED, user: "MARKER-user" };
    expect(await statusOf(environment.simulation.call(CHAT, { headers, body }))).toBe(200);
    await statusOf(environment.simulation.call(chat("assistant", "nothing"), { headers, body }));
    const { metrics } = environment.simulation;
    expect(new Set(metrics.map(({ name }) => name)).size).toBeGreaterThan(1);
    for (const { dimensions } of metrics) {
      expect(Object.keys(dimensions).length).toBeLessThanOrEqual(5);
    }
    expect(JSON.stringify(metrics)).not.toContain("MARKER");
  }));

describe.each(ENVIRONMENTS)("what %s records", (name) => {
  const { policies, ofType } = bound(name);

  test("T-175 T-176 dimensions of metrics are few, and none is the client's to choose", () => {
    const metrics = policies.flatMap(({ document }) =>
      ["emit-metric", "llm-emit-token-metric"].flatMap((element) => allElements(document, element)),
    );
    expect(metrics.length).toBeGreaterThan(0);
    for (const metric of metrics) {
      const dimensions = Array.from(metric.getElementsByTagName("dimension"));
      expect(dimensions.length).toBeLessThanOrEqual(5);
      for (const dimension of dimensions) {
        expect(dimension.getAttribute("value")).not.toMatch(
          /Headers|OriginalUrl|Body|callerUserId|mail|name"/,
        );
      }
    }
  });

  test("T-177 T-178 no policy writes to event hubs, or traces anything but the audit record", () => {
    expect(policies.flatMap(({ document }) => allElements(document, "log-to-eventhub"))).toEqual([]);
    const traced = policies.flatMap(({ document }) => allElements(document, "trace"));
    expect(traced.map((element) => element.getAttribute("source"))).toEqual(["ai-gateway", "ai-gateway"]);
    for (const { attributes } of ofType("azurerm_api_management_subscription")) {
      expect(attributes.allow_tracing).toBe(false);
    }
  });

  test("T-171 T-181 diagnostics keep addresses, bodies and model messages out", () => {
    const azurerm = ofType("azurerm_api_management_diagnostic").map(({ attributes }) => attributes);
    for (const attributes of azurerm) {
      expect(attributes.log_client_ip).toBe(false);
      for (const side of ["frontend_request", "frontend_response", "backend_request", "backend_response"]) {
        expect(block(attributes[side])?.body_bytes).toBe(0);
      }
    }
    const azapi = ofType("azapi_resource").filter(({ attributes }) =>
      /\/diagnostics@/.test(String(attributes.type)),
    );
    expect(azapi.length).toBeGreaterThan(0);
    for (const { attributes } of azapi) {
      const properties = block(block(attributes.body)?.properties);
      expect(properties?.logClientIp).toBe(false);
      expect(properties).not.toHaveProperty("largeLanguageModel");
    }
  });

  test("T-180 an opt-out in use stands on what it weakens", () => {
    const weakened = Object.keys(environments[name].securityOptOuts ?? {});
    const tagged = ["azurerm_api_management", "azurerm_cognitive_account"].flatMap((type) =>
      ofType(type).map(({ attributes }) => block(attributes.tags)?.securityException),
    );
    const isOpen = weakened.includes("gateway") && weakened.includes("accounts");
    expect(tagged.every((tag) => (tag !== undefined) === isOpen)).toBe(true);
  });

  test("T-179 nobody that runs here may change or delete what was recorded", () => {
    const roles = ofType("azurerm_role_assignment").map(({ attributes }) =>
      String(attributes.role_definition_name ?? attributes.role_definition_id),
    );
    expect(roles.length).toBeGreaterThan(0);
    expect(roles.filter((role) => /owner|contributor|log analytics/i.test(role))).toEqual([]);
    expect(blocks(ofType("azurerm_api_management")[0]?.attributes.identity)).toHaveLength(1);
  });
});

function bound(name: EnvironmentName) {
  const stack = synthesized(name);
  return { policies: stack.policies, ofType: (type: string) => stack.ofType(type) };
}

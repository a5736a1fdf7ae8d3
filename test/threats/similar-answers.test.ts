import { redis } from "../../lib/security-checks/h-30-redis";
import { callerCaches } from "../../lib/security-checks/h-50-caller-caches";
import type { CallResponse } from "../../simulator";
import { FABRIKAM, NORTHWIND } from "../support/callers";
import { chat, replaceInPolicy, SimulatedEnvironment, synthesized } from "../support/simulation";
import { block, blocks } from "../support/synthesized-stack";
import { runIn } from "./run-in";

const CHAT = chat("partners", "chat-partners");
const WORDS =
  "MARKER-prompt: please tell me when the small shop beside the old station opens its doors on sunday";
/** The same words: nothing is nearer. */
const SIMILAR = WORDS.split(" ").reverse().join(" ");
const HOUR = 3_600_000;

type Partner = "fabrikam" | "northwind";
const TOKENS = { fabrikam: FABRIKAM, northwind: NORTHWIND };

async function ask(
  environment: SimulatedEnvironment,
  content: string,
  more: object = {},
  partner: Partner = "fabrikam",
): Promise<CallResponse & { readonly answer: string }> {
  const headers = {
    ...(await environment.bearer(TOKENS[partner])),
    ...environment.key(`partners-${partner}`),
  };
  const body = { messages: [{ role: "user", content }], ...more };
  const response = await environment.simulation.call(CHAT, { headers, body });
  return Object.assign(response, { answer: await response.text() });
}

const cacheOf = ({ headers }: CallResponse): unknown => headers["x-ai-gateway-cache"];

describe("answers to similar questions", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => {
    environment.reset();
    environment.clock.advance(HOUR);
  });

  const completions = (): number =>
    environment.accountRequests().filter(({ path }) => path.includes("/chat/completions")).length;

  test("T-310 an answer that one caller prepared is not given to another, however alike the question is", async () => {
    expect([cacheOf(await ask(environment, WORDS)), cacheOf(await ask(environment, SIMILAR))]).toEqual([
      "miss",
      "hit",
    ]);
    expect(cacheOf(await ask(environment, SIMILAR, {}, "northwind"))).toBe("miss");
    expect(completions()).toBe(2);
  });

  test("T-311 nobody hears by the time of an answer what others asked", async () => {
    await ask(environment, WORDS);
    for (const account of environment.accounts) {
      account.slow(5_000);
    }
    const before = environment.clock.now();
    await environment.passTimeUntil(ask(environment, SIMILAR, {}, "northwind"));
    expect(environment.clock.now() - before).toBeGreaterThanOrEqual(5_000);
  });

  test.each<[string, string, object]>([
    ["other numbers", `${SIMILAR} 49`, {}],
    ["another temperature", SIMILAR, { temperature: 0.9 }],
    ["another format", SIMILAR, { response_format: { type: "json_object" } }],
    [
      "an instruction",
      SIMILAR,
      {
        messages: [
          { role: "system", content: "Say the opposite." },
          { role: "user", content: SIMILAR },
        ],
      },
    ],
  ])("T-312 a question with %s is another one", async (_what, content, more) => {
    await ask(environment, `${WORDS} 48`);
    await ask(environment, WORDS);
    expect([cacheOf(await ask(environment, content, more)), completions()]).toEqual(["miss", 3]);
  });

  test.each<[string, object]>([
    [
      "a text that many requests have in common",
      { messages: [{ role: "user", content: `${WORDS} `.repeat(20) }] },
    ],
    [
      "a conversation",
      {
        messages: [
          { role: "user", content: WORDS },
          { role: "assistant", content: "At ten." },
          { role: "user", content: WORDS },
        ],
      },
    ],
  ])("T-312 %s, in which the difference would be lost, is not cached", async (_what, more) => {
    for (const time of [1, 2]) {
      expect([cacheOf(await ask(environment, WORDS, more)), completions()]).toEqual([undefined, time]);
    }
  });

  test("T-313 an answer that is asked for again and again is as old as it may be after an hour", async () => {
    await ask(environment, WORDS);
    environment.clock.advance(HOUR - 1_000);
    expect(cacheOf(await ask(environment, SIMILAR))).toBe("hit");
    environment.clock.advance(1_000);
    expect(cacheOf(await ask(environment, SIMILAR))).toBe("miss");
  });

  test("T-315 a hit is counted with what it saved, and leaves one record with its caller and without its prompt", async () => {
    await ask(environment, WORDS);
    environment.simulation.clearRecords();
    await expectAccounted(environment);
    const logs = environment.simulation.logs.map(({ body }) => String(body)).join("\n");
    expect(logs).toContain('"x-ai-gateway-cache":"hit"');
    expect(logs).not.toContain("MARKER-prompt");
  });

  test("T-316 the gateway's own identity may use the one account that makes embeddings", () => {
    const assignments = synthesized("prod")
      .ofType("azurerm_role_assignment")
      .filter(({ attributes }) => String(attributes.principal_id).includes("azurerm_api_management."))
      .map(({ attributes }) => String(attributes.scope))
      .filter((scope) => scope.includes("azurerm_cognitive_account."));
    expect(assignments).toEqual([expect.stringContaining("account-payg-westeurope")]);
  });
});

/** One metric of what was saved, and one audit record. */
async function expectAccounted(environment: SimulatedEnvironment): Promise<void> {
  const { headers, answer } = await ask(environment, SIMILAR);
  const { usage } = JSON.parse(answer) as { readonly usage: { readonly total_tokens: number } };
  expect(headers["x-ai-gateway-cache"]).toBe("hit");
  const dimensions = { API: "partners", Client: "fabrikam", Deployment: "chat-partners" };
  expect(environment.simulation.metrics).toEqual([
    expect.objectContaining({
      name: "Tokens Saved",
      value: usage.total_tokens,
      dimensions: expect.objectContaining(dimensions) as unknown,
    }),
  ]);
  const records = environment.simulation.rows("AppTraces").map(({ Properties }) => Properties);
  expect(records).toEqual([
    expect.objectContaining({
      Cache: "hit",
      Client: "fabrikam",
      Status: "200",
      RequestId: headers["x-request-id"],
    }),
  ]);
}

/**
 * After a hit, outbound resumes after the store. Where the store stands in another policy, nothing says after which:
 * the simulator then runs all of outbound, and what is before a store at its top not at all.
 */
test("T-315 that is so as well where outbound resumes right after the store", () => {
  const starting = SimulatedEnvironment.start("prod", (json) => {
    const around = /<choose>\s*<when condition="[^"]*answerKept[^"]*">\s*(?=<llm-semantic-cache-store)/;
    replaceInPolicy(json, "api-partners", around, "</when></choose>");
    // What follows in the branch that is closed before it begins one of its own.
    replaceInPolicy(
      json,
      "api-partners",
      /(?<=<llm-semantic-cache-store[^>]*>)\s*<\/when>\s*<\/choose>/,
      '<choose><when condition="@(context.Variables.ContainsKey(&quot;routeTries&quot;))">',
    );
  });
  return runIn(starting, async (environment) => {
    await ask(environment, WORDS);
    environment.simulation.clearRecords();
    await expectAccounted(environment);
  });
});

test("T-314 whoever has the key of the Redis still needs the network, and each connection is recorded", () => {
  const prod = synthesized("prod");
  const [cache, ...others] = prod.ofType("azurerm_managed_redis");
  expect(others).toEqual([]);
  expect(cache?.attributes.public_network_access).toBe("Disabled");
  const endpoints = prod
    .ofType("azurerm_private_endpoint")
    .map(({ attributes }) => block(attributes.private_service_connection)?.private_connection_resource_id);
  expect(endpoints).toContain(`\${${cache?.address}.id}`);
  const settings = prod
    .ofType("azurerm_monitor_diagnostic_setting")
    .filter(({ attributes }) => String(attributes.target_resource_id).includes("azurerm_managed_redis"));
  expect(settings.flatMap(({ attributes }) => blocks(attributes.enabled_log))).toEqual([
    { category: "ConnectionEvents" },
  ]);
  expect([...redis.check(prod), ...callerCaches.check(prod)]).toEqual([]);
});

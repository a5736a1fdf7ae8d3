import { CLAIMS, FABRIKAM, MARKETING, PAST_CACHES } from "../support/callers";
import { expectRefusal, expectRefused, R400, R503 } from "../support/refusal";
import { chat, HELLO, SimulatedEnvironment, statusOf } from "../support/simulation";

const CHAT = chat("assistant");
const MINI = chat("assistant", "chat-mini");
const PARTNERS = chat("partners", "chat-partners");

/** Two clients over HTTP: what one does to the accounts leaves the other at 200. */
describe("neighbours", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const ask = async (
    target: string,
    caller = CLAIMS,
    body: Readonly<Record<string, unknown>> = HELLO,
  ): Promise<number> =>
    statusOf(
      environment.passTimeUntil(
        environment.simulation.call(target, { headers: await environment.bearer(caller), body }),
      ),
    );
  const partner = async (body: Readonly<Record<string, unknown>>): Promise<number> =>
    statusOf(
      environment.passTimeUntil(
        environment.simulation.call(PARTNERS, {
          headers: {
            ...(await environment.bearer(FABRIKAM)),
            ...environment.key("partners-fabrikam"),
            ...PAST_CACHES,
          },
          body,
        }),
      ),
    );

  test("T-243 a body that makes accounts answer 500 is sent once, and closes nothing to anybody", async () => {
    const poison = { ...HELLO, response_format: { type: "json_schema", json_schema: { name: "poison" } } };
    for (const account of environment.accounts) {
      account.fail({ status: 500, bodyContains: "poison" });
    }
    for (let call = 1; call <= 20; call++) {
      expect(await ask(MINI, MARKETING, poison)).toBe(502);
      expect(environment.accountRequests()).toHaveLength(call);
    }
    expect(await partner(poison)).toBe(502);
    expect([await ask(MINI, MARKETING), await partner(HELLO), await ask(CHAT)]).toEqual([200, 200, 200]);
  });

  test("T-244 what one API's callers bring about closes no account to the callers of another", async () => {
    for (const account of environment.accounts) {
      account.fail({ status: 429, retryAfterSeconds: 30, bodyContains: "much" });
    }
    expect(await partner({ messages: [{ role: "user", content: "too much" }] })).toBe(429);
    expect(await partner(HELLO)).toBe(503);
    expect(await ask(MINI, MARKETING)).toBe(200);
  });

  test("T-247 a client that asks for long answers and reads short ones takes no more than its share", async () => {
    const much = { ...HELLO, max_completion_tokens: 1_250, n: 4 };
    const statuses = await Promise.all(Array.from({ length: 13 }, () => partner(much)));
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(2);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(11);
    const reserved = environment.accountRequests().filter(({ status }) => status === 200).length * 10_000;
    expect(reserved).toBeLessThanOrEqual(20_000);
    expect(await partner({ ...HELLO, max_completion_tokens: 16_384, n: 4 })).toBe(400);
    expect([await ask(MINI, MARKETING), await ask(CHAT)]).toEqual([200, 200]);
    environment.clock.advance(61_000);
    expect(await partner(much)).toBe(200);
  });

  test("T-248 long prompts, all at once, take no more than their client's share", async () => {
    const long = { messages: [{ role: "user", content: "hello ".repeat(6_000) }], max_completion_tokens: 1 };
    const statuses = await Promise.all(Array.from({ length: 10 }, () => partner(long)));
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(2);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(8);
    expect(await ask(MINI, MARKETING)).toBe(200);
  });

  test("T-249 T-263 partners have throughput that nobody else waits for", async () => {
    const refusal = await environment.simulation.call(chat("partners", "chat-mini"), {
      headers: {
        ...(await environment.bearer(FABRIKAM)),
        ...environment.key("partners-fabrikam"),
        ...PAST_CACHES,
      },
      body: HELLO,
    });
    await refusal.text();
    expect(refusal.status).toBe(403);
    for (const account of environment.accounts) {
      account.fail({ status: 429, retryAfterSeconds: 60, deployment: "chat-partners" });
    }
    expect(await partner(HELLO)).toBe(429);
    expect([await ask(MINI, MARKETING), await ask(CHAT)]).toEqual([200, 200]);
  });

  test("T-245 a body that the service is known to fail at reaches no account", async () => {
    for (const messages of [null, "hello", { role: "user" }, [null], ["hello"]]) {
      const headers = await environment.bearer(CLAIMS);
      await expectRefused(environment, R400, CHAT, { headers, body: { messages } });
    }
    const embeddings = "/assistant/openai/deployments/embeddings/embeddings?api-version=2024-10-21";
    for (const input of [null, 1, {}]) {
      const headers = await environment.bearer(CLAIMS);
      await expectRefused(environment, R400, embeddings, { headers, body: { input } });
    }
  });

  test("T-246 whoever finds every account closed is told for how long", async () => {
    for (const account of environment.accounts) {
      account.fail({ status: 502 });
    }
    expect(await ask(MINI, MARKETING)).toBe(502);
    const headers = await environment.bearer(MARKETING);
    const closed = await environment.passTimeUntil(
      environment.simulation.call(MINI, { headers, body: HELLO }),
    );
    await expectRefusal(closed, { ...R503, headers: { "retry-after": "10" } });
    for (const account of environment.accounts) {
      account.recover();
    }
    environment.clock.advance(Number(closed.headers["retry-after"]) * 1_000);
    expect(await ask(MINI, MARKETING)).toBe(200);
  });
});

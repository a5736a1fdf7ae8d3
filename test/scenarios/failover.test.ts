import { CLAIMS, MARKETING } from "../support/callers";
import { expectRefusal, R429, R502, R503 } from "../support/refusal";
import { chat, HELLO, SimulatedEnvironment, statusOf } from "../support/simulation";

const CHAT = chat("assistant");
const SECOND = 1_000;

/** Prod: provisioned throughput first, two accounts with pay-as-you-go behind it. */
describe("failover", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const ask = async (target = CHAT, caller = CLAIMS) =>
    environment.passTimeUntil(
      environment.simulation.call(target, { headers: await environment.bearer(caller), body: HELLO }),
    );
  const status = (target?: string, caller?: typeof CLAIMS): Promise<number> => statusOf(ask(target, caller));
  const counts = (): Record<string, number> => ({
    ptu: environment.account("ptu").requests.length,
    overflow:
      environment.account("westeurope-payg").requests.length +
      environment.account("swedencentral-payg").requests.length,
  });

  test("all goes to the provisioned account while it answers", async () => {
    for (let call = 0; call < 10; call++) {
      expect(await status()).toBe(200);
    }
    expect(counts()).toEqual({ ptu: 10, overflow: 0 });
  });

  test("the request that finds the provisioned account down is answered by the overflow", async () => {
    environment.account("ptu").fail({ down: true });
    expect(await status()).toBe(200);
    expect(environment.account("ptu").requests.map((request) => request.status)).toEqual([undefined]);
    expect(counts().overflow).toBe(1);
  });

  test("a throttled account is left alone for the time it asks for, then is first again", async () => {
    environment.account("ptu").fail({ status: 429, retryAfterSeconds: 30, requests: 1 });
    expect([await status(), counts()]).toEqual([200, { ptu: 1, overflow: 1 }]);
    environment.clock.advance(29 * SECOND);
    expect([await status(), counts()]).toEqual([200, { ptu: 1, overflow: 2 }]);
    environment.clock.advance(2 * SECOND);
    expect([await status(), counts()]).toEqual([200, { ptu: 2, overflow: 2 }]);
  });

  test("an error that the request may have brought about is told, not spread", async () => {
    environment.account("ptu").fail({ status: 500, requests: 1 });
    expect([await status(), counts()]).toEqual([502, { ptu: 1, overflow: 0 }]);
    expect([await status(), counts()]).toEqual([200, { ptu: 2, overflow: 0 }]);
  });

  test.each([502, 503, 504])("an account that answers %d is left alone for ten seconds", async (failure) => {
    environment.account("ptu").fail({ status: failure, requests: 1 });
    expect([await status(), counts()]).toEqual([200, { ptu: 1, overflow: 1 }]);
    environment.clock.advance(9 * SECOND);
    expect([await status(), counts()]).toEqual([200, { ptu: 1, overflow: 2 }]);
    environment.clock.advance(2 * SECOND);
    expect([await status(), counts()]).toEqual([200, { ptu: 2, overflow: 2 }]);
  });

  test("of two equals, the one that works answers for both", async () => {
    environment.account("westeurope-payg").fail({ down: true });
    const target = chat("assistant", "chat-mini");
    for (let call = 0; call < 6; call++) {
      expect(await status(target, MARKETING)).toBe(200);
    }
    expect(environment.account("swedencentral-payg").requests).toHaveLength(6);
    expect(environment.account("westeurope-payg").requests.length).toBeLessThanOrEqual(1);
  });

  test("an account that alone hosts a deployment outlasts bad answers, and is left alone once it is down", async () => {
    const alone = environment.account("swedencentral-payg");
    const target = "/assistant/openai/deployments/images/images/generations?api-version=2024-10-21";
    const headers = await environment.bearer(MARKETING, { scp: "Models.Invoke Images.Generate" });
    const draw = () =>
      statusOf(
        environment.passTimeUntil(
          environment.simulation.call(target, { headers, body: { prompt: "a house", size: "1024x1024" } }),
        ),
      );
    alone.fail({ status: 502, requests: 1 });
    expect([await draw(), await draw()]).toEqual([502, 200]);
    alone.fail({ status: 502 });
    for (let call = 0; call < 9; call++) {
      expect(await draw()).toBe(502);
    }
    expect(await draw()).toBe(503);
    expect(alone.requests).toHaveLength(11);
  });

  test("a slow account is waited for: slowness is not a failure", async () => {
    environment.account("ptu").slow(60 * SECOND);
    expect([await status(), counts()]).toEqual([200, { ptu: 1, overflow: 0 }]);
  });

  test("an account that does not answer in time is not asked a second time", async () => {
    environment.account("ptu").slow(200 * SECOND);
    expect(await status()).toBe(504);
    expect(counts()).toEqual({ ptu: 1, overflow: 0 });
  });

  test("the provisioned account's capacity used up: the rest overflows", async () => {
    const headers = await environment.bearer(CLAIMS);
    const body = { ...HELLO, max_completion_tokens: 16_000 };
    const statuses: number[] = [];
    for (let call = 0; call < 9; call++) {
      statuses.push(await statusOf(environment.simulation.call(CHAT, { headers, body })));
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    const answered = environment.account("ptu").requests.filter((request) => request.status === 200);
    expect(answered.length).toBeGreaterThan(0);
    expect(counts().overflow).toBe(9 - answered.length);
    expect(counts().overflow).toBeGreaterThan(0);
  });

  test("all throttled: the caller is told so, and when to come back", async () => {
    for (const account of environment.accounts) {
      account.fail({ status: 429, retryAfterSeconds: 20 });
    }
    await expectRefusal(await ask(), R429);
    await statusOf(ask());
    await expectRefusal(await ask(), R503);
    for (const { requests } of environment.accounts) {
      expect(requests.length).toBeLessThanOrEqual(1);
    }
  });

  test("all down: the first callers learn of it, the next ones reach no account, and the return is noticed", async () => {
    for (const account of environment.accounts) {
      account.fail({ down: true });
    }
    await expectRefusal(await ask(), R502);
    await statusOf(ask());
    const before = environment.accountRequests().length;
    await expectRefusal(await ask(), R503);
    expect(environment.accountRequests()).toHaveLength(before);
    for (const account of environment.accounts) {
      account.recover();
    }
    environment.clock.advance(11 * SECOND);
    expect(await status()).toBe(200);
  });

  test("a deployment that is gone from one account is not a reason to try another", async () => {
    environment.account("ptu").fail({ status: 404 });
    expect([await status(), counts()]).toEqual([403, { ptu: 1, overflow: 0 }]);
  });
});

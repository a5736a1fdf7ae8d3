import { OKTA } from "../support/callers";
import { expectRefusal, expectRefused, R403, R500, R502, R504, type Refusal } from "../support/refusal";
import { chat, HELLO, replaceInPolicy, SimulatedEnvironment, synthesized } from "../support/simulation";
import { allTexts } from "../support/synthesized-stack";
import { ReplacedAccounts } from "./replaced-accounts";
import { runIn } from "./run-in";

const CHAT = chat("assistant");

describe("errors", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const ask = async (body: object = HELLO) =>
    environment.passTimeUntil(
      environment.simulation.call(CHAT, { headers: await environment.bearer(OKTA), body: { ...body } }),
    );

  test.each<[string, number, Refusal]>([
    ["T-159 401: the gateway lost its role", 401, R502],
    ["T-159 403: the gateway lost its role", 403, R502],
    ["T-160 404: the deployment is gone", 404, R403],
    ["T-161 500", 500, R502],
    ["T-161 502", 502, R502],
  ])("%s, and the caller learns nothing of the account", async (_what, status, refusal) => {
    for (const account of environment.accounts) {
      account.fail({ status });
    }
    await expectRefusal(await ask(), refusal);
    expect(environment.accountRequests().length).toBeGreaterThan(0);
  });

  test("T-160 a deployment that is gone is answered as one that never was", async () => {
    for (const account of environment.accounts) {
      account.fail({ status: 404 });
    }
    const gone = await expectRefusal(await ask(), R403);
    const headers = await environment.bearer(OKTA);
    const never = await expectRefused(environment, R403, chat("assistant", "never"), {
      headers,
      body: HELLO,
    });
    expect(gone).toBe(never);
  });

  test("T-162 what the model finds wrong with a request is passed on: code, message, parameter, nothing else", async () => {
    const response = await ask({ messages: [] });
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(response.status).toBe(400);
    expect(Object.keys(error).sort()).toEqual(["code", "message", "param", "request_id"]);
    expect(error).toMatchObject({ code: "invalid_request", param: "messages" });
    expect(Object.keys(response.headers)).not.toContain("x-ms-region");
  });

  test("T-163 a filtered prompt is told as such, with what the filter found in it", async () => {
    for (const account of environment.accounts) {
      account.fail({ filter: "prompt" });
    }
    const response = await ask();
    const text = await response.text();
    expect([response.status, text]).toEqual([
      400,
      expect.stringMatching(/^\{"error":\{"code":"content_filter",/),
    ]);
    expect(JSON.parse(text)).toMatchObject({
      error: {
        innererror: {
          code: "ResponsibleAIPolicyViolation",
          content_filter_result: {
            hate: { filtered: true, severity: "high" },
            violence: { filtered: false },
          },
        },
      },
    });
  });

  test("T-164 T-218 accounts that cannot be reached, or are others than they say", async () => {
    const { network } = environment.simulation;
    const hosts = environment.simulation.model.accounts.flatMap(({ hostNames }) => hostNames);
    for (const fault of ["wrongName", "selfSigned", "expired"] as const) {
      for (const host of hosts) {
        network.setCertificateFault(host, fault);
      }
      await expectRefusal(await ask(), R502);
      environment.clock.advance(120_000);
    }
    for (const host of hosts) {
      network.setCertificateFault(host, undefined);
    }
    for (const account of environment.accounts) {
      account.fail({ down: true });
    }
    await expectRefusal(await ask(), R502);
    expect(environment.accountRequests().filter(({ status }) => status !== undefined)).toEqual([]);
  });

  test("T-165 an account may take as long as the gateway waits, and no longer", async () => {
    for (const account of environment.accounts) {
      account.slow(119_000);
    }
    const inTime = await ask();
    expect([inTime.status, await inTime.text()]).toEqual([200, expect.stringContaining("MARKER")]);
    environment.reset();
    for (const account of environment.accounts) {
      account.slow(121_000);
    }
    await expectRefusal(await ask(), R504);
    expect(environment.accountRequests()).toHaveLength(1);
  });

  test("T-167 no policy gives the caller what went wrong inside", () => {
    for (const name of ["dev", "test", "prod"] as const) {
      const texts = synthesized(name).policies.flatMap(({ document }) => allTexts(document));
      const leaks = texts.filter(({ text }) => /LastError\.(?!Source|Reason)\w+/.test(text));
      expect(leaks.map(({ text }) => text)).toEqual([]);
    }
  });

  test("T-168 a stream that breaks says nothing of where", async () => {
    for (const account of environment.accounts) {
      account.fail({ dropAfterEvents: 2 });
    }
    const response = await ask({ ...HELLO, stream: true });
    let text = "";
    const read = async (): Promise<void> => {
      for await (const chunk of response.body) {
        text += Buffer.from(chunk).toString();
      }
    };
    await expect(read()).rejects.toThrow();
    expect(text).not.toMatch(/error|oai-|azure\.com|DONE/);
    expect(environment.simulation.traces.at(-1)?.outcome).toBe("backendBrokeOff");
  });
});

test("T-166 an expression that fails refuses the request", () => {
  const starting = SimulatedEnvironment.start("test", (json) =>
    replaceInPolicy(
      json,
      "assistant",
      '<set-variable name="routeBackend"',
      '<set-variable name="x" value="@(((string)context.Variables[&quot;missing&quot;]).Length)" /><set-variable name="routeBackend"',
    ),
  );
  return runIn(starting, async (environment) => {
    const headers = await environment.bearer(OKTA);
    await expectRefused(environment, R500, CHAT, { headers, body: HELLO });
  });
});

test("T-169 an answer that is an error in spite of its status is kept for nobody", () =>
  runIn(SimulatedEnvironment.start("test"), async (environment) => {
    const error = '{"error":{"code":"server_error","message":"The server had an error"}}';
    const accounts = new ReplacedAccounts(environment, { "content-type": "application/json" }, error);
    const headers = await environment.bearer(OKTA);
    for (const asked of [1, 2]) {
      const response = await environment.simulation.call(CHAT, { headers, body: HELLO });
      expect([await response.text(), accounts.requests]).toEqual([error, asked]);
      expect(response.headers["cache-control"]).toBe("no-store");
    }
  }));

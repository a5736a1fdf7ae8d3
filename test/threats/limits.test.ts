import { gzipSync } from "node:zlib";
import { GatewaySku } from "../../lib/gateway/gateway-sku";
import { GatewayStack } from "../lib/gateway/gateway-stack";
import { CLAIMS, MARKETING, OKTA } from "../support/callers";
import { rawRequest } from "../support/raw-request";
import {
  expectRefusal,
  expectRefused,
  R400,
  R401,
  R403Q,
  R413,
  R415,
  R429,
  R502,
  R503,
  type Refusal,
} from "../support/refusal";
import { chat, HELLO, replaceInPolicy, SimulatedEnvironment, statusOf } from "../support/simulation";
import { ChangedEnvironment } from "./changed-environment";
import { personOfDev } from "./entrances";
import { runIn } from "./run-in";

const CHAT = chat("assistant");
const TOO_MANY_CHOICES = { ...HELLO, n: 100 };
/** Each word is one token. */
const words = (count: number) => ({ messages: [{ role: "user", content: " hello".repeat(count) }] });

describe("limits", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test", (json) =>
      replaceInPolicy(json, "devices", 'id="limit-address" calls="1200"', 'id="limit-address" calls="40"'),
    );
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const client = (cid: string, uid = "00u1jane") => environment.bearer(OKTA, { cid, uid });
  const refused = async (refusal: Refusal, body: object | string, target = CHAT): Promise<string> => {
    const headers = { ...(await client("app")), "content-type": "application/json" };
    return expectRefused(environment, refusal, target, { headers, body: body as string });
  };

  test("T-131 T-132 T-151 the limit is the client's, whatever a request says and whatever becomes of it", async () => {
    for (let call = 0; call < 60; call++) {
      const headers = {
        ...(await client("one", `user-${call % 3}`)),
        "x-user-id": `${call}`,
        "x-forwarded-for": `192.0.2.${call}`,
        "user-agent": `agent-${call}`,
      };
      await expectRefused(environment, R400, CHAT, { headers, body: TOO_MANY_CHOICES });
    }
    await expectRefused(environment, R429, CHAT, { headers: await client("one", "user-4"), body: HELLO });
    const other = environment.simulation.call(CHAT, { headers: await client("two"), body: HELLO });
    expect(await statusOf(other)).toBe(200);
  });

  test("T-135 tokens beyond those of a minute are refused until the minute is over", async () => {
    const headers = await client("talker");
    const ask = (): Promise<number> =>
      statusOf(environment.simulation.call(CHAT, { headers, body: words(6_000) }));
    expect(await ask()).toBe(200);
    await expectRefused(environment, R429, CHAT, { headers, body: words(6_000) });
    environment.clock.advance(61_000);
    expect(await ask()).toBe(200);
  });

  test("T-250 one user of a client leaves the other users half of its requests and tokens", async () => {
    const ask = async (uid: string, body: object, cid: string): Promise<number> => {
      const headers = await client(cid, uid);
      return statusOf(environment.simulation.call(CHAT, { headers, body: { ...body } }));
    };
    for (let call = 0; call < 30; call++) {
      expect(await ask("jane", TOO_MANY_CHOICES, "shared")).toBe(400);
    }
    expect([await ask("jane", HELLO, "shared"), await ask("joe", HELLO, "shared")]).toEqual([429, 200]);
    expect(await ask("jane", words(6_000), "spending")).toBe(200);
    expect([await ask("jane", HELLO, "spending"), await ask("joe", HELLO, "spending")]).toEqual([429, 200]);
    const reserving = { ...HELLO, max_completion_tokens: 5_000 };
    expect([await ask("jane", reserving, "reserving"), await ask("jane", reserving, "reserving")]).toEqual([
      200, 200,
    ]);
    expect([await ask("jane", reserving, "reserving"), await ask("joe", HELLO, "reserving")]).toEqual([
      429, 200,
    ]);
  });

  test("T-137 a prompt beyond the whole limit is refused at the first time, and not told to come back", async () => {
    const headers = await client("app");
    const response = await environment.simulation.call(CHAT, { headers, body: words(12_000) });
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect([response.status, error.code, error.param]).toEqual([400, "invalid_request", "messages"]);
    expect(error.message).toMatch(/waiting does not help: \d{4,} tokens\.$/);
    expect(response.headers).not.toHaveProperty("retry-after");
    expect(environment.accountRequests()).toEqual([]);
  });

  test("T-137 T-250 what one user may never have is refused, and told so: a stream's prompt, and output", async () => {
    const ask = async (body: object): Promise<readonly [number, string, boolean]> => {
      const headers = await client("app");
      const response = await environment.simulation.call(CHAT, { headers, body: { ...body } });
      const { error } = (await response.json()) as { error: Record<string, string> };
      return [response.status, error.message ?? "", "retry-after" in response.headers];
    };
    // A letter and a blank are a token, so that only a fraction of these words shows in the length of the text.
    const long = { messages: [{ role: "user", content: " a".repeat(7_000) }], stream: true };
    for (let call = 0; call < 2; call++) {
      expect(await ask(long)).toEqual([
        400,
        expect.stringMatching(/waiting does not help: 5000 tokens\.$/),
        false,
      ]);
      environment.clock.advance(61_000);
    }
    expect(await ask({ ...HELLO, max_completion_tokens: 5_001 })).toEqual([
      400,
      "The request asks for 5001 tokens of output, and the caller may reserve 5000 tokens in a minute.",
      false,
    ]);
    expect(environment.accountRequests()).toEqual([]);
  });

  test("T-139 T-141 tokens of a stream count without the client's help", async () => {
    const headers = await client("streamer");
    const remaining = async (): Promise<number> => {
      const response = await environment.simulation.call(CHAT, { headers, body: HELLO });
      await response.text();
      return Number(response.headers["x-ratelimit-remaining-tokens"]);
    };
    const before = await remaining();
    const body = { ...words(500), stream: true };
    const text = await (await environment.simulation.call(CHAT, { headers, body })).text();
    expect(text).toMatch(/data: \[DONE\]\s*$/);
    expect(text).not.toContain('"usage":{');
    expect(before - (await remaining())).toBeGreaterThan(500);
  });

  test("T-140 a client that leaves early pays for its prompt, again and again", async () => {
    const statuses: number[] = [];
    for (let call = 0; call < 4; call++) {
      const headers = await client("leaver", `user-${call % 2}`);
      const response = await environment.simulation.call(CHAT, {
        headers,
        body: { ...words(4_000), stream: true },
      });
      statuses.push(response.status);
      for await (const chunk of response.body) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        break;
      }
    }
    expect(statuses).toEqual([200, 200, 429, 429]);
  });

  test.each([
    { n: 5 },
    { n: -1 },
    { n: "4" },
    { n: 1.5 },
    { n: [1] },
    { best_of: 100 },
    { max_tokens: -1 },
    { max_tokens: "10" },
    { max_completion_tokens: 1e12 },
    { max_tokens: 0 },
  ])("T-142 a number of answers or tokens that is none is refused: %j", (more) =>
    refused(R400, { ...HELLO, ...more }),
  );

  test.each([
    [
      { max_completion_tokens: 128_001 },
      "max_completion_tokens",
      "At most 128000 tokens of output may be asked for here.",
    ],
    [
      { max_tokens: 5_001 },
      "max_tokens",
      "The request asks for 5001 tokens of output, and the caller may reserve 5000 tokens in a minute.",
    ],
    [
      { max_tokens: 1_251, n: 4 },
      "max_tokens",
      "The request asks for 5004 tokens of output, and the caller may reserve 5000 tokens in a minute.",
    ],
  ])(
    "T-145 a request for more than the model gives or the caller has is told so: %j",
    async (more, param, message) => {
      const response = await environment.simulation.call(CHAT, {
        headers: await client("talker"),
        body: { ...HELLO, ...more },
      });
      const { error } = (await response.json()) as { error: object };
      expect([response.status, error]).toEqual([
        400,
        { code: "invalid_request", message, param, request_id: expect.any(String) as string },
      ]);
      expect(environment.accountRequests()).toEqual([]);
    },
  );

  test("T-143 more than a thousand texts to embed are refused", async () => {
    const headers = await environment.bearer(OKTA, { scp: ["models.invoke", "models.embed"] });
    const target = "/assistant/openai/deployments/embeddings/embeddings?api-version=2024-10-21";
    const body = { input: Array.from({ length: 1_025 }, () => "x") };
    await expectRefused(environment, R400, target, { headers, body });
  });

  test("T-144 more than twenty images are refused", () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
    return refused(R400, { messages: [{ role: "user", content: Array.from({ length: 21 }, () => image) }] });
  });

  test("T-146 a body of 100 MiB is refused before it is sent", async () => {
    const { authorization } = await client("app");
    const request =
      `POST ${CHAT} HTTP/1.1\nHost: {host}\nAuthorization: ${authorization}\n` +
      `Content-Type: application/json\nContent-Length: 104857600\n\n`;
    expect(await rawRequest(environment, request)).toBe(R413.status);
    expect(environment.accountRequests()).toEqual([]);
  });

  test.each([
    ["goes on", 10, 200],
    ["is refused once it turns out too large", 4 * 1024 * 1024, R413.status],
  ])("T-147 a body that does not say how large it is %s", async (_what, characters, status) => {
    const { authorization } = await client("app");
    const body = JSON.stringify({ messages: [{ role: "user", content: "a".repeat(characters) }] });
    const request =
      `POST ${CHAT} HTTP/1.1\nHost: {host}\nAuthorization: ${authorization}\nContent-Type: application/json\n` +
      `Transfer-Encoding: chunked\n\n${body.length.toString(16)}\n${body}\n0\n\n`;
    expect(await rawRequest(environment, request)).toBe(status);
    expect(environment.accountRequests()).toHaveLength(status === 200 ? 1 : 0);
  });

  test("T-146 a body above the limit is refused", () =>
    refused(R413, `${JSON.stringify(HELLO)}${" ".repeat(4 * 1024 * 1024)}`));

  test("T-148 a compressed body is refused, whatever it says it is", async () => {
    const body = gzipSync(Buffer.alloc(10 * 1024 * 1024, 32));
    for (const coding of ["gzip", "deflate", "br", "identity"]) {
      const headers = {
        ...(await client("app")),
        "content-type": "application/json",
        "content-encoding": coding,
      };
      await expectRefused(environment, R415, CHAT, { headers, body });
    }
  });

  test.each<[string, string]>([
    ["a depth of 10,000", `{"messages":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
    ["no number", '{"messages":[],"temperature":NaN}'],
    ["UTF-16", Buffer.from(JSON.stringify(HELLO), "utf16le").toString("latin1")],
    ["a comment", '{"messages":[]/* */}'],
    ["two values", `${JSON.stringify(HELLO)}{}`],
    ["an array", "[]"],
    ["nothing", ""],
  ])("T-149 what is not a plain JSON object is refused: %s", (_what, body) => refused(R400, body));

  test("T-152 guessing from one address ends soon", async () => {
    const guess = (refusal: Refusal): Promise<string> =>
      expectRefused(environment, refusal, chat("devices"), { body: HELLO });
    for (let call = 0; call < 40; call++) {
      await guess(R401);
    }
    await guess(R429);
  });
});

test("T-150 who sends a request byte by byte, or never ends it, is let go", () => {
  const timeouts = { headersTimeoutMs: 200, requestTimeoutMs: 400, checkIntervalMs: 50 };
  return runIn(SimulatedEnvironment.start("test", undefined, timeouts), async (environment) => {
    const { authorization } = await environment.bearer(OKTA);
    const head = `POST ${CHAT} HTTP/1.1\nHost: {host}\nAuthorization: ${authorization}\n`;
    const unfinished = [head, `${head}Content-Type: application/json\nContent-Length: 900\n\n{"messages":[`];
    for (const request of unfinished) {
      expect([undefined, 408]).toContain(await rawRequest(environment, request));
    }
    expect(environment.accountRequests()).toEqual([]);
  });
});

test("T-134 what a client uses of one API it still has on another", () => {
  const starting = ChangedEnvironment.ofApiAlone("test", "assistant", {}, "second").simulate();
  return runIn(starting, async (environment) => {
    const headers = await environment.bearer(OKTA);
    const others = await environment.bearer(OKTA, { uid: "00u1joe" });
    for (let call = 0; call < 60; call++) {
      await expectRefused(environment, R400, CHAT, {
        headers: call % 2 === 0 ? headers : others,
        body: TOO_MANY_CHOICES,
      });
    }
    await expectRefused(environment, R429, CHAT, { headers, body: HELLO });
    const other = environment.simulation.call(chat("second"), { headers, body: HELLO });
    expect(await statusOf(other)).toBe(200);
  });
});

test("T-137 the smallest limit counts: one of tokens that is below what may be reserved", () => {
  const starting = ChangedEnvironment.ofApiAlone("test", "assistant", {
    tokensPerMinute: 10_000,
    reservedTokensPerMinute: 100_000,
    tokensPerMinutePerUser: 10_000,
  }).simulate();
  return runIn(starting, async (environment) => {
    const headers = await environment.bearer(OKTA);
    for (const tokens of [12_000, 10_100]) {
      const response = await environment.simulation.call(CHAT, { headers, body: words(tokens) });
      const { error } = (await response.json()) as { error: Record<string, string> };
      expect([tokens, response.status, error.message]).toEqual([
        tokens,
        400,
        expect.stringMatching(/waiting does not help: 10000 tokens\.$/),
      ]);
      expect(response.headers).not.toHaveProperty("retry-after");
    }
    expect(environment.accountRequests()).toEqual([]);
  });
});

test.each([
  ["share", false],
  ["whole", true],
] as const)(
  "T-251 who gets its limit in each of two regions may take twice of it: %s",
  (limitsPerRegion, warns) => {
    const stack = new GatewayStack();
    const gateway = stack.gateway({
      sku: GatewaySku.premium(1),
      additionalLocations: [{ location: "swedencentral" }],
      limitsPerRegion,
    });
    // The deployment has 50,000 tokens per minute.
    stack.api(gateway, { tokensPerMinute: 30_000 });
    stack.synthesize();
    const warnings = gateway.node.metadata.map(({ data }) => String(data));
    expect(warnings.some((text) => text.startsWith("clients may take 60000 tokens per minute"))).toBe(warns);
  },
);

describe("quotas and concurrency", () => {
  test("T-136 a month's quota ends before the month", () =>
    runIn(SimulatedEnvironment.start("dev"), async (environment) => {
      const headers = environment.key("assistant-claims");
      let answered = 0;
      let status = 200;
      while (status === 200 && answered < 60) {
        environment.clock.advance(61_000);
        status = await statusOf(environment.simulation.call(CHAT, { headers, body: words(9_900) }));
        answered += status === 200 ? 1 : 0;
      }
      environment.clock.advance(61_000);
      expect(answered * 9_900).toBeLessThanOrEqual(500_000);
      expect(answered * 9_900).toBeGreaterThan(470_000);
      await expectRefused(environment, R403Q, CHAT, { headers, body: words(9_900) });
    }));

  test("T-132 both keys of a client spend the same requests", () =>
    runIn(SimulatedEnvironment.start("dev"), async (environment) => {
      for (let call = 0; call < 60; call++) {
        const headers = environment.key("assistant-claims", call % 2 === 0 ? "primary" : "secondary");
        await expectRefused(environment, R400, CHAT, { headers, body: TOO_MANY_CHOICES });
      }
      for (const which of ["primary", "secondary"] as const) {
        const headers = environment.key("assistant-claims", which);
        await expectRefused(environment, R429, CHAT, { headers, body: HELLO });
      }
    }));

  test("T-133 callers without a subscription are counted, too", () =>
    runIn(SimulatedEnvironment.start("dev"), async (environment) => {
      const headers = await environment.bearer(personOfDev(environment));
      const others = await environment.bearer(personOfDev(environment), {
        oid: "99999999-0000-4000-8000-000000000002",
      });
      expect(await statusOf(environment.simulation.call(CHAT, { headers, body: HELLO }))).toBe(200);
      for (let call = 1; call < 120; call++) {
        await expectRefused(environment, R400, CHAT, {
          headers: call % 2 === 0 ? headers : others,
          body: TOO_MANY_CHOICES,
        });
      }
      await expectRefused(environment, R429, CHAT, { headers, body: HELLO });
    }));
});

describe("retries", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const ask = async (target = CHAT, caller = CLAIMS, body: object = HELLO) =>
    environment.simulation.call(target, { headers: await environment.bearer(caller), body: { ...body } });

  test("T-138 a client has at most a hundred requests at once", async () => {
    for (const account of environment.accounts) {
      account.slow(1_000);
    }
    const headers = await environment.bearer(CLAIMS);
    const statuses: number[] = [];
    let tenRefused: () => void = () => undefined;
    const refusedFirst = new Promise<void>((resolve) => (tenRefused = resolve));
    const all = Array.from({ length: 110 }, () =>
      statusOf(
        environment.simulation.call(CHAT, { headers, body: { ...HELLO, max_completion_tokens: 5 } }),
      ).then((status) => {
        statuses.push(status);
        if (statuses.length === 10) {
          tenRefused();
        }
      }),
    );
    await refusedFirst;
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 429));
    await environment.passTimeUntil(Promise.all(all));
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
  });

  test("T-153 throttled everywhere: each account is asked once at most, and the client is told when to come back", async () => {
    for (const account of environment.accounts) {
      account.fail({ status: 429, retryAfterSeconds: 30 });
    }
    const response = await environment.passTimeUntil(ask());
    const { headers } = response;
    await expectRefusal(response, R429);
    expect(Number(headers["retry-after"])).toBeGreaterThanOrEqual(1);
    for (const account of environment.accounts) {
      expect(account.requests.length).toBeLessThanOrEqual(1);
    }
  });

  test("T-154 T-157 who comes back too soon is refused without a call to any account", async () => {
    for (const account of environment.accounts) {
      account.fail({ status: 429, retryAfterSeconds: 30 });
    }
    for (let call = 0; call < 3; call++) {
      await statusOf(environment.passTimeUntil(ask()));
    }
    const before = environment.accountRequests().length;
    await expectRefusal(await environment.passTimeUntil(ask()), R503);
    expect(environment.accountRequests()).toHaveLength(before);
  });

  test("T-157 an account that is down is left alone until its time is over", async () => {
    for (const account of environment.accounts) {
      account.fail({ down: true });
    }
    for (let call = 0; call < 3; call++) {
      await statusOf(environment.passTimeUntil(ask()));
    }
    const before = environment.accountRequests().length;
    await expectRefusal(await environment.passTimeUntil(ask()), R503);
    expect(environment.accountRequests()).toHaveLength(before);
    for (const account of environment.accounts) {
      account.recover();
    }
    environment.clock.advance(11_000);
    expect(await statusOf(ask())).toBe(200);
  });

  test("T-155 nothing is asked twice once an answer has begun", async () => {
    environment.account("ptu").fail({ dropAfterEvents: 1 });
    const response = await ask(CHAT, CLAIMS, { ...HELLO, stream: true });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(environment.accountRequests()).toHaveLength(1);
  });

  test.each([400, 401, 403, 404])("T-156 an answer %d is asked for once", async (status) => {
    for (const account of environment.accounts) {
      account.fail({ status });
    }
    await statusOf(ask());
    expect(environment.accountRequests()).toHaveLength(1);
  });

  test("T-158 a model of one region is asked for in no other", async () => {
    environment.account("swedencentral").fail({ status: 500 });
    const target = "/assistant/openai/deployments/images/images/generations?api-version=2024-10-21";
    const scp = "Models.Invoke Images.Generate";
    const headers = await environment.bearer(MARKETING, { scp });
    const response = await environment.passTimeUntil(
      environment.simulation.call(target, { headers, body: { prompt: "MARKER-prompt", size: "1024x1024" } }),
    );
    await expectRefusal(response, R502);
    expect(environment.account("westeurope-payg").requests).toEqual([]);
    expect(environment.account("ptu").requests).toEqual([]);
  });
});

import { PolicyGateway, problemsOf } from "../../support/policy-gateway";
import { FixedBackend } from "../../support/running-gateway";

const perMinute = (tokens: number, attributes = `estimate-prompt-tokens="false"`): string =>
  `<llm-token-limit counter-key="all" tokens-per-minute="${tokens}" ${attributes} />`;

const USAGE = { prompt_tokens: 40, completion_tokens: 60, total_tokens: 100 };
const JSON_HEADERS = { "content-type": "application/json" };
const completion = (): FixedBackend => new FixedBackend(200, JSON.stringify({ usage: USAGE }), JSON_HEADERS);
const eventStream = (...events: readonly object[]): FixedBackend => {
  const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  return new FixedBackend(200, `${body}data: [DONE]\n\n`, { "content-type": "text/event-stream" });
};

const prompt = (text: string, more: object = {}): { method: string; body: string } => ({
  method: "POST",
  body: JSON.stringify({ messages: [{ role: "user", content: text }], ...more }),
});

describe("llm-token-limit", () => {
  it("lets the call pass that overshoots, and refuses the next with 429", async () => {
    const gateway = await PolicyGateway.start({ inbound: perMinute(50), answers: completion() });
    expect((await gateway.call(prompt("hi"))).status).toBe(200);
    gateway.running.clock.advance(35_000);
    const { status, headers, text } = await gateway.call(prompt("hi"));
    expect([status, headers["retry-after"], JSON.parse(text)]).toEqual([
      429,
      ["25"],
      { statusCode: 429, message: "Token limit is exceeded. Try again in 25 seconds." },
    ]);
    expect(gateway.backend.requests).toHaveLength(1);
  });

  it("slides with the minute", async () => {
    const gateway = await PolicyGateway.start({ inbound: perMinute(100), answers: completion() });
    await gateway.call(prompt("hi"));
    gateway.running.clock.advance(60_000);
    expect((await gateway.call(prompt("hi"))).status).toBe(200);
  });

  it("in a v2 tier makes a deep overshoot wait longer than a minute", async () => {
    const gateway = await PolicyGateway.start({
      inbound: perMinute(20),
      answers: completion(),
      model: { tier: "StandardV2" },
    });
    await gateway.call(prompt("hi"));
    expect((await gateway.call(prompt("hi"))).headers["retry-after"]).toEqual(["243"]);
  });

  it("refuses a prompt that does not fit up front when estimating", async () => {
    const inbound = perMinute(20, `estimate-prompt-tokens="true"`);
    const gateway = await PolicyGateway.start({ inbound, answers: completion() });
    const { status, headers, text } = await gateway.call(prompt("word ".repeat(50)));
    expect([status, headers["retry-after"], JSON.parse(text), gateway.backend.requests.length]).toEqual([
      429,
      undefined,
      { statusCode: 429, message: "Token limit is exceeded." },
      0,
    ]);
  });

  it("estimates the prompt of a stream whatever the attribute says", async () => {
    const gateway = await PolicyGateway.start({ inbound: perMinute(20), answers: completion() });
    expect((await gateway.call(prompt("word ".repeat(50), { stream: true }))).status).toBe(429);
  });

  it("counts an image as 1200 tokens when estimating", async () => {
    const inbound = perMinute(1200, `estimate-prompt-tokens="true"`);
    const gateway = await PolicyGateway.start({ inbound, answers: completion() });
    const content = [{ type: "image_url", image_url: { url: "https://image.example" } }];
    const body = JSON.stringify({ messages: [{ role: "user", content }] });
    expect((await gateway.call({ method: "POST", body })).status).toBe(429);
  });

  it("charges a stream with its usage event", async () => {
    const gateway = await PolicyGateway.start({
      inbound: perMinute(100),
      answers: eventStream({ choices: [] }, { choices: [], usage: USAGE }),
    });
    expect(await gateway.statuses(2, prompt("hi", { stream: true }))).toEqual([200, 429]);
  });

  it("charges a stream without usage with an estimate of prompt and completion", async () => {
    const text = "word ".repeat(200);
    const gateway = await PolicyGateway.start({
      inbound: perMinute(150),
      answers: eventStream({ choices: [{ delta: { content: text } }] }),
    });
    expect(await gateway.statuses(2, prompt("hi", { stream: true }))).toEqual([200, 429]);
  });

  it("charges a client that breaks off a stream for what had come", async () => {
    const gateway = await PolicyGateway.start({
      inbound: perMinute(10),
      answers: eventStream({ choices: [{ delta: { content: "some words of an answer" } }] }),
    });
    const answer = await gateway.running.open("/api/ping", prompt("hi", { stream: true }));
    expect(answer.status).toBe(200);
    for await (const chunk of answer.body) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect((await gateway.call(prompt("hi"))).status).toBe(429);
  });

  it("charges nothing for a call that fails", async () => {
    const answers = new FixedBackend(500, JSON.stringify({ usage: USAGE }), JSON_HEADERS);
    const gateway = await PolicyGateway.start({ inbound: perMinute(50), answers });
    expect(await gateway.statuses(2, prompt("hi"))).toEqual([500, 500]);
  });

  it("reports what was used and what is left in headers", async () => {
    const attributes = `estimate-prompt-tokens="false" tokens-consumed-header-name="x-used"
      remaining-tokens-header-name="x-left"`;
    const gateway = await PolicyGateway.start({ inbound: perMinute(300, attributes), answers: completion() });
    expect((await gateway.call(prompt("hi"))).headers).toMatchObject({
      "x-used": ["100"],
      "x-left": ["200"],
    });
  });

  it("gives variables the estimate before the call and the usage in outbound", async () => {
    const attributes = `estimate-prompt-tokens="true" tokens-consumed-variable-name="used"`;
    const show = (name: string): string =>
      `<set-header name="${name}"><value>@(context.Variables["used"].ToString())</value></set-header>`;
    const gateway = await PolicyGateway.start({
      inbound: perMinute(300, attributes) + show("x-estimate"),
      outbound: show("x-used"),
      answers: completion(),
    });
    const { headers } = await gateway.call(prompt("hello world"));
    expect([gateway.forwardedHeaders["x-estimate"], headers["x-used"]]).toEqual([["8"], ["100"]]);
  });

  it("shows the tokens consumed in the trace of its own step", async () => {
    const gateway = await PolicyGateway.start({ inbound: perMinute(300), answers: completion() });
    await gateway.call(prompt("hi"));
    const steps = gateway.running.sinks.traces[0]?.steps ?? [];
    const step = steps.find(({ element }) => element === "llm-token-limit");
    expect(step?.detail).toMatchObject({ consumedTokens: 100 });
  });

  describe("token-quota", () => {
    const quota = `<llm-token-limit counter-key="all" token-quota="150" token-quota-period="Hourly"
      estimate-prompt-tokens="false" remaining-quota-tokens-header-name="x-left" />`;

    it("answers 403 when the period's tokens are used up", async () => {
      const gateway = await PolicyGateway.start({ inbound: quota, answers: completion() });
      const { headers } = await gateway.call(prompt("hi"));
      await gateway.call(prompt("hi"));
      gateway.running.clock.advance(38 * 60_000 + 27_000);
      const refused = await gateway.call(prompt("hi"));
      expect([
        headers["x-left"],
        refused.status,
        refused.headers["retry-after"],
        JSON.parse(refused.text),
      ]).toEqual([
        ["50"],
        403,
        ["1293"],
        { statusCode: 403, message: "Token quota is exceeded. Try again in 21 minutes and 33 seconds." },
      ]);
    });

    it("begins anew with the UTC hour", async () => {
      const gateway = await PolicyGateway.start({ inbound: quota, answers: completion() });
      await gateway.statuses(2, prompt("hi"));
      gateway.running.clock.advance(3_600_000);
      expect((await gateway.call(prompt("hi"))).status).toBe(200);
    });
  });

  it("shares its counter with azure-openai-token-limit", async () => {
    const other = `<azure-openai-token-limit counter-key="all" tokens-per-minute="150" estimate-prompt-tokens="false" />`;
    const gateway = await PolicyGateway.start({ inbound: perMinute(150) + other, answers: completion() });
    expect(await gateway.statuses(2, prompt("hi"))).toEqual([200, 429]);
  });

  it.each<[string, string, string]>([
    [
      "no limit",
      `<llm-token-limit counter-key="k" estimate-prompt-tokens="true" />`,
      "needs 'tokens-per-minute'",
    ],
    [
      "a quota without a period",
      `<llm-token-limit counter-key="k" token-quota="5" estimate-prompt-tokens="true" />`,
      "together",
    ],
    [
      "no word about estimates",
      `<llm-token-limit counter-key="k" tokens-per-minute="5" />`,
      "needs attribute 'estimate-prompt-tokens'",
    ],
    [
      "the toolkit's misspelling",
      perMinute(5, `estimate-prompt-tokens="true" estimate-prompt-token="true"`),
      "has no attribute 'estimate-prompt-token'",
    ],
    [
      "a computed quota in the azure-openai form",
      `<azure-openai-token-limit counter-key="k" token-quota="@(5)" token-quota-period="Daily" estimate-prompt-tokens="true" />`,
      "takes no policy expression",
    ],
  ])("refuses %s at load", async (_, inbound, problem) => {
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining(problem)]);
  });

  it("is refused in the Consumption tier", async () => {
    expect(await problemsOf({ inbound: perMinute(5), model: { tier: "Consumption" } })).toHaveLength(1);
  });
});

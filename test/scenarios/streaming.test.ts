import { OKTA } from "../support/callers";
import { chat, HELLO, SimulatedEnvironment } from "../support/simulation";

const CHAT = chat("assistant");
const STREAM = { ...HELLO, stream: true };

describe("streaming", () => {
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

  const ask = (body: object = STREAM, signal?: AbortSignal) =>
    environment.simulation.call(CHAT, { headers, body: { ...body }, signal });

  test("the first event arrives while the account still writes", async () => {
    for (const account of environment.accounts) {
      account.slow(0, 1_000);
    }
    const response = await environment.passTimeUntil(ask());
    const chunks = response.body[Symbol.asyncIterator]();
    const first = await environment.passTimeUntil(chunks.next());
    expect(Buffer.from(first.value as Uint8Array).toString()).toMatch(/^data: \{/);
    expect(environment.simulation.traces).toEqual([]);
    await environment.passTimeUntil(drain(chunks));
  });

  test("a stream arrives whole, event by event, as server-sent events", async () => {
    const response = await ask();
    expect(response.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    const events = (await response.text()).trimEnd().split("\n\n");
    expect(events.at(-1)).toBe("data: [DONE]");
    const text = events
      .slice(0, -1)
      .map(
        (event) =>
          JSON.parse(event.slice("data: ".length)) as { choices: { delta?: { content?: string } }[] },
      )
      .map(({ choices }) => choices[0]?.delta?.content ?? "")
      .join("");
    expect(text).toMatch(/^Simulated answer [0-9a-f]{8} to: MARKER-prompt: hello$/);
  });

  test("a caller that leaves ends the account's work", async () => {
    for (const account of environment.accounts) {
      account.slow(0, 1_000);
    }
    const abort = new AbortController();
    const response = await environment.passTimeUntil(ask(STREAM, abort.signal));
    const chunks = response.body[Symbol.asyncIterator]();
    await environment.passTimeUntil(chunks.next());
    abort.abort();
    await expect(environment.passTimeUntil(drain(chunks))).rejects.toThrow();
    await environment.passTimeUntil(
      until(() => environment.accountRequests().some(({ aborted }) => aborted)),
    );
    expect(environment.simulation.traces.at(-1)?.outcome).toBe("clientDisconnected");
  });

  test("tokens of a streamed answer are measured, by client and deployment", async () => {
    await (await ask()).text();
    const { metrics } = environment.simulation;
    const dimensions = {
      API: "assistant",
      Operation: "chat-completions-create",
      Client: "okta/0oa1webapp",
      Deployment: "chat",
      Tokens: "estimated",
    };
    expect(metrics.map((metric) => [metric.name, metric.dimensions])).toEqual([
      ["Total Tokens", dimensions],
      ["Prompt Tokens", dimensions],
      ["Completion Tokens", dimensions],
    ]);
    const [total, prompt, completion] = metrics.map(({ value }) => value);
    const [seen] = environment.accountRequests();
    expect(completion).toBe(seen?.completionTokens);
    expect(total).toBe((prompt ?? 0) + (completion ?? 0));
  });

  async function drain(chunks: AsyncIterator<Uint8Array>): Promise<void> {
    let chunk = await chunks.next();
    while (chunk.done !== true) {
      chunk = await chunks.next();
    }
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise(setImmediate);
    }
  }
});

import { request } from "undici";
import type { AccessReport } from "../../../simulator";
import { RunningPage } from "./running-page";

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

describe("SimulatorPage", () => {
  let page: RunningPage;

  beforeAll(async () => {
    page = await RunningPage.start();
  });

  afterAll(() => page.simulation.close());

  async function ask(
    path: string,
    options: {
      readonly method?: string;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    } = {},
  ): Promise<Answer> {
    const { method = "GET", headers, body } = options;
    const response = await request(`${page.url}${path}`, { method: method as "GET", headers, body });
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  }

  function post(call: object, headers: Record<string, string> = {}): Promise<Answer> {
    const body = JSON.stringify(call);
    return ask("/calls", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  }

  const call = { gateway: "apim-x", api: "api", caller: 0, method: "GET", target: "/api/ping", body: "" };

  it.each(["", "/"])("serves the page at its path, followed by '%s'", async (end) => {
    expect(await ask(end)).toMatchObject({
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
    });
  });

  it("lets nothing but the page's own files run", async () => {
    const { headers } = await ask("");
    expect(headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
  });

  it.each(["/../../package.json", "/%2e%2e/page-json.ts", "/assets/page.js", "/page.ts"])(
    "serves no other file: %s",
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it("is not part of a gateway's API space", async () => {
    const response = await page.simulation.call("/_simulator");
    expect(response.status).toBe(404);
    await response.text();
  });

  it("does not exist under a name that is not loopback's", async () => {
    await expect(ask("", { headers: { host: "rebinding.example" } })).rejects.toThrow();
  });

  it.each([
    ["of another site", { "sec-fetch-site": "cross-site" }],
    ["of another origin", { origin: "https://evil.example" }],
    ["of a sandboxed frame", { origin: "null" }],
  ])("refuses a page %s", async (_, headers) => {
    expect((await ask("/stack.json", { headers })).status).toBe(403);
    expect((await post(call, headers)).status).toBe(403);
  });

  it("describes gateways, APIs and callers, without their credentials", async () => {
    const { text } = await ask("/stack.json");
    const stack = JSON.parse(text) as {
      gateways: readonly { apis: readonly { calls: readonly object[] }[] }[];
    };
    expect(stack.gateways[0]?.apis[0]?.calls).toMatchObject([
      { label: "claims: key of subscription claims" },
      { label: "search: key of subscription search" },
      { label: "a key that the gateway never gave out" },
      { label: "no credential" },
    ]);
    expect(text).not.toContain(page.simulation.subscriptionKey("claims"));
  });

  it("gives the effective policy with the scope of each element", async () => {
    const { text } = await ask("/policy.json?gateway=apim-x&api=api&operation=operation-0&product=");
    const { inbound } = JSON.parse(text) as { inbound: readonly { name: string; scope: string }[] };
    expect(inbound.map(({ name, scope }) => `${scope} ${name}`)).toEqual([
      "global set-variable",
      "api set-variable",
      "api return-response",
    ]);
  });

  it.each([
    "gateway=x&api=api",
    "gateway=apim-x&api=x",
    "gateway=apim-x&api=api&operation=x",
    "gateway=apim-x&api=api&product=x",
  ])("has no policy of a scope that does not exist: %s", async (query) => {
    expect((await ask(`/policy.json?${query}`)).status).toBe(404);
  });

  it("calls the gateway as the chosen caller and names the request", async () => {
    const answer = JSON.parse((await post({ ...call, caller: 1 })).text) as {
      status: number;
      requestId: string;
    };
    expect(answer.status).toBe(200);
    const trace = page.simulation.traces.find(({ requestId }) => requestId === answer.requestId);
    expect(trace).toMatchObject({ path: "/api/ping", subscription: "search" });
  });

  it("calls with a spoiled credential as well", async () => {
    expect(JSON.parse((await post({ ...call, caller: 2 })).text)).toMatchObject({ status: 401 });
  });

  it.each([
    ["an unknown caller", { ...call, caller: 9 }],
    ["an unknown API", { ...call, api: "x" }],
    ["another server", { ...call, target: "https://example.com/" }],
    ["a target that splits the request", { ...call, target: "/a b" }],
    ["no method", { ...call, method: "GET\r\n" }],
    ["nothing", {}],
  ])("refuses a call of %s with 400", async (_, wrong) => {
    expect((await post(wrong)).status).toBe(400);
  });

  it("gives the same call for a shell", async () => {
    expect(JSON.parse((await post(call)).text)).toMatchObject({ curl: "curl -X GET /api/ping" });
  });

  it("says who may call what, and which request showed it", async () => {
    const { text } = await ask("/access.json");
    const report = JSON.parse(text) as AccessReport;
    const way = report.apis[0]?.ways[0];
    expect(way?.callers.map(({ client, alike }) => [client, ...alike.map((each) => each.client)])).toEqual([
      ["claims", "search"],
    ]);
    const fact = { gateway: "apim-x", api: "api", way: "subscription key", client: "claims" };
    const shown = async (topic: string, subject: string): Promise<unknown> =>
      JSON.parse(
        (await ask(`/access-request.json?${new URLSearchParams({ ...fact, topic, subject }).toString()}`))
          .text,
      );
    const operation = way?.callers[0]?.facts.find(({ topic }) => topic === "call")?.subject ?? "";
    expect(await shown("call", operation)).toMatchObject([{ status: 200, caller: { client: "claims" } }]);
    expect(await shown("impostor", "key that nobody has")).toMatchObject([{ status: 401 }]);
    expect(await shown("call", "chat on nothing")).toEqual([]);
  });

  it("counts what runs, and says what tests never ran", async () => {
    await page.call("/api/ping");
    const { text } = await ask("/policy.json?gateway=apim-x&api=api&operation=&product=");
    const { inbound } = JSON.parse(text) as { inbound: readonly { count: number; tested?: number }[] };
    expect(inbound[0]?.count).toBeGreaterThan(0);
    expect(inbound.map(({ tested }) => tested)).toContain(0);
  });

  describe("controls", () => {
    const change = (control: object): Promise<Answer> =>
      ask("/controls", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(control),
      });

    it("suspend a subscription, and let it in again", async () => {
      const control = { kind: "subscription", name: "search" };
      await change({ ...control, action: "suspend" });
      expect(JSON.parse((await ask("/clients.json")).text)).toMatchObject({
        subscriptions: [
          { id: "claims", state: "active" },
          { id: "search", state: "suspended" },
        ],
      });
      expect(await page.call("/api/ping", "search")).toBe(401);
      await change({ ...control, action: "activate" });
      expect(await page.call("/api/ping", "search")).toBe(200);
    });

    it("replace a key", async () => {
      const before = page.simulation.subscriptionKey("claims");
      await change({ kind: "subscription", name: "claims", action: "rotate" });
      expect(page.simulation.subscriptionKey("claims")).not.toBe(before);
    });

    it("move the clock on", async () => {
      const before = page.simulation.clock.now();
      await change({ kind: "clock", seconds: 3_600 });
      expect(page.simulation.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
    });

    it.each([
      ["a clock that goes back", { kind: "clock", seconds: -1 }],
      ["an unknown account", { kind: "account", name: "x", action: "fail" }],
      ["an unknown action", { kind: "subscription", name: "claims", action: "toString" }],
      ["nothing", {}],
    ])("refuse %s with 400", async (_, control) => {
      expect((await change(control)).status).toBe(400);
    });
  });

  it("lists who has called, with answers by status", async () => {
    page.simulation.clearRecords();
    await page.call("/api/ping", "search");
    await page.call("/api/ping", "search");
    expect(JSON.parse((await ask("/clients.json")).text)).toMatchObject({
      clients: [{ client: "search", requests: 2, statuses: [["200", 2]], limits: [] }],
    });
  });

  it("takes calls as JSON only, which no form of another site can send", async () => {
    const headers = { "content-type": "text/plain" };
    expect((await ask("/calls", { method: "POST", headers, body: JSON.stringify(call) })).status).toBe(405);
  });

  it("serves no more than twenty pages at the same time, and the next when one closes", async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => request(`${page.url}/events`)));
    expect((await ask("/events")).status).toBe(503);
    opened.forEach(({ body }) => body.destroy());
    let status = 503;
    while (status === 503) {
      const { statusCode, body } = await request(`${page.url}/events`);
      status = statusCode;
      body.destroy();
    }
    expect(status).toBe(200);
  });

  it("streams the requests so far and each one as it ends", async () => {
    page.simulation.clearRecords();
    await page.call("/api/ping?before");
    const { body } = await request(`${page.url}/events`);
    const stream = body.setEncoding("utf8")[Symbol.asyncIterator]() as AsyncIterator<string>;
    let text = "";
    const until = async (count: number): Promise<void> => {
      while (text.split("event: request").length - 1 < count || !text.endsWith("\n\n")) {
        text += (await stream.next()).value as string;
      }
    };
    await until(1);
    await page.call("/api/ping?after", "search");
    await until(2);
    body.destroy();
    const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data) as object);
    expect(events).toMatchObject([{ caller: { client: "claims" } }, { caller: { client: "search" } }]);
  });
});

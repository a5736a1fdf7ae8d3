import { PolicyGateway, problemsOf } from "../../support/policy-gateway";
import { FixedBackend } from "../../support/running-gateway";

const limit = (attributes: string): string =>
  `<rate-limit-by-key calls="2" renewal-period="60" ${attributes} />`;

describe("rate-limit-by-key", () => {
  it("refuses the call after the last with 429 and Retry-After", async () => {
    const gateway = await PolicyGateway.start({ inbound: limit(`counter-key="all"`) });
    await gateway.statuses(2);
    const { status, headers } = await gateway.call();
    expect([status, headers["retry-after"]]).toEqual([429, ["60"]]);
    expect(gateway.lastError).toMatchObject({ source: "rate-limit-by-key", reason: "RateLimitExceeded" });
  });

  it("does not count what it refuses", async () => {
    const gateway = await PolicyGateway.start({ inbound: limit(`counter-key="all"`) });
    await gateway.statuses(5);
    gateway.running.clock.advance(60_000);
    expect(await gateway.statuses(3)).toEqual([200, 200, 429]);
  });

  it("counts each value of the key for itself", async () => {
    const key = `counter-key="@(context.Request.Headers.GetValueOrDefault(&quot;x-client&quot;, &quot;none&quot;))"`;
    const gateway = await PolicyGateway.start({ inbound: limit(key) });
    const client = (name: string): { headers: Record<string, string> } => ({ headers: { "x-client": name } });
    const statuses = [await gateway.statuses(3, client("a")), await gateway.statuses(3, client("b"))];
    expect(statuses).toEqual([
      [200, 200, 429],
      [200, 200, 429],
    ]);
  });

  it("shares one counter between policies that use the same key", async () => {
    const twice = limit(`counter-key="all"`) + limit(`counter-key="all"`);
    const gateway = await PolicyGateway.start({ inbound: twice });
    expect(await gateway.statuses(2)).toEqual([200, 429]);
  });

  it("takes increment-count for each call", async () => {
    const gateway = await PolicyGateway.start({ inbound: limit(`counter-key="all" increment-count="2"`) });
    expect(await gateway.statuses(2)).toEqual([200, 429]);
  });

  it("evaluates an increment condition after outbound, so that the next call notices", async () => {
    const condition = `increment-condition="@(context.Response.StatusCode == 404)"`;
    const gateway = await PolicyGateway.start({
      inbound: limit(`counter-key="all" ${condition}`),
      answers: new FixedBackend(404),
    });
    expect(await gateway.statuses(3)).toEqual([404, 404, 429]);
  });

  it("does not count calls that miss the condition", async () => {
    const condition = `increment-condition="@(context.Response.StatusCode == 404)"`;
    const gateway = await PolicyGateway.start({ inbound: limit(`counter-key="all" ${condition}`) });
    expect(await gateway.statuses(4)).toEqual([200, 200, 200, 200]);
  });

  it("fails a request whose key is empty, rather than count it with strangers or not at all", async () => {
    const gateway = await PolicyGateway.start({ inbound: limit(`counter-key="@(&quot;&quot;)"`) });
    expect([(await gateway.call()).status, gateway.backend.requests.length]).toEqual([500, 0]);
  });

  it.each([
    ["an empty key", { inbound: limit(`counter-key=""`) }, "is empty"],
    ["a missing key", { inbound: limit("") }, "needs attribute 'counter-key'"],
    [
      "the Consumption tier",
      { inbound: limit(`counter-key="k"`), model: { tier: "Consumption" } as const },
      "onsumption",
    ],
  ])("refuses %s at load", async (_, surroundings, problem) => {
    expect(await problemsOf(surroundings)).toEqual([expect.stringContaining(problem)]);
  });
});

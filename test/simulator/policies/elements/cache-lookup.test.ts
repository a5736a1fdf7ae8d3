import { PolicyGateway, type PolicySurroundings, problemsOf } from "../../support/policy-gateway";

const lookup = (attributes = "", children = ""): string =>
  `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" ${attributes}>${children}</cache-lookup>`;
const STORE = `<cache-store duration="60" />`;

const start = (surroundings: PolicySurroundings = {}): Promise<PolicyGateway> =>
  PolicyGateway.start({ inbound: lookup(), outbound: STORE, ...surroundings });

async function backendCalls(gateway: PolicyGateway, ...targets: readonly string[]): Promise<number> {
  for (const target of targets) {
    await gateway.call({}, target);
  }
  return gateway.backend.requests.length;
}

describe("cache-lookup and cache-store", () => {
  it("answer a second GET without the backend", async () => {
    const gateway = await start();
    await gateway.call();
    const { status, text } = await gateway.call();
    expect([status, text, gateway.backend.requests.length]).toEqual([200, "from the backend", 1]);
  });

  it("forget after the duration", async () => {
    const gateway = await start();
    await gateway.call();
    gateway.running.clock.advance(60_000);
    expect(await backendCalls(gateway, "/api/ping")).toBe(2);
  });

  it("keep POST away from the cache", async () => {
    const gateway = await start();
    await gateway.statuses(2, { method: "POST", body: "x" });
    expect(gateway.backend.requests).toHaveLength(2);
  });

  it("keep requests with Authorization away from the cache", async () => {
    const gateway = await start();
    await gateway.statuses(2, { headers: { Authorization: "Bearer a" } });
    expect(gateway.backend.requests).toHaveLength(2);
  });

  it("serve one caller's answer to another when private responses may be cached: it is the policy's choice", async () => {
    const gateway = await start({ inbound: lookup(`allow-private-response-caching="true"`) });
    await gateway.call({ headers: { Authorization: "Bearer a" } });
    await gateway.call({ headers: { Authorization: "Bearer b" } });
    expect(gateway.backend.requests).toHaveLength(1);
  });

  it("tell callers apart by a vary-by header", async () => {
    const inbound = lookup(
      `allow-private-response-caching="true"`,
      "<vary-by-header>Authorization</vary-by-header>",
    );
    const gateway = await start({ inbound });
    await gateway.call({ headers: { Authorization: "Bearer a" } });
    await gateway.call({ headers: { Authorization: "Bearer b" } });
    expect(gateway.backend.requests).toHaveLength(2);
  });

  it("tell queries apart, whatever the order of their parameters", async () => {
    const calls = await backendCalls(
      await start(),
      "/api/ping?a=1&b=2",
      "/api/ping?b=2&a=1",
      "/api/ping?a=2&b=2",
    );
    expect(calls).toBe(2);
  });

  it("look at the parameters named only", async () => {
    const inbound = lookup("", "<vary-by-query-parameter>a;b</vary-by-query-parameter>");
    const gateway = await start({ inbound });
    expect(await backendCalls(gateway, "/api/ping?a=1&c=1", "/api/ping?a=1&c=2", "/api/ping?a=2")).toBe(2);
  });

  it("do not keep errors", async () => {
    const gateway = await start();
    gateway.backend.status = 500;
    await gateway.call();
    gateway.backend.status = 200;
    expect((await gateway.call()).status).toBe(200);
  });

  it("do nothing in Consumption, which has no cache of its own", async () => {
    const gateway = await start({ model: { tier: "Consumption" } });
    expect(await backendCalls(gateway, "/api/ping", "/api/ping")).toBe(2);
  });

  it.each<[string, PolicySurroundings, string]>([
    ["a lookup in outbound", { outbound: lookup() }, "outbound"],
    ["two lookups in a section", { inbound: lookup() + lookup() }, "once"],
    ["downstream caching", { inbound: lookup(`downstream-caching-type="public"`) }, "not simulated"],
    ["a store without a duration", { outbound: "<cache-store />" }, "needs attribute 'duration'"],
  ])("refuse %s at load", async (_, surroundings, problem) => {
    expect(await problemsOf(surroundings)).toEqual([expect.stringContaining(problem)]);
  });
});

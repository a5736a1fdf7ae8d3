import { PolicyGateway, type PolicySurroundings } from "../../support/policy-gateway";

const store = (attributes = ""): string =>
  `<cache-store-value key="k" value="cached" duration="60" ${attributes} />`;
const lookup = (attributes = ""): string =>
  `<cache-lookup-value key="k" variable-name="found" ${attributes} />`;
const SHOW = `<set-header name="x-found"><value>@(context.Variables.ContainsKey("found") ? (string)context.Variables["found"] : "not set")</value></set-header>`;

async function found(inbound: string, surroundings: PolicySurroundings = {}): Promise<unknown> {
  const gateway = await PolicyGateway.start({ inbound: inbound + SHOW, ...surroundings });
  await gateway.call();
  return gateway.forwardedHeaders["x-found"]?.[0];
}

const EXTERNAL_CACHES = [
  { address: "azurerm_api_management_redis_cache.cache", name: "cache", location: "default" },
];

describe("cache-lookup-value, cache-store-value and cache-remove-value", () => {
  it("find what was stored", async () => {
    expect(await found(store() + lookup())).toBe("cached");
  });

  it("do not set the variable on a miss", async () => {
    expect(await found(lookup())).toBe("not set");
  });

  it("give the default value on a miss", async () => {
    expect(await found(lookup(`default-value="none"`))).toBe("none");
  });

  it("do not find what was removed", async () => {
    expect(await found(`${store()}<cache-remove-value key="k" />${lookup()}`)).toBe("not set");
  });

  it("forget after the duration", async () => {
    const gateway = await PolicyGateway.start({
      inbound: `<choose><when condition="@(context.Request.Method == &quot;POST&quot;)">${store()}</when></choose>${lookup()}${SHOW}`,
    });
    await gateway.call({ method: "POST", body: "" });
    gateway.running.clock.advance(60_000);
    await gateway.call();
    expect(gateway.forwardedHeaders["x-found"]).toEqual(["not set"]);
  });

  it("find nothing in an external cache that the service does not have", async () => {
    const external = `caching-type="external"`;
    expect(await found(store(external) + lookup(external))).toBe("not set");
  });

  it("keep the external and the internal cache apart", async () => {
    const inbound = store(`caching-type="external"`) + lookup(`caching-type="internal"`);
    expect(await found(inbound, { model: { externalCaches: EXTERNAL_CACHES } })).toBe("not set");
  });

  it("prefer the external cache where there is one", async () => {
    const inbound = store() + lookup(`caching-type="external"`);
    expect(await found(inbound, { model: { externalCaches: EXTERNAL_CACHES } })).toBe("cached");
  });
});

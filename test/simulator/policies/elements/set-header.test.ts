import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const set = (attributes: string, ...values: readonly string[]): string =>
  `<set-header ${attributes}>${values.map((value) => `<value>${value}</value>`).join("")}</set-header>`;

describe("set-header", () => {
  it("replaces a header of the request in inbound", async () => {
    const gateway = await PolicyGateway.start({ inbound: set(`name="X-Team"`, "claims") });
    await gateway.call({ headers: { "x-team": "forged" } });
    expect(gateway.forwardedHeaders["x-team"]).toEqual(["claims"]);
  });

  it("writes a header of the response in outbound", async () => {
    const gateway = await PolicyGateway.start({ outbound: set(`name="Cache-Control"`, "no-store") });
    const { headers } = await gateway.call();
    expect(headers).toMatchObject({ "cache-control": ["no-store"] });
  });

  it("leaves a header that is there alone with skip", async () => {
    const gateway = await PolicyGateway.start({ inbound: set(`name="x-a" exists-action="skip"`, "new") });
    await gateway.call({ headers: { "x-a": "old" } });
    expect(gateway.forwardedHeaders["x-a"]).toEqual(["old"]);
  });

  it("sets a header that is not there with skip", async () => {
    const gateway = await PolicyGateway.start({ inbound: set(`name="x-a" exists-action="skip"`, "new") });
    await gateway.call();
    expect(gateway.forwardedHeaders["x-a"]).toEqual(["new"]);
  });

  it("adds to the values with append", async () => {
    const gateway = await PolicyGateway.start({ inbound: set(`name="x-a" exists-action="append"`, "new") });
    await gateway.call({ headers: { "x-a": "old" } });
    expect(gateway.forwardedHeaders["x-a"]?.join(",").replaceAll(" ", "")).toBe("old,new");
  });

  it("removes a header with delete, whatever the case of its name", async () => {
    const gateway = await PolicyGateway.start({ inbound: set(`name="API-KEY" exists-action="delete"`) });
    await gateway.call({ headers: { "Api-Key": "secret" } });
    expect(gateway.forwardedHeaders).not.toHaveProperty("api-key");
  });

  it("fails the request rather than send a value with a line break", async () => {
    const gateway = await PolicyGateway.start({
      inbound: set(`name="x-a"`, `@("one\\r\\nx-b: two")`),
    });
    const { status } = await gateway.call();
    expect([status, gateway.backend.requests.length]).toEqual([500, 0]);
  });

  it.each([
    ["a header of the connection", set(`name="Content-Length"`, "1"), "belongs to the connection"],
    ["a name that is none", set(`name="x a"`, "1"), "is not a header name"],
    ["delete with a value", set(`name="x-a" exists-action="delete"`, "1"), "takes no <value>"],
    ["override without a value", set(`name="x-a"`), "needs a <value>"],
    ["an unknown action", set(`name="x-a" exists-action="replace"`, "1"), "allowed: override, skip"],
  ])("refuses %s at load", async (_, inbound, problem) => {
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining(problem)]);
  });
});

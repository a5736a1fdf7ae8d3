import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const quota = (attributes: string): string =>
  `<quota-by-key counter-key="all" renewal-period="3600" ${attributes} />`;

describe("quota-by-key", () => {
  it("answers 403 when the calls are used up", async () => {
    const gateway = await PolicyGateway.start({ inbound: quota(`calls="2"`) });
    expect(await gateway.statuses(3)).toEqual([200, 200, 403]);
    expect(gateway.lastError).toMatchObject({ source: "quota-by-key", reason: "QuotaExceeded" });
  });

  it("counts periods from first-period-start", async () => {
    const inbound = quota(`calls="1" first-period-start="2025-12-31T23:30:00Z"`);
    const gateway = await PolicyGateway.start({ inbound });
    await gateway.call();
    const { headers } = await gateway.call();
    expect(headers["retry-after"]).toEqual(["1800"]);
  });

  it("counts a key once per request, however many policies name it", async () => {
    const gateway = await PolicyGateway.start({ inbound: quota(`calls="2"`) + quota(`calls="2"`) });
    expect(await gateway.statuses(3)).toEqual([200, 200, 403]);
  });

  it("counts kilobytes", async () => {
    const gateway = await PolicyGateway.start({ inbound: quota(`bandwidth="1"`) });
    gateway.backend.body = "x".repeat(1024);
    expect(await gateway.statuses(2)).toEqual([200, 403]);
  });

  it("evaluates an increment condition after outbound", async () => {
    const inbound = quota(`calls="1" increment-condition="@(context.Response.StatusCode != 200)"`);
    const gateway = await PolicyGateway.start({ inbound });
    expect(await gateway.statuses(3)).toEqual([200, 200, 200]);
  });

  it.each([
    [
      "a period under 300 seconds",
      `<quota-by-key counter-key="k" calls="1" renewal-period="60" />`,
      "300 and more",
    ],
    ["a quota of nothing", quota(""), "'calls' or 'bandwidth'"],
    ["a start that is not a time", quota(`calls="1" first-period-start="today"`), "yyyy-MM-dd"],
  ])("refuses %s at load", async (_, inbound, problem) => {
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining(problem)]);
  });

  it("is refused in the v2 tiers", async () => {
    expect(await problemsOf({ inbound: quota(`calls="1"`), model: { tier: "StandardV2" } })).toHaveLength(1);
  });
});

import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

describe("set-status", () => {
  it("changes status and reason in outbound", async () => {
    const gateway = await PolicyGateway.start({ outbound: `<set-status code="202" reason="Later" />` });
    expect(await gateway.call()).toMatchObject({ status: 202, reason: "Later" });
  });

  it("takes the registered reason when there is none", async () => {
    const gateway = await PolicyGateway.start({ outbound: `<set-status code="429" />` });
    expect(await gateway.call()).toMatchObject({ status: 429, reason: "Too Many Requests" });
  });

  it("sets the status of a response that return-response makes in inbound", async () => {
    const inbound = `<return-response><set-status code="418" /></return-response>`;
    const gateway = await PolicyGateway.start({ inbound });
    expect((await gateway.call()).status).toBe(418);
  });

  it("fails in inbound, where no response exists", async () => {
    const gateway = await PolicyGateway.start({ inbound: `<set-status code="202" />` });
    await gateway.call();
    expect(gateway.lastError).toMatchObject({ source: "set-status" });
  });

  it("refuses a code that is not a status at load", async () => {
    expect(await problemsOf({ outbound: `<set-status code="99" />` })).toEqual([
      expect.stringContaining("100 to 999"),
    ]);
  });
});

import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

describe("set-body", () => {
  it("replaces the body of the request in inbound", async () => {
    const gateway = await PolicyGateway.start({ inbound: "<set-body>new</set-body>" });
    await gateway.call({ method: "POST", body: "old" });
    expect(gateway.backend.requests[0]?.body).toBe("new");
  });

  it("replaces the body of the response in outbound", async () => {
    const gateway = await PolicyGateway.start({ outbound: "<set-body>new</set-body>" });
    expect((await gateway.call()).text).toBe("new");
  });

  it("takes the text of an expression that stands on a line of its own", async () => {
    const gateway = await PolicyGateway.start({ outbound: `<set-body>\n  @("new" + 1)\n</set-body>` });
    expect((await gateway.call()).text).toBe("new1");
  });

  it("refuses Liquid templates at load", async () => {
    expect(await problemsOf({ outbound: `<set-body template="liquid">hello</set-body>` })).toContainEqual(
      expect.stringContaining("Liquid"),
    );
  });
});

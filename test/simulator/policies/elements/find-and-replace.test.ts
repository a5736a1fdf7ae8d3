import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

describe("find-and-replace", () => {
  it("replaces every occurrence in the response, without patterns", async () => {
    const gateway = await PolicyGateway.start({ outbound: `<find-and-replace from="a." to="$1" />` });
    gateway.backend.body = "a.b a.b axb";
    expect((await gateway.call()).text).toBe("$1b $1b axb");
  });

  it("replaces in the request in inbound", async () => {
    const gateway = await PolicyGateway.start({ inbound: `<find-and-replace from="ö" to="oe" />` });
    await gateway.call({ method: "POST", body: "schön" });
    expect(gateway.backend.requests[0]?.body).toBe("schoen");
  });

  it("refuses to look for nothing", async () => {
    expect(await problemsOf({ inbound: `<find-and-replace from="" to="x" />` })).toHaveLength(1);
  });
});

import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

describe("set-method", () => {
  it("changes the method that the backend sees", async () => {
    const gateway = await PolicyGateway.start({ inbound: "<set-method>PATCH</set-method>" });
    await gateway.call();
    expect(gateway.backend.requests[0]?.method).toBe("PATCH");
  });

  it.each(["GET IT", "@(&quot;GET&quot;)"])("refuses '%s' at load", async (method) => {
    expect(await problemsOf({ inbound: `<set-method>${method}</set-method>` })).toHaveLength(1);
  });
});

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

  it("takes the text as it is with template 'none'", async () => {
    const gateway = await PolicyGateway.start({ outbound: `<set-body template="none">{{"{{"}}x</set-body>` });
    expect((await gateway.call()).text).toBe('{{"{{"}}x');
  });

  it("fills a Liquid template with the body and the context", async () => {
    const inbound = `<set-variable name="who" value="@(1 + 1)" />
      <set-body template="liquid">{% for item in body.items %}{{ item.name | upcase }};{% endfor %}{{ context.Variables.who }} {{ context.Request.Method }} {{ context.Request.Headers["X-Who"] }} {{ context.Api.Name }}</set-body>`;
    const gateway = await PolicyGateway.start({ inbound });
    await gateway.call({
      method: "POST",
      headers: { "X-Who": "me" },
      body: JSON.stringify({ items: [{ name: "a" }, { name: "b" }] }),
    });
    expect(gateway.backend.requests[0]?.body).toBe("A;B;2 POST me api");
  });

  it("knows no body that is not JSON, and none of the response in inbound", async () => {
    const outbound = `<set-body template="liquid">[{{ body }}] {{ context.Response.StatusCode }}</set-body>`;
    const gateway = await PolicyGateway.start({ outbound });
    expect((await gateway.call()).text).toBe("[] 200");
  });

  it.each([
    ["{% if %}", "is not a Liquid template that the simulator knows"],
    ["{{ body | no_such_filter }}", "is not a Liquid template that the simulator knows"],
  ])("refuses %s at load", async (template, problem) => {
    expect(await problemsOf({ outbound: `<set-body template="liquid">${template}</set-body>` })).toEqual([
      expect.stringContaining(problem),
    ]);
  });
});

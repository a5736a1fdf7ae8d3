import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const MESSAGE = "<message>hello</message>";

describe("trace", () => {
  it("writes message and metadata", async () => {
    const inbound = `<trace source="gateway" severity="error">${MESSAGE}<metadata name="client" value="claims" /></trace>`;
    const gateway = await PolicyGateway.start({ inbound });
    await gateway.call();
    expect(gateway.running.sinks.messages).toEqual([
      { source: "gateway", severity: "error", message: "hello", metadata: { client: "claims" } },
    ]);
  });

  it("shows its message in the trace of the request", async () => {
    const gateway = await PolicyGateway.start({ inbound: `<trace source="gateway">${MESSAGE}</trace>` });
    await gateway.call();
    expect(gateway.running.sinks.traces.at(-1)?.messages).toEqual(["hello"]);
  });

  it.each([
    ["no message", `<trace source="gateway" />`],
    ["no source", `<trace>${MESSAGE}</trace>`],
    ["an unknown severity", `<trace source="gateway" severity="fatal">${MESSAGE}</trace>`],
  ])("is refused with %s", async (_, inbound) => {
    expect(await problemsOf({ inbound })).toHaveLength(1);
  });
});

import { PolicyDocumentError } from "../../../simulator/policies";
import { PolicyGateway } from "../support/policy-gateway";

const NAMED = [
  { address: "azurerm_api_management_named_value.mode", displayName: "mode", value: "first", secret: false },
];

/** Answers with a text that a named value is part of, after a limit of two calls. */
function start(): Promise<PolicyGateway> {
  return PolicyGateway.start({
    model: { namedValues: NAMED },
    inbound: `<rate-limit-by-key calls="2" renewal-period="60" counter-key="all" />
      <set-variable name="mode" value="mode {{mode}}" />
      <return-response>
        <set-status code="200" />
        <set-body>@((string)context.Variables["mode"])</set-body>
      </return-response>`,
  });
}

describe("a named value that is changed while the gateway runs", () => {
  it("is what the next request finds; counters go on", async () => {
    const gateway = await start();
    expect((await gateway.call()).text).toBe("mode first");
    gateway.running.gateway.setNamedValue("mode", "second");
    expect((await gateway.call()).text).toBe("mode second");
    expect((await gateway.call()).status).toBe(429);
  });

  it("cannot be one that is not there, or one that Azure does not take", async () => {
    const { gateway } = (await start()).running;
    expect(() => gateway.setNamedValue("moed", "x")).toThrow(
      "no named value 'moed' in the gateway; there are: mode",
    );
    for (const value of [" ", "x".repeat(4_097)]) {
      expect(() => gateway.setNamedValue("mode", value)).toThrow(
        `a named value must have 1 to 4096 characters, not only white space, got ${value.length}`,
      );
    }
  });

  it("leaves everything as it was where policies cannot be run with it", async () => {
    const gateway = await PolicyGateway.start({
      model: { namedValues: [{ ...NAMED[0]!, displayName: "calls", value: "2" }] },
      inbound: `<rate-limit-by-key calls="{{calls}}" renewal-period="60" counter-key="all" />
        <return-response><set-status code="204" /></return-response>`,
    });
    expect(() => gateway.running.gateway.setNamedValue("calls", "many")).toThrow(PolicyDocumentError);
    expect(await gateway.statuses(3)).toEqual([204, 204, 429]);
  });
});

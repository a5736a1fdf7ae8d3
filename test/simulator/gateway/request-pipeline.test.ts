import { PolicyGateway, type PolicySurroundings } from "../support/policy-gateway";

/** A pattern that only the run knows, and that .NET alone could match. */
const BEYOND = "Regex.IsMatch(context.Api.Name, @&quot;\\G&quot; + context.Api.Name)";
const WELCOME = `<return-response><set-status code="200" /></return-response>`;

describe("what an expression needs and the simulator lacks", () => {
  it.each<[string, PolicySurroundings]>([
    [
      "an expression that catches",
      { inbound: `<set-variable name="v" value="@{ try { return ${BEYOND}; } catch { return true; } }" />` },
    ],
    ["on-error", { inbound: `<set-variable name="v" value="@(${BEYOND})" />`, onError: WELCOME }],
    [
      "a retry that has a failure of its own",
      {
        inbound: `<set-backend-service base-url="https://nowhere.example" />`,
        backend: `<retry count="1" interval="0" condition="@(${BEYOND})"><forward-request /></retry>`,
        onError: WELCOME,
      },
    ],
  ])("ends the request, whatever %s would make of it", async (_, policies) => {
    const gateway = await PolicyGateway.start(policies);
    await expect(gateway.call()).rejects.toThrow("does not support \\G in a regular expression");
    expect(gateway.running.sinks.traces.at(-1)?.status).toBe(500);
  });

  it("is told with the place of the expression", async () => {
    const gateway = await PolicyGateway.start({
      inbound: `\n<set-variable name="v" value="@(${BEYOND})" />`,
    });
    await expect(gateway.call()).rejects.toThrow("azurerm_api_management_api_policy.api:2:1: the simulator");
  });
});

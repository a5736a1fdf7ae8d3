import { initializeExpressions } from "../../../expressions";
import { gatewayHost } from "../../../simulator/gateway";
import type { HttpRequest } from "../../../simulator/network";
import { apiModel, gatewayModel, policyXml } from "../support/gateway-models";
import { RunningGateway } from "../support/running-gateway";

const HOST_NAME = "gateway.azure-api.net";

/** A gateway with an API for each policy, which its own policies can call. */
async function start(
  inbound: Readonly<Record<string, string>>,
): Promise<{ readonly running: RunningGateway; readonly asked: readonly HttpRequest[] }> {
  const asked: HttpRequest[] = [];
  const apis = Object.entries(inbound).map(([name, policies]) =>
    apiModel({
      name,
      path: name,
      policyXml: policyXml({ inbound: policies }),
    }),
  );
  const running: RunningGateway = await RunningGateway.start(gatewayModel({ apis }), {
    [HOST_NAME]: (request) => {
      asked.push(request);
      return gatewayHost(running.gateway)(request);
    },
  });
  return { running, asked };
}

const call = (path: string): string =>
  `<send-request mode="new" response-variable-name="answer"><set-url>https://${HOST_NAME}/${path}/ping</set-url><set-method>GET</set-method></send-request>`;

beforeAll(initializeExpressions);

describe("gatewayHost", () => {
  it("lets policies call another API of their gateway", async () => {
    const { running } = await start({
      first: `${call("second")}<return-response><set-body>@(((IResponse)context.Variables["answer"]).Body.As<string>())</set-body></return-response>`,
      second: "<return-response><set-body>from the second</set-body></return-response>",
    });
    expect((await running.call("/first/ping")).text).toBe("from the second");
  });

  it("ends calls of an API to itself after ten", async () => {
    const { running, asked } = await start({ loop: call("loop") });
    expect((await running.call("/loop/ping")).status).toBe(500);
    expect(asked).toHaveLength(11);
  });

  it("counts the depth of calls, not their number", async () => {
    const returned = "<return-response><set-status code='204' /></return-response>";
    const { running } = await start({ many: `${call("one").repeat(20)}${returned}`, one: returned });
    expect((await running.call("/many/ping")).status).toBe(204);
  });
});

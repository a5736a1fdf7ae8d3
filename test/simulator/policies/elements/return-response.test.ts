import { apiModel, gatewayModel, policyXml } from "../../support/gateway-models";
import { FixedBackend, RunningGateway } from "../../support/running-gateway";

function start(
  sections: Parameters<typeof policyXml>[0],
  backend = new FixedBackend(),
): Promise<RunningGateway> {
  return RunningGateway.start(gatewayModel({ apis: [apiModel({ policyXml: policyXml(sections) })] }), {
    "backend.example": backend.handler,
  });
}

const TEAPOT = `<return-response>
  <set-status code="418" reason="Teapot" />
  <set-header name="X-Kind" exists-action="override"><value>black</value></set-header>
  <set-body>no coffee</set-body>
</return-response>`;

describe("return-response", () => {
  it("answers with what its children say and calls no backend", async () => {
    const backend = new FixedBackend();
    const answer = await (await start({ inbound: TEAPOT }, backend)).call("/api/ping");
    expect(answer).toMatchObject({
      status: 418,
      reason: "Teapot",
      text: "no coffee",
      headers: { "X-Kind": ["black"] },
    });
    expect(backend.requests).toHaveLength(0);
  });

  it("answers 200 without a body when it has no children", async () => {
    expect(await (await start({ inbound: "<return-response />" })).call("/api/ping")).toMatchObject({
      status: 200,
      text: "",
      headers: { "Content-Length": ["0"] },
    });
  });

  it("keeps nothing of the backend's response", async () => {
    const backend = new FixedBackend(200, "secret", { "x-backend": "1" });
    const answer = await (await start({ outbound: TEAPOT }, backend)).call("/api/ping");
    expect(answer.text).toBe("no coffee");
    expect(answer.headers).not.toHaveProperty("x-backend");
  });

  it("runs no policy after it", async () => {
    const gateway = await start({ inbound: TEAPOT + TEAPOT, outbound: TEAPOT });
    await gateway.call("/api/ping");
    expect(
      gateway.sinks.traces[0]?.steps.filter(({ element }) => element === "return-response"),
    ).toHaveLength(1);
  });

  it("fails when its variable holds no response", async () => {
    const gateway = await start({ inbound: `<return-response response-variable-name="missing" />` });
    expect((await gateway.call("/api/ping")).status).toBe(500);
  });

  it("refuses children out of order", async () => {
    const refused = start({
      inbound: `<return-response><set-body>x</set-body><set-status code="200" /></return-response>`,
    });
    await expect(refused).rejects.toThrow("<set-status> comes too late in <return-response>");
  });
});

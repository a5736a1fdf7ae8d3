import type { HttpHandler } from "../../../../simulator/network";
import { apiModel, gatewayModel, operationModel, policyXml } from "../../support/gateway-models";
import { FixedBackend, RunningGateway } from "../../support/running-gateway";

function start(inbound: string, hosts: Readonly<Record<string, HttpHandler>>): Promise<RunningGateway> {
  return RunningGateway.start(
    gatewayModel({
      apis: [apiModel({ operations: [operationModel("POST", "/ping")], policyXml: policyXml({ inbound }) })],
    }),
    hosts,
  );
}

const call = (attributes: string): string =>
  `<send-request response-variable-name="r" ${attributes}>
     <set-url>https://service.example/path?x=1</set-url><set-method>PUT</set-method>
     <set-header name="x-sent" exists-action="override"><value>1</value></set-header>
     <set-body>sent</set-body>
   </send-request>`;

const ANSWER_WITH_VARIABLE = `<return-response response-variable-name="r" />`;

describe("send-request", () => {
  it("sends what its children say and keeps the response", async () => {
    const service = new FixedBackend(404, "not there", { "x-service": "1" });
    const gateway = await start(call("") + ANSWER_WITH_VARIABLE, { "service.example": service.handler });
    const answer = await gateway.call("/api/ping", {
      method: "POST",
      body: "mine",
      headers: { "x-mine": "1" },
    });
    expect(service.requests).toMatchObject([
      { method: "PUT", url: "https://service.example/path?x=1", headers: { "x-sent": ["1"] }, body: "sent" },
    ]);
    expect(service.requests[0]?.headers).not.toHaveProperty("x-mine");
    expect(answer).toMatchObject({ status: 404, text: "not there", headers: { "x-service": ["1"] } });
  });

  it("copies no field that belongs to the caller's connection", async () => {
    const service = new FixedBackend();
    const copy = `<send-request mode="copy" response-variable-name="r"><set-url>https://service.example/</set-url></send-request>`;
    const gateway = await start(copy + ANSWER_WITH_VARIABLE, { "service.example": service.handler });
    const headers = {
      te: "trailers",
      "proxy-connection": "keep-alive",
      connection: "x-mine",
      "x-mine": "1",
      "x-on": "1",
    };
    await gateway.call("/api/ping", { method: "POST", headers });
    expect(service.requests[0]?.headers).toEqual({ "x-on": ["1"] });
  });

  it("starts from the caller's request in mode copy", async () => {
    const service = new FixedBackend();
    const copy = `<send-request mode="copy" response-variable-name="r"><set-url>https://service.example/</set-url></send-request>`;
    const gateway = await start(copy + ANSWER_WITH_VARIABLE, { "service.example": service.handler });
    await gateway.call("/api/ping", { method: "POST", body: "mine", headers: { "x-mine": "1" } });
    expect(service.requests).toMatchObject([{ method: "POST", body: "mine", headers: { "x-mine": ["1"] } }]);
  });

  it("leaves the caller's request as it is", async () => {
    const backend = new FixedBackend();
    const hosts = { "service.example": new FixedBackend().handler, "backend.example": backend.handler };
    const gateway = await start(call(""), hosts);
    await gateway.call("/api/ping", { method: "POST", body: "mine" });
    expect(backend.requests).toMatchObject([
      { method: "POST", url: "https://backend.example/ping", body: "mine" },
    ]);
    expect(backend.requests[0]?.headers).not.toHaveProperty("x-sent");
  });

  it("fails the request when nobody answers", async () => {
    const gateway = await start(call(""), {});
    await gateway.call("/api/ping", { method: "POST" });
    expect(gateway.sinks.traces[0]?.lastError).toMatchObject({
      source: "send-request",
      reason: "BackendConnectionFailure",
    });
  });

  it("ends with Timeout when the answer takes too long", async () => {
    const gateway = await start(call(`timeout="3"`), {
      "service.example": () => new Promise(() => undefined),
    });
    const answer = gateway.call("/api/ping", { method: "POST" });
    await new Promise((resolve) => setImmediate(resolve));
    gateway.clock.advance(3000);
    await answer;
    expect(gateway.sinks.traces[0]?.lastError).toMatchObject({ source: "send-request", reason: "Timeout" });
  });

  it("goes on without a response if errors are ignored", async () => {
    const backend = new FixedBackend();
    const gateway = await start(call(`ignore-error="true"`), { "backend.example": backend.handler });
    expect((await gateway.call("/api/ping", { method: "POST" })).status).toBe(200);
  });

  it.each([
    [`<send-request response-variable-name="r" />`, "needs <set-url> unless mode is 'copy'"],
    [
      `<send-request><set-url>https://a/</set-url><set-method>GET</set-method></send-request>`,
      "needs attribute 'response-variable-name'",
    ],
    [
      `<send-request mode="copy" response-variable-name="r"><set-url>/relative</set-url></send-request>`,
      "is not an absolute URL",
    ],
    [
      `<send-request mode="copy" response-variable-name="r"><forward-request /></send-request>`,
      "is not allowed in <send-request>",
    ],
  ])("refuses %s", async (xml, problem) => {
    await expect(start(xml, {})).rejects.toThrow(problem);
  });
});

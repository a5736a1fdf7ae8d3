import { bytesResponse } from "../../../../simulator/network";
import { apiModel, gatewayModel, policyXml } from "../../support/gateway-models";
import { RunningGateway } from "../../support/running-gateway";

describe("limit-concurrency", () => {
  it("refuses a request too many at once with 429, and lets the next in when one is done", async () => {
    const waiting: (() => void)[] = [];
    const gateway = await RunningGateway.start(
      gatewayModel({
        apis: [
          apiModel({
            policyXml: policyXml({
              backend: `<limit-concurrency key="k" max-count="2"><forward-request /></limit-concurrency>`,
            }),
          }),
        ],
      }),
      {
        "backend.example": () =>
          new Promise((resolve) => waiting.push(() => resolve(bytesResponse(200, Buffer.from("done"))))),
      },
    );
    const running = [gateway.call("/api/ping"), gateway.call("/api/ping")];
    const refused = await gateway.call("/api/ping");
    expect(refused.status).toBe(429);
    expect(gateway.sinks.traces[0]?.lastError).toMatchObject({ source: "limit-concurrency" });

    waiting.splice(0).forEach((done) => done());
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200]);
    const next = gateway.call("/api/ping");
    await new Promise((resolve) => setImmediate(resolve));
    waiting.splice(0).forEach((done) => done());
    expect((await next).status).toBe(200);
  });

  it("frees its place when the policies inside fail", async () => {
    const gateway = await RunningGateway.start(
      gatewayModel({
        apis: [
          apiModel({
            policyXml: policyXml({
              backend: `<limit-concurrency key="k" max-count="1"><forward-request /></limit-concurrency>`,
            }),
          }),
        ],
      }),
    );
    const statuses = [await gateway.call("/api/ping"), await gateway.call("/api/ping")].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([500, 500]);
  });
});

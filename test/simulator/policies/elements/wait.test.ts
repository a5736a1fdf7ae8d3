import { bytesResponse, type HttpHandler } from "../../../../simulator/network";
import { apiModel, gatewayModel, policyXml } from "../../support/gateway-models";
import { RunningGateway } from "../../support/running-gateway";

const call = (name: string): string =>
  `<send-request mode="copy" response-variable-name="${name}"><set-url>https://${name}.example/</set-url></send-request>`;

function start(mode: string, hosts: Readonly<Record<string, HttpHandler>>): Promise<RunningGateway> {
  const inbound = `<wait for="${mode}">${call("one")}${call("two")}</wait><mock-response />`;
  return RunningGateway.start(
    gatewayModel({ apis: [apiModel({ policyXml: policyXml({ inbound }) })] }),
    hosts,
  );
}

describe("wait", () => {
  it("runs its policies at the same time", async () => {
    const arrived: string[] = [];
    let release = (): void => undefined;
    const both = new Promise<void>((resolve) => (release = resolve));
    const meet: HttpHandler = async ({ url }) => {
      arrived.push(url.hostname);
      if (arrived.length === 2) {
        release();
      }
      await both;
      return bytesResponse(200, Buffer.from(""));
    };
    const gateway = await start("all", { "one.example": meet, "two.example": meet });
    expect((await gateway.call("/api/ping")).status).toBe(200);
  });

  it("goes on after the first of any, and cancels the others", async () => {
    let cancelled = false;
    const gateway = await start("any", {
      "one.example": () => Promise.resolve(bytesResponse(200, Buffer.from(""))),
      "two.example": ({ signal }) => {
        signal.addEventListener("abort", () => (cancelled = true));
        return new Promise(() => undefined);
      },
    });
    expect((await gateway.call("/api/ping")).status).toBe(200);
    expect(cancelled).toBe(true);
  });

  it("fails when one of all fails", async () => {
    const gateway = await start("all", {
      "one.example": () => Promise.resolve(bytesResponse(200, Buffer.from(""))),
    });
    expect((await gateway.call("/api/ping")).status).toBe(500);
  });
});

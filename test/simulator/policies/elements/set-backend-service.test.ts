import { apiModel, backendModel, gatewayModel, policyXml } from "../../support/gateway-models";
import { FixedBackend, RunningGateway } from "../../support/running-gateway";

async function reached(inbound: string): Promise<string | undefined> {
  const hosts = Object.fromEntries(
    ["one", "two", "three"].map((name) => [`${name}.example`, new FixedBackend(200, name).handler]),
  );
  const gateway = await RunningGateway.start(
    gatewayModel({
      apis: [apiModel({ policyXml: policyXml({ inbound }) })],
      backends: [backendModel("one"), backendModel("two")],
    }),
    hosts,
  );
  return (await gateway.call("/api/ping")).text;
}

const byId = (name: string): string => `<set-backend-service backend-id="${name}" />`;
const byUrl = (name: string): string => `<set-backend-service base-url="https://${name}.example" />`;

describe("set-backend-service", () => {
  it.each([
    ["a backend by id", byId("one"), "one"],
    ["a backend by URL", byUrl("three"), "three"],
    ["the last of several ids", byId("one") + byId("two"), "two"],
    ["an id set after a URL", byUrl("three") + byId("one"), "one"],
    ["an id although a URL is set after it", byId("one") + byUrl("three"), "one"],
  ])("chooses %s", async (_what, inbound, expected) => {
    expect(await reached(inbound)).toBe(expected);
  });

  it("refuses a URL that is not absolute", async () => {
    await expect(reached(`<set-backend-service base-url="three.example" />`)).rejects.toThrow(
      "is not an absolute URL",
    );
  });
});

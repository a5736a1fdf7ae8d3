import { initializeExpressions } from "../../../expressions";
import { PolicyDocumentError } from "../../../simulator/policies";
import { apiModel, gatewayModel, policyXml } from "../support/gateway-models";
import { FixedBackend, RunningGateway } from "../support/running-gateway";

type Parts = Parameters<typeof gatewayModel>[0];

/** Why a gateway with an inbound section is refused. */
async function refusals(inbound: string, parts: Parts = {}): Promise<readonly string[]> {
  const apis = [apiModel({ policyXml: policyXml({ inbound }) })];
  const failure: unknown = await RunningGateway.start(gatewayModel({ ...parts, apis })).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(PolicyDocumentError);
  return (failure as PolicyDocumentError).problems.map(({ element, problem }) => `${element}: ${problem}`);
}

/** Status of a request through a policy that sets a header from an expression, and of one through another API after it. */
async function statuses(expression: string): Promise<readonly number[]> {
  const inbound = `<set-header name="x"><value>${expression}</value></set-header><base />`;
  const gateway = await RunningGateway.start(
    gatewayModel({
      apis: [apiModel({ policyXml: policyXml({ inbound }) }), apiModel({ name: "other", path: "other" })],
    }),
    { "backend.example": new FixedBackend().handler },
  );
  const first = await gateway.call("/api/ping");
  const second = await gateway.call("/other/ping");
  return [first.status, second.status];
}

beforeAll(initializeExpressions);

describe("policies of somebody else's are refused", () => {
  it("when fragments include each other, each twice", async () => {
    const fragments = Array.from({ length: 40 }, (_, level) => ({
      address: `azurerm_api_management_policy_fragment.f${level}`,
      name: `f${level}`,
      xml: `<fragment>${`<include-fragment fragment-id="f${level + 1}" />`.repeat(2)}</fragment>`,
      format: "xml" as const,
    }));
    expect(await refusals('<include-fragment fragment-id="f0" />', { fragments })).toEqual([
      "include-fragment: is not allowed in a policy fragment",
      "include-fragment: is not allowed in a policy fragment",
    ]);
  });

  it("when named values make a text too long", async () => {
    const value = { address: "v", displayName: "v", value: "x".repeat(4096), secret: false };
    const header = `<set-header name="x"><value>${"{{v}}".repeat(300)}</value></set-header>`;
    expect(await refusals(header, { namedValues: [value] })).toEqual([
      "value: is longer than 1048576 characters with its named values",
    ]);
  });

  it("when a document is larger than API Management takes, before it is read", async () => {
    expect(await refusals("<x>".repeat(200_000))).toEqual([
      expect.stringMatching(/^undefined: is 600\d+ bytes long; the limit is 524288$/),
    ]);
  });

  it("when an expression nests too deeply", async () => {
    const deep = `@(${"(".repeat(20_000)}1${")".repeat(20_000)})`;
    expect(await refusals(`<set-variable name="x" value="${deep}" />`)).toEqual([
      expect.stringContaining("nests too deeply"),
    ]);
  });
});

describe("an expression without end fails its own request, and no other", () => {
  it.each([
    ["a loop", "@{ while (true) { } }"],
    ["memory", '@{ var s = "x"; while (true) { s += s; } }'],
    ["memory at once", "@(new string('x', 1 << 30))"],
  ])("%s", async (_name, expression) => {
    expect(await statuses(expression)).toEqual([500, 200]);
  });
});

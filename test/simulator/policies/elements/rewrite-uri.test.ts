import { operationModel } from "../../support/gateway-models";
import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

async function forwarded(policy: string, target: string, urlTemplate: string): Promise<string> {
  const gateway = await PolicyGateway.start({
    inbound: policy,
    api: { operations: [operationModel("GET", urlTemplate)] },
  });
  await gateway.call({}, `/api${target}`);
  return gateway.forwardedTarget;
}

describe("rewrite-uri", () => {
  it("keeps query parameters that no template names", async () => {
    const target = await forwarded(`<rewrite-uri template="/put" />`, "/get?a=b&c=d", "/get?a={b}");
    expect(target).toBe("/put?c=d");
  });

  it("drops them when copy-unmatched-params is false", async () => {
    const policy = `<rewrite-uri template="/put" copy-unmatched-params="false" />`;
    expect(await forwarded(policy, "/get?c=d", "/get")).toBe("/put");
  });

  it("puts template parameters into path and query", async () => {
    const policy = `<rewrite-uri template="/models/{name}?deployment={name}" />`;
    expect(await forwarded(policy, "/get/gpt", "/get/{name}")).toBe("/models/gpt?deployment=gpt");
  });

  it("encodes a parameter so that it cannot leave its place in the path", async () => {
    const policy = `<rewrite-uri template="/models/{name}" />`;
    expect(await forwarded(policy, "/get/a%3Fb%23c", "/get/{name}")).toBe("/models/a%3Fb%23c");
  });

  it("fails for a placeholder that the operation does not have", async () => {
    const gateway = await PolicyGateway.start({ inbound: `<rewrite-uri template="/{other}" />` });
    expect([(await gateway.call()).status, gateway.backend.requests.length]).toEqual([500, 0]);
  });

  it("refuses a template that does not begin with a slash", async () => {
    expect(await problemsOf({ inbound: `<rewrite-uri template="put" />` })).toEqual([
      expect.stringContaining("must begin with '/'"),
    ]);
  });
});

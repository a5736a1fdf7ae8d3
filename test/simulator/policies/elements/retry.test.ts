import { apiModel, backendModel, gatewayModel, policyXml } from "../../support/gateway-models";
import { PolicyGateway } from "../../support/policy-gateway";
import { FixedBackend, RunningGateway } from "../../support/running-gateway";

async function start(
  attributes: string,
  content = "<forward-request />",
): Promise<[RunningGateway, FixedBackend]> {
  const backend = new FixedBackend(500);
  const gateway = await RunningGateway.start(
    gatewayModel({
      backends: [backendModel("known")],
      apis: [apiModel({ policyXml: policyXml({ backend: `<retry ${attributes}>${content}</retry>` }) })],
    }),
    { "backend.example": backend.handler },
  );
  return [gateway, backend];
}

/** Lets everything run that waits for no clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("retry", () => {
  it("runs once when the condition is false", async () => {
    const [gateway, backend] = await start(`condition="false" count="5" interval="0"`);
    await gateway.call("/api/ping");
    expect(backend.requests).toHaveLength(1);
  });

  it("runs at most count times more", async () => {
    const [gateway, backend] = await start(`condition="true" count="2" interval="0"`);
    expect((await gateway.call("/api/ping")).status).toBe(500);
    expect(backend.requests).toHaveLength(3);
  });

  it("leaves the process to others while it retries inside of retries without a pause", async () => {
    const attributes = `condition="true" count="50" interval="0"`;
    const innermost = `<set-variable name="x" value="y" />`;
    const nested = Array.from({ length: 5 }).reduce<string>(
      (content) => `<retry ${attributes}>${content}</retry>`,
      innermost,
    );
    const [gateway] = await start(attributes, nested);
    const caller = new AbortController();
    const answer = gateway.open("/api/ping", { signal: caller.signal });
    await settle();
    caller.abort(new Error("gone"));
    await expect(answer).rejects.toThrow("gone");
  });

  it.each([
    ["fixed with an interval", `interval="10"`, [10, 10, 10]],
    ["growing by delta", `interval="10" delta="5"`, [10, 15, 20]],
    ["without the first wait", `interval="10" first-fast-retry="true"`, [0, 10, 10]],
    ["capped", `interval="10" delta="10" max-interval="12"`, [12, 12, 12]],
  ])("waits %s", async (_what, attributes, waits) => {
    const [gateway, backend] = await start(`condition="true" count="3" ${attributes}`);
    const answer = gateway.call("/api/ping");
    for (const [index, seconds] of waits.entries()) {
      await settle();
      if (seconds > 0) {
        gateway.clock.advance(seconds * 1000 - 1);
        await settle();
        expect(backend.requests).toHaveLength(index + 1);
        gateway.clock.advance(1);
      }
    }
    await answer;
    expect(backend.requests).toHaveLength(4);
  });

  it.each([
    ["the least", 0, [18, 26, 42]],
    ["the largest", 1, [22, 34, 50]],
  ])("doubles what it adds, by %s factor, up to the largest wait", async (_, random, waits) => {
    const slept: number[] = [];
    const gateway = await PolicyGateway.start({
      backend: `<retry condition="true" count="3" interval="10" delta="10" max-interval="50"><forward-request /></retry>`,
      world: {
        random: () => random,
        clock: { now: () => 0, sleep: (ms) => Promise.resolve(void slept.push(ms / 1000)) },
      },
    });
    await gateway.call();
    expect(slept).toEqual(waits);
  });

  it("tries again after a failure below HTTP", async () => {
    const [gateway] = await start(
      `condition="true" count="2" interval="0"`,
      `<forward-request timeout-ms="1" />`,
    );
    gateway.network.unregister("backend.example");
    expect((await gateway.call("/api/ping")).status).toBe(500);
    expect(gateway.sinks.traces[0]?.backendCalls).toHaveLength(3);
  });

  it("ends with the failure when it may not try again", async () => {
    const [gateway] = await start(`condition="false" count="2" interval="0"`);
    gateway.network.unregister("backend.example");
    await gateway.call("/api/ping");
    expect(gateway.sinks.traces[0]?.lastError).toMatchObject({ path: "retry[1]\\forward-request[1]" });
  });

  it("stops waiting when the caller leaves", async () => {
    const [gateway, backend] = await start(`condition="true" count="2" interval="10"`);
    const caller = new AbortController();
    const answer = gateway.call("/api/ping", { signal: caller.signal });
    await settle();
    caller.abort(new Error("gone"));
    await expect(answer).rejects.toThrow("gone");
    expect(backend.requests).toHaveLength(1);
  });

  it.each([
    [`count="51"`, "attribute 'count' is 51; allowed: 1 to 50"],
    [`count="0"`, "attribute 'count' is 0"],
    [`count="1" max-interval="5"`, "'max-interval' without 'delta'"],
  ])("refuses %s", async (attributes, problem) => {
    await expect(start(`condition="true" interval="0" ${attributes}`)).rejects.toThrow(problem);
  });
});

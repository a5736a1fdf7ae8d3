import type { DiagnosticModel } from "../../../../simulator/model";
import { PolicyGateway, problemsOf } from "../../support/policy-gateway";
import { FixedBackend } from "../../support/running-gateway";

const diagnostic = (parts: Partial<DiagnosticModel> = {}): DiagnosticModel => ({
  address: "azurerm_api_management_diagnostic.insights",
  identifier: "applicationinsights",
  logger: "insights",
  metrics: true,
  largeLanguageModelLogs: false,
  headersToLog: { frontendRequest: [], frontendResponse: [], backendRequest: [], backendResponse: [] },
  bodyBytes: 0,
  ...parts,
});

const USAGE = { prompt_tokens: 40, completion_tokens: 60, total_tokens: 100 };
const PROMPT = { method: "POST", body: JSON.stringify({ messages: [{ role: "user", content: "hello" }] }) };
const policy = (
  dimensions = `<dimension name="API ID" /><dimension name="client" value="claims" />`,
): string => `<llm-emit-token-metric namespace="llm">${dimensions}</llm-emit-token-metric>`;

function start(
  answers: FixedBackend,
  diagnostics = [diagnostic()],
  inbound = policy(),
): Promise<PolicyGateway> {
  return PolicyGateway.start({ inbound, answers, model: { diagnostics } });
}

const completion = (): FixedBackend =>
  new FixedBackend(200, JSON.stringify({ usage: USAGE }), { "content-type": "application/json" });

const valuesOf = ({ running }: PolicyGateway): readonly (readonly [string, number])[] =>
  running.sinks.metrics.map(({ name, value }) => [name, value]);

describe("llm-emit-token-metric", () => {
  it("emits the tokens of a call with their dimensions", async () => {
    const gateway = await start(completion());
    await gateway.call(PROMPT);
    expect(valuesOf(gateway)).toEqual([
      ["Total Tokens", 100],
      ["Prompt Tokens", 40],
      ["Completion Tokens", 60],
    ]);
    expect(gateway.running.sinks.metrics[0]).toMatchObject({
      namespace: "llm",
      dimensions: { "API ID": "api", client: "claims" },
    });
  });

  it("emits the usage event of a stream", async () => {
    const body = `data: ${JSON.stringify({ choices: [], usage: USAGE })}\n\ndata: [DONE]\n\n`;
    const gateway = await start(new FixedBackend(200, body, { "content-type": "text/event-stream" }));
    await gateway.call(PROMPT);
    expect(valuesOf(gateway)[0]).toEqual(["Total Tokens", 100]);
  });

  it("emits nothing for a failed call", async () => {
    const gateway = await start(new FixedBackend(429, "{}", { "content-type": "application/json" }));
    await gateway.call(PROMPT);
    expect(valuesOf(gateway)).toEqual([]);
  });

  it.each<[string, readonly DiagnosticModel[]]>([
    ["there is no diagnostic", []],
    ["the diagnostic sends no metrics", [diagnostic({ metrics: false })]],
    ["the diagnostic is another API's", [diagnostic({ api: "other" })]],
    ["the diagnostic goes to Azure Monitor", [diagnostic({ identifier: "azuremonitor" })]],
  ])("emits nothing where %s", async (_, diagnostics) => {
    const gateway = await start(completion(), [...diagnostics]);
    await gateway.call(PROMPT);
    expect(valuesOf(gateway)).toEqual([]);
  });

  it.each([
    [
      "eleven custom dimensions",
      policy(Array.from({ length: 11 }, (_, n) => `<dimension name="d${n}" value="v" />`).join("")),
      "allowed: 10",
    ],
    ["a custom dimension without a value", policy(`<dimension name="client" />`), "needs attribute 'value'"],
    ["no dimension", policy(""), "at least 1 <dimension>"],
  ])("refuses %s at load", async (_, inbound, problem) => {
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining(problem)]);
  });
});

describe("emit-metric", () => {
  const metric = `<emit-metric name="calls" value="2.5"><dimension name="Location" /></emit-metric>`;

  it("emits its value", async () => {
    const gateway = await start(completion(), [diagnostic()], metric);
    await gateway.call(PROMPT);
    expect(gateway.running.sinks.metrics).toEqual([
      { name: "calls", namespace: "API Management", value: 2.5, dimensions: { Location: "West Europe" } },
    ]);
  });

  it("has no default for Backend ID", async () => {
    const inbound = `<emit-metric name="calls"><dimension name="Backend ID" /></emit-metric>`;
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining("needs attribute 'value'")]);
  });
});

import { UnsecuredJWT } from "jose";
import type { DiagnosticModel, FragmentModel } from "../../../simulator/model";
import { bytesResponse, type HttpHandler, NetworkError } from "../../../simulator/network";
import { PolicyDocumentError } from "../../../simulator/policies";
import {
  apiModel,
  backendModel,
  gatewayModel,
  operationModel,
  policy,
  policyXml,
} from "../support/gateway-models";
import { FixedBackend, RunningGateway } from "../support/running-gateway";

function token(resource: string, clientId: string | undefined): string {
  return new UnsecuredJWT({ aud: resource, appid: clientId, exp: 2_000_000_000 }).encode();
}

async function refusals(
  policyText: string,
  fragments: readonly FragmentModel[] = [],
): Promise<readonly string[]> {
  try {
    await RunningGateway.start(gatewayModel({ fragments, apis: [apiModel({ policyXml: policyText })] }));
  } catch (error) {
    if (error instanceof PolicyDocumentError) {
      return error.problems.map(({ element, problem }) => `${element}: ${problem}`);
    }
    throw error;
  }
  return [];
}

describe("Gateway: documents", () => {
  it("inserts the broader scope's section where base stands", async () => {
    const header = (value: string): string =>
      `<set-header name="x-order" exists-action="append"><value>${value}</value></set-header>`;
    const backend = new FixedBackend();
    const gateway = await RunningGateway.start(
      gatewayModel({
        policy: policy("global", policyXml({ inbound: header("global"), backend: "<forward-request />" })),
        apis: [
          apiModel({
            policyXml: policyXml({ inbound: `${header("before")}<base />${header("after")}` }),
            operations: [
              operationModel("GET", "/ping", policyXml({ inbound: `<base />${header("operation")}` })),
            ],
          }),
        ],
      }),
      { "backend.example": backend.handler },
    );
    await gateway.call("/api/ping");
    expect(backend.requests[0]?.headers).toMatchObject({ "x-order": ["before,global,after,operation"] });
  });

  it("refuses a document with everything that is wrong, by address, section, line and element", async () => {
    const xml = `<policies>\n<inbound>\n<no-such-policy/>\n<forward-request/>\n<choose/></inbound></policies>`;
    const start = RunningGateway.start(gatewayModel({ apis: [apiModel({ policyXml: xml })] }));
    await expect(start).rejects.toThrow(
      [
        "the simulator refuses these policies:",
        "  azurerm_api_management_api_policy.api: inbound, line 3, column 1: <no-such-policy> is not a policy that the simulator runs",
        "  azurerm_api_management_api_policy.api: inbound, line 4, column 1: <forward-request> is not allowed in section inbound; allowed: backend",
        "  azurerm_api_management_api_policy.api: inbound, line 5, column 1: <choose> needs at least 1 <when>; has 0",
      ].join("\n"),
    );
  });

  it.each([
    [
      "two elements in backend",
      policyXml({ backend: "<base /><forward-request />" }),
      "backend: holds at most one",
    ],
    ["a section twice", "<policies><inbound/><inbound/></policies>", "inbound: appears twice"],
    ["an unknown section", "<policies><middle/></policies>", "middle: is not a section"],
    ["another root", "<policy/>", "policy: the root must be <policies>"],
    [
      "a nested base",
      policyXml({ inbound: `<choose><when condition="true"><base /></when></choose>` }),
      "base: is allowed only",
    ],
    ["a base with content", policyXml({ inbound: `<base id="x" />` }), "base: has no attribute 'id'"],
    [
      "an unknown named value",
      policyXml({ inbound: `<set-backend-service base-url="{{nowhere}}" />` }),
      "refers to named value 'nowhere'",
    ],
    [
      "an unknown backend",
      policyXml({ inbound: `<set-backend-service backend-id="x" />` }),
      "names backend 'x'",
    ],
    [
      "an unknown fragment",
      policyXml({ inbound: `<include-fragment fragment-id="x" />` }),
      "names fragment 'x'",
    ],
    [
      "a base-url and a backend-id",
      policyXml({ inbound: `<set-backend-service base-url="https://a" backend-id="b" />` }),
      "needs exactly one",
    ],
    [
      "a policy that wait does not run",
      policyXml({ inbound: `<wait><mock-response /></wait>` }),
      "mock-response: is not allowed in <wait>",
    ],
  ])("refuses %s", async (_what, xml, problem) => {
    expect(await refusals(xml)).toContainEqual(expect.stringContaining(problem));
  });

  it("puts named values in as text, and once", async () => {
    const backend = new FixedBackend();
    const value = (displayName: string, text: string) => ({
      address: displayName,
      displayName,
      value: text,
      secret: false,
    });
    const gateway = await RunningGateway.start(
      gatewayModel({
        namedValues: [value("host", "backend"), value("nested", "{{host}}")],
        apis: [
          apiModel({
            policyXml: policyXml({
              inbound: `<set-backend-service base-url="https://{{host}}.example/base" />
                <set-header name="x-nested" exists-action="override"><value>{{nested}}</value></set-header>`,
            }),
          }),
        ],
      }),
      { "backend.example": backend.handler },
    );
    await gateway.call("/api/ping");
    expect(backend.requests).toMatchObject([
      { url: "https://backend.example/base/ping", headers: { "x-nested": ["{{host}}"] } },
    ]);
  });

  it("never lets a named value become markup", async () => {
    const gateway = await RunningGateway.start(
      gatewayModel({
        namedValues: [{ address: "n", displayName: "n", value: `"/><return-response/>`, secret: false }],
        apis: [
          apiModel({
            policyXml: policyXml({
              inbound: `<set-header name="x" exists-action="override"><value>{{n}}</value></set-header>`,
            }),
          }),
        ],
      }),
      { "backend.example": new FixedBackend().handler },
    );
    expect((await gateway.call("/api/ping")).text).toBe("from the backend");
  });

  it("runs a fragment in place, traced by the fragment's address", async () => {
    const xml = `<fragment><mock-response status-code="202" /></fragment>`;
    const gateway = await RunningGateway.start(
      gatewayModel({
        fragments: [{ address: "fragment.f", name: "f", xml, format: "rawxml" }],
        apis: [apiModel({ policyXml: policyXml({ inbound: `<include-fragment fragment-id="f" />` }) })],
      }),
    );
    expect((await gateway.call("/api/ping")).status).toBe(202);
    expect(gateway.sinks.traces[0]?.steps[1]).toMatchObject({
      element: "mock-response",
      outcome: "endedPipeline",
      position: {
        address: "fragment.f",
        scope: "api",
        section: "inbound",
        path: "include-fragment[1]\\mock-response[1]",
      },
    });
  });

  it.each([
    ["base", "<base />"],
    ["another fragment", `<include-fragment fragment-id="f" />`],
    ["a section's policy out of place", "<forward-request />"],
  ])("refuses a fragment with %s", async (_what, content) => {
    const start = RunningGateway.start(
      gatewayModel({
        fragments: [
          { address: "fragment.f", name: "f", xml: `<fragment>${content}</fragment>`, format: "rawxml" },
        ],
        apis: [apiModel({ policyXml: policyXml({ inbound: `<include-fragment fragment-id="f" />` }) })],
      }),
    );
    await expect(start).rejects.toThrow(/fragment\.f: inbound, line 1, column 11/);
  });

  it("runs a fragment at each place that includes it, traced by that place", async () => {
    const xml = `<fragment><set-header name="x" exists-action="append"><value>@(context.Request.Method)</value></set-header></fragment>`;
    const include = `<include-fragment fragment-id="f" />`;
    const backend = new FixedBackend();
    const gateway = await RunningGateway.start(
      gatewayModel({
        fragments: [{ address: "fragment.f", name: "f", xml, format: "rawxml" }],
        apis: [apiModel({ policyXml: policyXml({ inbound: include.repeat(3) }) })],
      }),
      { "backend.example": backend.handler },
    );
    await gateway.call("/api/ping");
    expect(backend.requests[0]?.headers).toMatchObject({ x: ["GET,GET,GET"] });
    const steps = gateway.sinks.traces[0]?.steps.filter(({ element }) => element === "set-header");
    expect(steps?.map(({ position }) => position.path)).toEqual(
      [1, 2, 3].map((number) => `include-fragment[${number}]\\set-header[1]`),
    );
  });

  it.each([
    [
      "twice, with what a document may have once",
      `<rate-limit calls="1" renewal-period="1" />`,
      { inbound: `<include-fragment fragment-id="f" /><include-fragment fragment-id="f" />` },
      "rate-limit: is allowed once in a document",
    ],
    [
      "out of place, after it stood in place",
      `<forward-request />`,
      {
        backend: `<include-fragment fragment-id="f" />`,
        outbound: `<include-fragment fragment-id="f" />`,
      },
      "forward-request: is not allowed in section outbound; allowed: backend",
    ],
  ])("refuses a fragment %s", async (_what, content, sections, problem) => {
    const fragment = {
      address: "fragment.f",
      name: "f",
      xml: `<fragment>${content}</fragment>`,
      format: "rawxml",
    } as const;
    expect(await refusals(policyXml(sections), [fragment])).toEqual([problem]);
  });

  it("refuses policies that the tier does not have", async () => {
    const xml = policyXml({ inbound: `<mock-response />` }).padEnd(17 * 1024);
    const start = RunningGateway.start(
      gatewayModel({ tier: "Consumption", apis: [apiModel({ policyXml: xml })] }),
    );
    await expect(start).rejects.toThrow(/is 17408 bytes long; the limit is 16384/);
  });
});

describe("Gateway: forwarding", () => {
  const forwarding = (parts: Parameters<typeof gatewayModel>[0], hosts: Record<string, HttpHandler>) =>
    RunningGateway.start(gatewayModel({ apis: [apiModel()], ...parts }), hosts);

  it("appends path and query to the backend's URL and names the backend as host", async () => {
    const backend = new FixedBackend();
    const gateway = await forwarding(
      { apis: [apiModel({ serviceUrl: "https://backend.example/openai/" })] },
      { "backend.example": backend.handler },
    );
    await gateway.call("/api/ping?a=1&b=x%20y&a=2", { headers: { Host: "gateway.azure-api.net" } });
    expect(backend.requests).toMatchObject([
      { url: "https://backend.example/openai/ping?a=1&a=2&b=x%20y", headers: { host: ["backend.example"] } },
    ]);
  });

  it("keeps fields of one connection to that connection", async () => {
    const backend = new FixedBackend(200, "", { connection: "x-hop", "x-hop": "1", "x-end": "2" });
    const gateway = await forwarding({}, { "backend.example": backend.handler });
    const answer = await gateway.call("/api/ping", {
      headers: { Connection: "Authorization", Authorization: "secret", TE: "x" },
    });
    expect(backend.requests[0]?.headers).not.toHaveProperty("authorization");
    expect(backend.requests[0]?.headers).not.toHaveProperty("te");
    expect(Object.keys(answer.headers).map((name) => name.toLowerCase())).not.toContain("x-hop");
    expect(answer.headers).toMatchObject({ "x-end": ["2"] });
  });

  it("uses credentials of the backend instead of the caller's", async () => {
    const backend = new FixedBackend();
    const gateway = await forwarding(
      {
        namedValues: [{ address: "n", displayName: "key", value: "from-vault", secret: true }],
        backends: [
          backendModel("backend", { headers: { "api-key": "{{key}}" }, query: { code: "{{key}}" } }),
        ],
      },
      { "backend.example": backend.handler },
    );
    await gateway.call("/api/ping", { headers: { "Api-Key": "mine" } });
    expect(backend.requests).toMatchObject([
      { url: "https://backend.example/ping?code=from-vault", headers: { "api-key": ["from-vault"] } },
    ]);
  });

  it("sends the token of a backend's managed-identity credential", async () => {
    const backend = new FixedBackend();
    const gateway = await RunningGateway.start(
      gatewayModel({
        apis: [apiModel()],
        backends: [backendModel("backend", { managedIdentity: { resource: "https://r", clientId: "c" } })],
      }),
      { "backend.example": backend.handler },
      { managedIdentityToken: (resource, clientId) => Promise.resolve(token(resource, clientId)) },
    );
    await gateway.call("/api/ping", { headers: { Authorization: "mine" } });
    expect(backend.requests[0]?.headers).toMatchObject({
      authorization: [`Bearer ${token("https://r", "c")}`],
    });
  });

  it("does not call the backend without the token its credential asks for", async () => {
    const backend = new FixedBackend();
    const gateway = await forwarding(
      { backends: [backendModel("backend", { managedIdentity: { resource: "https://r" } })] },
      { "backend.example": backend.handler },
    );
    expect((await gateway.call("/api/ping")).status).toBe(500);
    expect(backend.requests).toHaveLength(0);
  });

  it.each([
    ["a host that does not exist", {}, "BackendConnectionFailure"],
    [
      "a connection that breaks",
      { "backend.example": () => Promise.reject(new NetworkError("ECONNRESET", "reset")) },
      "BackendConnectionFailure",
    ],
  ])("answers 500 for %s", async (_what, hosts, reason) => {
    const gateway = await forwarding({}, hosts);
    const answer = await gateway.call("/api/ping");
    const trace = gateway.sinks.traces[0];
    expect(JSON.parse(answer.text)).toEqual({
      statusCode: 500,
      message: "Internal server error",
      activityId: trace?.requestId,
    });
    expect(trace?.lastError).toMatchObject({ source: "forward-request", reason, section: "backend" });
  });

  it("refuses a backend whose certificate is for another name", async () => {
    const backend = new FixedBackend();
    const gateway = await forwarding({}, { "backend.example": backend.handler });
    gateway.network.setCertificateFault("backend.example", "wrongName");
    expect((await gateway.call("/api/ping")).status).toBe(500);
    expect(backend.requests).toHaveLength(0);
  });

  it("gives up after the timeout, which the simulation's clock measures", async () => {
    const gateway = await forwarding(
      { apis: [apiModel({ policyXml: policyXml({ backend: `<forward-request timeout="5" />` }) })] },
      { "backend.example": () => new Promise(() => undefined) },
    );
    const answer = gateway.call("/api/ping");
    await new Promise((resolve) => setImmediate(resolve));
    gateway.clock.advance(5000);
    expect((await answer).status).toBe(500);
    expect(gateway.sinks.traces[0]?.lastError).toMatchObject({
      source: "forward-request",
      reason: "Timeout",
    });
  });

  it("passes a redirect on unless told to follow it", async () => {
    const gateway = await forwarding(
      {},
      { "backend.example": new FixedBackend(302, "", { location: "/other" }).handler },
    );
    expect((await gateway.call("/api/ping")).status).toBe(302);
  });

  it("follows redirects without showing credentials to another host", async () => {
    const other = new FixedBackend();
    const gateway = await forwarding(
      {
        apis: [
          apiModel({ policyXml: policyXml({ backend: `<forward-request follow-redirects="true" />` }) }),
        ],
      },
      {
        "backend.example": new FixedBackend(302, "", { location: "https://other.example/x" }).handler,
        "other.example": other.handler,
      },
    );
    const answer = await gateway.call("/api/ping", { headers: { Authorization: "secret" } });
    expect(answer.text).toBe("from the backend");
    expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  it("sends the body on as it comes", async () => {
    const backend = new FixedBackend();
    const gateway = await forwarding(
      { apis: [apiModel({ operations: [operationModel("POST", "/ping")] })] },
      { "backend.example": backend.handler },
    );
    await gateway.call("/api/ping", { method: "POST", body: "content" });
    expect(backend.requests).toMatchObject([{ method: "POST", body: "content" }]);
  });

  it("does not deliver a response that broke off as if it were complete", async () => {
    const gateway = await forwarding(
      {},
      {
        "backend.example": () => {
          async function* body(): AsyncGenerator<Uint8Array> {
            yield await Promise.resolve(Buffer.from("half"));
            throw new NetworkError("ECONNRESET", "reset");
          }
          return Promise.resolve({ ...bytesResponse(200, Buffer.from("")), body: body() });
        },
      },
    );
    await expect(gateway.call("/api/ping")).rejects.toThrow("reset");
    expect(gateway.sinks.traces[0]?.outcome).toBe("backendBrokeOff");
  });
});

describe("Gateway: platform limits", () => {
  it("refuses a long path segment", async () => {
    const gateway = await RunningGateway.start(gatewayModel({ apis: [apiModel()] }));
    expect((await gateway.call(`/api/${"x".repeat(1025)}`)).status).toBe(414);
  });

  it("refuses a long URL on v2 tiers", async () => {
    const gateway = await RunningGateway.start(gatewayModel({ tier: "StandardV2", apis: [apiModel()] }));
    expect((await gateway.call(`/api/ping?x=${"x".repeat(16_384)}`)).status).toBe(414);
  });

  it("refuses a request that says it is larger than the tier takes", async () => {
    const gateway = await RunningGateway.start(gatewayModel({ tier: "StandardV2", apis: [apiModel()] }));
    const headers = { "Content-Length": String(1024 ** 3 + 1) };
    expect((await gateway.call("/api/ping", { headers, body: "x" })).status).toBe(413);
  });

  it("refuses to buffer more than the tier does", async () => {
    const gateway = await RunningGateway.start(
      gatewayModel({
        tier: "StandardV2",
        apis: [
          apiModel({
            operations: [operationModel("POST", "/ping")],
            policyXml: policyXml({ backend: `<forward-request buffer-request-body="true" />` }),
          }),
        ],
      }),
      { "backend.example": new FixedBackend().handler },
    );
    const answer = await gateway.call("/api/ping", { method: "POST", body: "x".repeat(2 * 1024 ** 2 + 1) });
    expect(answer.status).toBe(413);
  });
});

describe("Gateway: diagnostics", () => {
  const diagnostic = {
    address: "diagnostic",
    identifier: "applicationinsights",
    logger: "logger",
    metrics: true,
    largeLanguageModelLogs: false,
    headersToLog: { frontendRequest: [], frontendResponse: [], backendRequest: [], backendResponse: [] },
    bodyBytes: 0,
  };
  const run = async (parts: Partial<DiagnosticModel>, target = "/api/ping"): Promise<string> => {
    const gateway = await RunningGateway.start(
      gatewayModel({
        apis: [apiModel({ operations: [operationModel("POST", "/ping")] })],
        diagnostics: [{ ...diagnostic, ...parts }],
      }),
      { "backend.example": new FixedBackend(200, "answer-marker").handler },
    );
    await gateway.call(target, {
      method: "POST",
      body: "prompt-marker",
      headers: { "X-Marker": "header-marker" },
    });
    return gateway.sinks.logs.map(({ body }) => body).join("\n");
  };

  it("writes neither headers nor bodies unless asked", async () => {
    const log = await run({});
    expect(log).toContain(`"responseCode":200`);
    expect(log).not.toMatch(/marker/);
  });

  it("writes the headers it is asked for", async () => {
    expect(
      await run({ headersToLog: { ...diagnostic.headersToLog, frontendRequest: ["x-marker"] } }),
    ).toContain("header-marker");
  });

  it.each([
    ["hidden", { name: "X-Marker", mode: "Hide" }, `"requestHeaders":{}`],
    ["masked", { name: "X-Marker", mode: "Mask" }, `"requestHeaders":{"x-marker":"***"}`],
  ] as const)("writes a header that is %s so", async (_what, mask, expected) => {
    const masking = { headers: [mask], queryParameters: [] };
    const log = await run({
      headersToLog: { ...diagnostic.headersToLog, frontendRequest: ["x-marker"] },
      masking: { frontendRequest: masking, backendRequest: masking },
    });
    expect(log).toContain(expected);
    expect(log).not.toContain("header-marker");
  });

  it.each([
    ["all", [{ name: "*", mode: "Hide" }], `/api/ping"`],
    ["one by name", [{ name: "KEY", mode: "Hide" }], `/api/ping?v=1"`],
    ["one, masked", [{ name: "key", mode: "Mask" }], `/api/ping?v=1&key=***"`],
    ["none", [], `/api/ping?v=1&key=query-marker"`],
  ] as const)("writes query parameters without those that are hidden: %s", async (_what, masks, expected) => {
    const masking = { headers: [], queryParameters: masks };
    const log = await run(
      { masking: { frontendRequest: masking, backendRequest: masking } },
      "/api/ping?v=1&key=query-marker",
    );
    expect(log).toContain(expected);
  });

  it("writes as many bytes of the bodies as it is asked for", async () => {
    const log = await run({ bodyBytes: 6 });
    expect(log).toContain(`"requestBody":"prompt","responseBody":"answer"`);
  });

  it("writes prompts and completions when model logs have messages, and else not", async () => {
    expect(await run({ largeLanguageModelLogs: true })).not.toContain("prompt-marker");
    expect(await run({ largeLanguageModelLogs: true, largeLanguageModelMessages: true })).toMatch(
      /GatewayLlmLogs.*prompt-marker.*answer-marker/,
    );
  });
});

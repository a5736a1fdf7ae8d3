import { once } from "node:events";
import { Readable } from "node:stream";
import { decodeJwt } from "jose";
import { CertificateAuthority, simulate, type SimulateOptions, type Simulation } from "../../simulator";
import type { HttpHandler } from "../../simulator/network";
import { API_ID, apiStack, type ApiStackProps, productId } from "./support/api-stack";
import { policyXml } from "./support/gateway-models";
import { FixedBackend } from "./support/running-gateway";

// The conformance list of API Management, by its numbers; the other rows are in policies/conformance-policies.test.ts.

const MISSING_KEY = "Access denied due to missing subscription key.";
const INVALID_KEY = "Access denied due to invalid subscription key.";

const header = (name: string, value: string): string =>
  `<set-header name="${name}" exists-action="override"><value>${value}</value></set-header>`;

describe("conformance", () => {
  const running: Simulation[] = [];
  let backend: FixedBackend;

  beforeEach(() => {
    backend = new FixedBackend(200, "from the backend");
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((simulation) => simulation.close()));
  });

  async function start(
    props: ApiStackProps,
    hosts: Readonly<Record<string, HttpHandler>> = {},
    options: SimulateOptions = {},
  ): Promise<Simulation> {
    const simulation = await simulate(apiStack(props), options);
    running.push(simulation);
    for (const [host, handler] of Object.entries({ "backend.example": backend.handler, ...hosts })) {
      simulation.network.register(host, handler);
    }
    return simulation;
  }

  async function errorOf(response: {
    json(): Promise<unknown>;
  }): Promise<{ statusCode: number; message: string }> {
    return (await response.json()) as { statusCode: number; message: string };
  }

  const withKeys = { api: { subscription_required: true } };
  const apiSubscription = { subscriptions: { claims: { api_id: API_ID } } };

  test("#1 a call without the key it needs gets 401 and a challenge that names the header", async () => {
    const simulation = await start({
      api: {
        subscription_required: true,
        subscription_key_parameter_names: { header: "api-key", query: "k" },
      },
    });
    const response = await simulation.call("/api/ping");
    expect(response.status).toBe(401);
    expect(response.headers["www-authenticate"]).toBe(
      `AzureApiManagementKey realm="https://apim-x.azure-api.net/api",name="api-key",type="header"`,
    );
    const body = await errorOf(response);
    expect(body.statusCode).toBe(401);
    expect(body.message).toContain(MISSING_KEY);
  });

  test("#2 an unknown key is invalid", async () => {
    const simulation = await start(withKeys);
    const response = await simulation.call("/api/ping", { headers: { "Ocp-Apim-Subscription-Key": "x" } });
    expect(response.status).toBe(401);
    expect((await errorOf(response)).message).toContain(INVALID_KEY);
  });

  test("#3 the key of a suspended subscription is invalid", async () => {
    const simulation = await start({
      ...withKeys,
      subscriptions: { claims: { api_id: API_ID, state: "suspended" } },
    });
    const key = simulation.subscriptionKey("claims");
    const response = await simulation.call("/api/ping", { headers: { "Ocp-Apim-Subscription-Key": key } });
    expect((await errorOf(response)).message).toContain(INVALID_KEY);
  });

  test("#4 a wrong key in the header wins over a right one in the query", async () => {
    const simulation = await start({ ...withKeys, ...apiSubscription });
    const target = `/api/ping?subscription-key=${simulation.subscriptionKey("claims")}`;
    expect((await simulation.call(target)).status).toBe(200);
    const response = await simulation.call(target, { headers: { "Ocp-Apim-Subscription-Key": "x" } });
    expect((await errorOf(response)).message).toContain(INVALID_KEY);
  });

  test("#5 the default header counts for nothing once the header is renamed", async () => {
    const simulation = await start({
      api: {
        subscription_required: true,
        subscription_key_parameter_names: { header: "api-key", query: "k" },
      },
      ...apiSubscription,
    });
    const key = simulation.subscriptionKey("claims");
    const response = await simulation.call("/api/ping", { headers: { "Ocp-Apim-Subscription-Key": key } });
    expect((await errorOf(response)).message).toContain(MISSING_KEY);
  });

  test("#6 the key of a product without the API is invalid", async () => {
    const simulation = await start({
      ...withKeys,
      subscriptions: { claims: { product_id: "${azurerm_api_management_product.other.id}" } },
      resources: {
        azurerm_api_management_product: {
          other: {
            api_management_name: "${azurerm_api_management.gateway.name}",
            resource_group_name: "rg",
            product_id: "other",
            display_name: "other",
            subscription_required: true,
            published: true,
          },
        },
      },
    });
    const key = simulation.subscriptionKey("claims");
    const response = await simulation.call("/api/ping", { headers: { "Ocp-Apim-Subscription-Key": key } });
    expect((await errorOf(response)).message).toContain(INVALID_KEY);
  });

  test("#7 a bad key and an open product let the call in, with the product's policies", async () => {
    const simulation = await start({
      ...withKeys,
      product: { subscription_required: false },
      productPolicy: policyXml({ inbound: `<base />${header("x-product", "@(context.Product.Id)")}` }),
    });
    const response = await simulation.call("/api/ping", { headers: { "Ocp-Apim-Subscription-Key": "x" } });
    expect(response.status).toBe(200);
    expect(backend.requests[0]?.headers).toMatchObject({ "x-product": ["product"] });
  });

  test("#8 a key of the API's own runs no product policy and has no product", async () => {
    const simulation = await start({
      ...withKeys,
      ...apiSubscription,
      product: {},
      productPolicy: policyXml({ inbound: `<base /><rate-limit calls="1" renewal-period="60" />` }),
      apiPolicy: policyXml({
        inbound: `<base />${header("x-product", `@(context.Product == null ? "none" : "some")`)}`,
      }),
    });
    const headers = { "Ocp-Apim-Subscription-Key": simulation.subscriptionKey("claims") };
    const statuses = [];
    for (let call = 0; call < 3; call += 1) {
      statuses.push((await simulation.call("/api/ping", { headers })).status);
    }
    expect(statuses).toEqual([200, 200, 200]);
    expect(backend.requests[0]?.headers).toMatchObject({ "x-product": ["none"] });
  });

  test("#8 a key of the product runs the product's policy", async () => {
    const simulation = await start({
      ...withKeys,
      product: {},
      productPolicy: policyXml({ inbound: `<base /><rate-limit calls="1" renewal-period="60" />` }),
      subscriptions: { claims: { product_id: productId } },
    });
    const headers = { "Ocp-Apim-Subscription-Key": simulation.subscriptionKey("claims") };
    await simulation.call("/api/ping", { headers });
    expect((await simulation.call("/api/ping", { headers })).status).toBe(429);
  });

  test.each(["/api/unknown", "/unknown"])("#9 no operation matches %s: 404", async (target) => {
    const simulation = await start({});
    const response = await simulation.call(target);
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toEqual({ statusCode: 404, message: "Resource not found" });
    expect(simulation.traces[0]?.lastError).toMatchObject({
      source: "configuration",
      reason: "OperationNotFound",
    });
  });

  test("#9 the global on-error section sees a call that matches no operation", async () => {
    const simulation = await start({
      globalPolicy: policyXml({
        backend: "<forward-request />",
        onError: `${header("x-reason", "@(context.LastError.Reason)")}`,
      }),
    });
    expect((await simulation.call("/unknown")).headers["x-reason"]).toBe("OperationNotFound");
  });

  test("#18 on-error may answer with a body and status of its own", async () => {
    const simulation = await start({
      apiPolicy: policyXml({
        inbound: `<base /><check-header name="x-needed" failed-check-httpcode="401" failed-check-error-message="secret detail" ignore-case="false" />`,
        onError: `<base /><return-response>
          <set-status code="@(context.Response.StatusCode + 2)" />
          <set-body>@(new JObject(new JProperty("source", context.LastError.Source)).ToString())</set-body>
        </return-response>`,
      }),
    });
    const response = await simulation.call("/api/ping");
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ source: "check-header" });
  });

  test("#19 without base at the API, nothing of product and global runs", async () => {
    const mark = (scope: string): string => header(`x-${scope}`, "ran");
    const simulation = await start({
      globalPolicy: policyXml({ inbound: mark("global"), backend: "<forward-request />" }),
      product: { subscription_required: false },
      productPolicy: policyXml({ inbound: `<base />${mark("product")}` }),
      apiPolicy: policyXml({ inbound: mark("api") }),
    });
    await simulation.call("/api/ping");
    expect(backend.requests[0]?.headers).toMatchObject({ "x-api": ["ran"] });
    expect(backend.requests[0]?.headers).not.toHaveProperty("x-product");
    expect(backend.requests[0]?.headers).not.toHaveProperty("x-global");
  });

  const clientId = "${azurerm_user_assigned_identity.gateway.client_id}";
  const identityPolicy = (attributes: string): string =>
    `<authentication-managed-identity resource="https://cognitiveservices.azure.com" ${attributes} />`;

  test("#20 the backend sees the identity's token, never the caller's credentials", async () => {
    const simulation = await start({
      apiPolicy: policyXml({
        inbound: `<base /><set-header name="api-key" exists-action="delete" />${identityPolicy(`client-id="${clientId}"`)}`,
      }),
    });
    await simulation.call("/api/ping", { headers: { Authorization: "Bearer mine", "Api-Key": "mine" } });
    const sent = backend.requests[0]?.headers as Readonly<Record<string, readonly string[]>>;
    const claims = decodeJwt(sent["authorization"]?.[0]?.replace("Bearer ", "") ?? "");
    expect(claims).toMatchObject({
      aud: "https://cognitiveservices.azure.com",
      oid: simulation.model.identities[0]?.principalId,
    });
    expect(sent).not.toHaveProperty("api-key");
  });

  test("#21 without a token the request fails, or goes on if errors are ignored", async () => {
    const failing = await start({ apiPolicy: policyXml({ inbound: `<base />${identityPolicy("")}` }) });
    expect((await failing.call("/api/ping")).status).toBe(500);
    expect(backend.requests).toHaveLength(0);

    const ignoring = await start({
      apiPolicy: policyXml({ inbound: `<base />${identityPolicy(`ignore-error="true"`)}` }),
    });
    expect((await ignoring.call("/api/ping")).status).toBe(200);
  });

  const showsCertificate = policyXml({
    inbound: `<base />${header("x-thumbprint", `@(context.Request.Certificate?.Thumbprint ?? "none")`)}`,
  });

  test("#22 a certificate counts for nothing where the host name does not negotiate", async () => {
    const simulation = await start({ apiPolicy: showsCertificate });
    const authority = await CertificateAuthority.createRoot({ subject: "CN=ca" });
    await simulation.call("/api/ping", { certificate: await authority.issue({ subject: "CN=client" }) });
    expect(backend.requests[0]?.headers).toMatchObject({ "x-thumbprint": ["none"] });
  });

  test("#22 a certificate is there where the host name negotiates", async () => {
    const simulation = await start({
      apiPolicy: showsCertificate,
      service: {
        hostname_configuration: {
          proxy: [{ host_name: "ai.example", negotiate_client_certificate: true, default_ssl_binding: true }],
        },
      },
    });
    const authority = await CertificateAuthority.createRoot({ subject: "CN=ca" });
    await simulation.call("/api/ping", { certificate: await authority.issue({ subject: "CN=client" }) });
    expect(backend.requests[0]?.headers).toMatchObject({
      "x-thumbprint": [expect.stringMatching(/^[0-9A-F]{40}$/)],
    });
  });

  const marked = policyXml({
    backend: `<forward-request />`,
    outbound: `<base />${header("x-section", "outbound")}`,
    onError: `<base />${header("x-section", "on-error")}`,
  });

  test("#29 a backend's 500 goes through outbound", async () => {
    backend.status = 500;
    const response = await (await start({ apiPolicy: marked })).call("/api/ping");
    expect([response.status, response.headers["x-section"], await response.text()]).toEqual([
      500,
      "outbound",
      "from the backend",
    ]);
  });

  test("#30 a backend's 500 goes to on-error if forward-request fails on error statuses", async () => {
    backend.status = 500;
    const apiPolicy = marked.replace(
      "<forward-request />",
      `<forward-request fail-on-error-status-code="true" />`,
    );
    const simulation = await start({ apiPolicy });
    const response = await simulation.call("/api/ping");
    expect([response.status, response.headers["x-section"]]).toEqual([500, "on-error"]);
    expect(simulation.traces[0]?.lastError).toMatchObject({ source: "forward-request", section: "backend" });
  });

  const breaker = {
    name: "rule",
    trip_duration: "PT1M",
    accept_retry_after_enabled: true,
    failure_condition: { count: 1, interval_duration: "PT1M", status_code_range: [{ min: 429, max: 429 }] },
  };
  const backendResource = (name: string): object => ({
    api_management_name: "${azurerm_api_management.gateway.name}",
    resource_group_name: "rg",
    name,
    protocol: "http",
    url: `https://${name}.example`,
    circuit_breaker_rule: breaker,
  });

  test("#31 an open breaker answers 503 without a call, for as long as the backend asked", async () => {
    backend.status = 429;
    backend.headers = { "retry-after": "90" };
    const simulation = await start(
      {
        apiPolicy: policyXml({ inbound: `<base /><set-backend-service backend-id="one" />` }),
        resources: { azurerm_api_management_backend: { one: backendResource("one") } },
      },
      { "one.example": backend.handler },
    );
    expect((await simulation.call("/api/ping")).status).toBe(429);
    expect((await simulation.call("/api/ping")).status).toBe(503);
    expect(backend.requests).toHaveLength(1);
    simulation.clock.advance(89_000);
    expect((await simulation.call("/api/ping")).status).toBe(503);
    simulation.clock.advance(1_001);
    expect((await simulation.call("/api/ping")).status).toBe(429);
  });

  const pool = (members: readonly (readonly [name: string, priority: number])[]): ApiStackProps => ({
    apiPolicy: policyXml({
      backend: `<retry condition="@(context.Response.StatusCode == 429)" count="3" interval="0" first-fast-retry="true">
        <forward-request buffer-request-body="true" /></retry>`,
      inbound: `<base /><set-backend-service backend-id="pool" />`,
    }),
    resources: {
      azurerm_api_management_backend: Object.fromEntries(
        members.map(([name]) => [name, backendResource(name)]),
      ),
      azapi_resource: {
        pool: {
          type: "Microsoft.ApiManagement/service/backends@2024-05-01",
          name: "pool",
          parent_id: "${azurerm_api_management.gateway.id}",
          body: {
            properties: {
              type: "Pool",
              pool: {
                services: members.map(([name, priority]) => ({
                  id: `\${azurerm_api_management_backend.${name}.id}`,
                  priority,
                  weight: 1,
                })),
              },
            },
          },
        },
      },
    },
  });

  test("#31 a pool moves on only when the whole preferred group is open, and then to 503", async () => {
    const status: Record<string, number> = { first: 200, second: 200, last: 200 };
    const called: string[] = [];
    const host =
      (name: string): HttpHandler =>
      async (request) => {
        called.push(name);
        return new FixedBackend(status[name], name).handler(request);
      };
    const simulation = await start(
      pool([
        ["first", 1],
        ["second", 1],
        ["last", 2],
      ]),
      { "first.example": host("first"), "second.example": host("second"), "last.example": host("last") },
    );
    const calls = async (count: number): Promise<ReadonlySet<string>> => {
      called.length = 0;
      for (let call = 0; call < count; call += 1) {
        await simulation.call("/api/ping", { method: "POST", body: "x" });
      }
      return new Set(called);
    };
    expect(await calls(4)).toEqual(new Set(["first", "second"]));
    status["first"] = 429;
    await calls(2);
    expect(await calls(2)).toEqual(new Set(["second"]));
    status["second"] = 429;
    expect((await calls(1)).has("last")).toBe(true);
    expect(await calls(2)).toEqual(new Set(["last"]));
    status["last"] = 429;
    await calls(1);
    called.length = 0;
    expect((await simulation.call("/api/ping")).status).toBe(503);
    expect(called).toEqual([]);
  });

  test("#32 the first event of a stream arrives before the backend ends", async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const simulation = await start(
      { apiPolicy: policyXml({ backend: `<forward-request buffer-response="false" />` }) },
      {
        "backend.example": () => {
          async function* events(): AsyncGenerator<Uint8Array> {
            yield Buffer.from("data: 1\n\n");
            await released;
            yield Buffer.from("data: [DONE]\n\n");
          }
          const headers = { "content-type": ["text/event-stream"] };
          return Promise.resolve({ status: 200, reason: "OK", headers, body: events() });
        },
      },
    );
    const body = Readable.from((await simulation.call("/api/ping")).body);
    const [first] = (await once(body, "data")) as [Buffer];
    expect(first.toString()).toBe("data: 1\n\n");
    release();
    const [second] = (await once(body, "data")) as [Buffer];
    expect(second.toString()).toBe("data: [DONE]\n\n");
  });

  test("#33 a body that was read without preserving it cannot be read again", async () => {
    const read = (preserve: string): string =>
      `<set-variable name="v" value="@(context.Request.Body.As&lt;string&gt;(${preserve}))" />`;
    const once = await start({ apiPolicy: policyXml({ inbound: `<base />${read("")}${read("")}` }) });
    expect((await once.call("/api/ping", { body: "x" })).status).toBe(500);
    expect(once.traces[0]?.lastError).toMatchObject({
      source: "set-variable",
      reason: "ExpressionValueEvaluationFailure",
      path: "set-variable[2]",
    });
    const kept = await start({
      apiPolicy: policyXml({ inbound: `<base />${read("preserveContent: true")}${read("true")}` }),
    });
    expect((await kept.call("/api/ping", { body: "x" })).status).toBe(200);
    expect(backend.requests[0]?.body).toBe("x");
  });

  test("#33 a body that was read without preserving it is not forwarded", async () => {
    const simulation = await start({
      apiPolicy: policyXml({
        inbound: `<base /><set-variable name="v" value="@(context.Request.Body.As&lt;string&gt;())" />`,
      }),
    });
    await simulation.call("/api/ping", { body: "x" });
    expect(backend.requests[0]?.body).toBe("");
  });

  test("#34 a variable that is not there reads as null", async () => {
    const simulation = await start({
      apiPolicy: policyXml({
        inbound: `<base />${header("x-null", `@(context.Variables["missing"] == null ? "null" : "there")`)}`,
      }),
    });
    await simulation.call("/api/ping");
    expect(backend.requests[0]?.headers).toMatchObject({ "x-null": ["null"] });
  });

  const preflight = {
    method: "OPTIONS",
    headers: { Origin: "https://portal.example", "Access-Control-Request-Method": "POST" },
  };

  test("#35 a preflight needs neither key nor token", async () => {
    const simulation = await start({
      ...withKeys,
      apiPolicy: policyXml({
        inbound: `<cors allow-credentials="false" terminate-unmatched-request="true">
            <allowed-origins><origin>https://portal.example</origin></allowed-origins>
            <allowed-methods preflight-result-max-age="300"><method>POST</method></allowed-methods>
            <allowed-headers><header>*</header></allowed-headers>
          </cors>
          <check-header name="Authorization" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="false" />`,
      }),
    });
    const response = await simulation.call("/api/ping", preflight);
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      "access-control-allow-origin": "https://portal.example",
      "access-control-allow-methods": "POST",
      "access-control-max-age": "300",
    });
    expect(backend.requests).toHaveLength(0);
  });

  test("#35 a preflight to an API without cors matches nothing", async () => {
    expect((await (await start({})).call("/api/ping", preflight)).status).toBe(404);
  });

  test("#36 a policy in a section that is not its own is refused with its place", async () => {
    await expect(
      simulate(apiStack({ apiPolicy: policyXml({ outbound: "<forward-request />" }) })),
    ).rejects.toThrow(
      "azurerm_api_management_api_policy.api: outbound, line 1, column 75: <forward-request> is not allowed in section outbound; allowed: backend",
    );
  });

  test("#37 retry with count 2 calls a backend that always fails three times", async () => {
    backend.status = 500;
    const simulation = await start({
      apiPolicy: policyXml({
        backend: `<retry condition="@(context.Response.StatusCode &gt;= 500)" count="2" interval="0"><forward-request /></retry>`,
      }),
    });
    expect((await simulation.call("/api/ping")).status).toBe(500);
    expect(backend.requests).toHaveLength(3);
  });

  test("#38 send-request that ignores errors leaves its variable null", async () => {
    const simulation = await start({
      apiPolicy: policyXml({
        inbound: `<base /><send-request response-variable-name="r" ignore-error="true">
            <set-url>https://refused.example/</set-url><set-method>GET</set-method></send-request>
          ${header("x-response", `@(context.Variables["r"] == null ? "null" : "there")`)}`,
      }),
    });
    expect((await simulation.call("/api/ping")).status).toBe(200);
    expect(backend.requests[0]?.headers).toMatchObject({ "x-response": ["null"] });
  });
});

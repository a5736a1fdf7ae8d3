import { X509Certificate } from "node:crypto";
import { Clock, simulate, type Simulation } from "../../../simulator";
import { CertificateAuthority } from "../../../simulator/certificates";
import { type HttpHandler, jsonResponse, readText } from "../../../simulator/network";
import { apiStack, type ApiStackProps, productId } from "../support/api-stack";
import { policyXml } from "../support/gateway-models";
import { FixedBackend } from "../support/running-gateway";
import { OF_GATEWAY } from "../terraform/stack-fixture";

// The conformance list of API Management, by its numbers; the other rows are in ../conformance.test.ts.

const ISSUER = "https://issuer.example";
const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const TENANT_ID = "11111111-1111-4111-8111-111111111111";
const OTHER_TENANT_ID = "22222222-2222-4222-8222-222222222222";
const CLAIMS = { aud: "api", roles: ["Reader", "Writer"], scp: "chat.read chat.write" };

describe("conformance of policies", () => {
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
  ): Promise<Simulation> {
    const simulation = await simulate(apiStack(props), { clock: new Clock({ running: false }) });
    running.push(simulation);
    for (const [host, handler] of Object.entries({ "backend.example": backend.handler, ...hosts })) {
      simulation.network.register(host, handler);
    }
    return simulation;
  }

  const startWith = (inbound: string): Promise<Simulation> =>
    start({ apiPolicy: policyXml({ inbound: `<base />${inbound}` }) });

  /** Status, and the reason in LastError; none for a call that passed. */
  async function verdict(
    simulation: Simulation,
    headers: Readonly<Record<string, string>>,
  ): Promise<readonly [number, string | undefined]> {
    const { status } = await simulation.call("/api/ping", { headers });
    return [status, simulation.traces.at(-1)?.lastError?.reason ?? undefined];
  }

  const bearer = (token: string): Readonly<Record<string, string>> => ({ Authorization: `Bearer ${token}` });

  const validateJwt = (attributes = "", children = ""): string =>
    `<validate-jwt header-name="Authorization" ${attributes}><openid-config url="${DISCOVERY}" />
      <audiences><audience>api</audience></audiences>${children}</validate-jwt>`;

  test("#10 a call without Authorization gets 401 'JWT not present.' and never reaches the backend", async () => {
    const simulation = await startWith(validateJwt());
    const response = await simulation.call("/api/ping");
    expect([response.status, await response.json()]).toEqual([
      401,
      { statusCode: 401, message: "JWT not present." },
    ]);
    expect(backend.requests).toHaveLength(0);
  });

  describe("#11 a bad token gets the configured status and text", () => {
    let simulation: Simulation;

    beforeEach(async () => {
      const attributes = `failed-validation-httpcode="403" failed-validation-error-message="Not you"`;
      simulation = await startWith(validateJwt(attributes));
    });

    test.each<[string, Parameters<Simulation["issueToken"]>[0], string]>([
      ["expired", { issuer: ISSUER, claims: { ...CLAIMS, exp: 1 } }, "TokenExpired"],
      [
        "for another audience",
        { issuer: ISSUER, claims: { ...CLAIMS, aud: "x" } },
        "TokenAudienceNotAllowed",
      ],
      [
        "of another issuer",
        { issuer: ISSUER, claims: { ...CLAIMS, iss: "https://x" } },
        "TokenIssuerNotAllowed",
      ],
      [
        "unsigned",
        { issuer: ISSUER, claims: CLAIMS, key: "none", header: { alg: "none" } },
        "TokenSignatureInvalid",
      ],
      [
        "signed with a key nobody knows",
        { issuer: ISSUER, claims: CLAIMS, key: "unpublished" },
        "TokenSignatureKeyNotFound",
      ],
    ])("when it is %s", async (_, props, reason) => {
      const response = await simulation.call("/api/ping", {
        headers: bearer(await simulation.issueToken(props)),
      });
      expect([response.status, await response.json()]).toEqual([
        403,
        { statusCode: 403, message: "Not you" },
      ]);
      expect(simulation.traces.at(-1)?.lastError).toMatchObject({ source: "validate-jwt", reason });
    });

    test("and a good one passes", async () => {
      const headers = bearer(await simulation.issueToken({ issuer: ISSUER, claims: CLAIMS }));
      expect((await simulation.call("/api/ping", { headers })).status).toBe(200);
    });
  });

  test("#12 another scheme than the one required fails", async () => {
    const simulation = await startWith(validateJwt(`require-scheme="Bearer"`));
    const token = await simulation.issueToken({ issuer: ISSUER, claims: CLAIMS });
    expect(await verdict(simulation, { Authorization: `Basic ${token}` })).toEqual([401, "TokenNotPresent"]);
  });

  test("#13 in a header of its own the required scheme is ignored", async () => {
    const simulation = await startWith(
      validateJwt(`require-scheme="Bearer"`).replace(`"Authorization"`, `"x-token"`),
    );
    const token = await simulation.issueToken({ issuer: ISSUER, claims: CLAIMS });
    expect((await verdict(simulation, { "x-token": token }))[0]).toBe(200);
  });

  test.each([
    ["all of its values", `name="roles"`, ["Reader", "Writer"], 200],
    ["all of its values, one of them missing", `name="roles"`, ["Reader", "Owner"], 401],
    ["any of its values", `name="roles" match="any"`, ["Owner", "Writer"], 200],
    ["a separated value", `name="scp" separator=" "`, ["chat.read"], 200],
    ["a value that is not separated", `name="scp"`, ["chat.read"], 401],
  ])("#14 a claim is matched by %s", async (_, attributes, values, status) => {
    const list = values.map((value) => `<value>${value}</value>`).join("");
    const required = `<required-claims><claim ${attributes}>${list}</claim></required-claims>`;
    const simulation = await startWith(validateJwt("", required));
    const token = await simulation.issueToken({ issuer: ISSUER, claims: CLAIMS });
    expect((await verdict(simulation, bearer(token)))[0]).toBe(status);
  });

  test("#15 an unknown key id causes one early read, then none for five minutes", async () => {
    const simulation = await startWith(validateJwt());
    const provider = simulation.identity.provider(ISSUER);
    const call = async (kid: string): Promise<number> => {
      const token = await simulation.issueToken({
        issuer: ISSUER,
        claims: CLAIMS,
        key: "unpublished",
        header: { kid },
      });
      await simulation.call("/api/ping", { headers: bearer(token) });
      return provider.metadataFetches.discovery;
    };
    await simulation.call("/api/ping", {
      headers: bearer(await simulation.issueToken({ issuer: ISSUER, claims: CLAIMS })),
    });
    const reads = [provider.metadataFetches.discovery, await call("a"), await call("b"), await call("c")];
    simulation.clock.advance(300_000);
    expect([...reads, await call("d")]).toEqual([1, 2, 2, 2, 3]);
  });

  const validateEntra = `<validate-azure-ad-token tenant-id="${TENANT_ID}">
    <client-application-ids><application-id>${TENANT_ID}</application-id></client-application-ids>
    <audiences><audience>api</audience></audiences></validate-azure-ad-token>`;

  test("#16 a call without an Entra token gets 401 'Azure AD JWT not present'", async () => {
    const simulation = await startWith(validateEntra);
    const response = await simulation.call("/api/ping");
    expect([response.status, await response.json()]).toEqual([
      401,
      { statusCode: 401, message: "Azure AD JWT not present" },
    ]);
  });

  test("#17 a token of another tenant or client gets 401 'Invalid Azure AD JWT'", async () => {
    const simulation = await startWith(validateEntra);
    const good = { aud: "api", azp: TENANT_ID };
    const call = async (tenant: string, azp: string): Promise<readonly [number, string]> => {
      const token = await simulation.identity.tenant(tenant).mint({ claims: { ...good, azp } });
      const response = await simulation.call("/api/ping", { headers: bearer(token) });
      return [response.status, await response.text()];
    };
    const refused = [401, expect.stringContaining("Invalid Azure AD JWT")];
    expect([
      await call(TENANT_ID, TENANT_ID),
      await call(OTHER_TENANT_ID, TENANT_ID),
      await call(TENANT_ID, OTHER_TENANT_ID),
    ]).toEqual([[200, "from the backend"], refused, refused]);
  });

  test("#23 a certificate with another thumbprint takes the way of a failed policy", async () => {
    const authority = await CertificateAuthority.createRoot({ subject: "CN=ca" });
    const issue = (): ReturnType<CertificateAuthority["issue"]> => authority.issue({ subject: "CN=client" });
    const [allowed, other] = [await issue(), await issue()];
    const thumbprint = new X509Certificate(allowed.pem).fingerprint.replaceAll(":", "");
    const simulation = await start({
      apiPolicy: policyXml({
        inbound: `<base /><validate-client-certificate id="mtls" validate-trust="false" validate-revocation="false">
          <identities><identity thumbprint="${thumbprint}" /></identities></validate-client-certificate>`,
        onError: `<base /><set-header name="x-policy"><value>@(context.LastError.PolicyId)</value></set-header>`,
      }),
      service: {
        hostname_configuration: {
          proxy: [{ host_name: "ai.example", negotiate_client_certificate: true, default_ssl_binding: true }],
        },
      },
    });
    const good = await simulation.call("/api/ping", { certificate: allowed });
    const bad = await simulation.call("/api/ping", { certificate: other });
    expect([good.status, bad.status, bad.headers["x-policy"]]).toEqual([200, 403, "mtls"]);
  });

  const limited: ApiStackProps = {
    api: { subscription_required: true },
    product: {},
    subscriptions: { claims: { product_id: productId } },
  };
  const key = (simulation: Simulation): Readonly<Record<string, string>> => ({
    "Ocp-Apim-Subscription-Key": simulation.subscriptionKey("claims"),
  });

  test("#24 the call after the last gets 429 with Retry-After, and the window slides", async () => {
    const rateLimit = `<rate-limit calls="2" renewal-period="60" />`;
    const simulation = await start({
      ...limited,
      productPolicy: policyXml({ inbound: `<base />${rateLimit}` }),
    });
    const call = async (): Promise<readonly [number, unknown]> => {
      const { status, headers } = await simulation.call("/api/ping", { headers: key(simulation) });
      return [status, headers["retry-after"]];
    };
    const first = await call();
    simulation.clock.advance(20_000);
    const answers = [first, await call(), await call()];
    simulation.clock.advance(40_000);
    expect([...answers, await call(), await call()]).toEqual([
      [200, undefined],
      [200, undefined],
      [429, "40"],
      [200, undefined],
      [429, "20"],
    ]);
  });

  test("#25 rate-limit never limits a call without a subscription", async () => {
    const simulation = await startWith(`<rate-limit calls="1" renewal-period="60" />`);
    const statuses = [await verdict(simulation, {}), await verdict(simulation, {})].map(([status]) => status);
    expect(statuses).toEqual([200, 200]);
  });

  test("#26 the call whose completion exceeds the token limit succeeds, the next gets 429", async () => {
    backend.body = JSON.stringify({ usage: { prompt_tokens: 5, completion_tokens: 95, total_tokens: 100 } });
    backend.headers = { "content-type": "application/json" };
    const simulation = await startWith(
      `<llm-token-limit counter-key="all" tokens-per-minute="50" estimate-prompt-tokens="false" />`,
    );
    const body = { messages: [{ role: "user", content: "hello" }] };
    const first = await simulation.call("/api/ping", { body });
    const second = await simulation.call("/api/ping", { body });
    expect([first.status, second.status, second.headers["retry-after"]]).toEqual([200, 429, "60"]);
    expect(await second.json()).toEqual({
      statusCode: 429,
      message: "Token limit is exceeded. Try again in 60 seconds.",
    });
  });

  test("#27 a quota that is used up gets 403", async () => {
    const quota = `<quota calls="1" renewal-period="3600" />`;
    const simulation = await start({ ...limited, productPolicy: policyXml({ inbound: `<base />${quota}` }) });
    const statuses = [await verdict(simulation, key(simulation)), await verdict(simulation, key(simulation))];
    expect(statuses).toEqual([
      [200, undefined],
      [403, "QuotaExceeded"],
    ]);
  });

  test("#28 content as severe as the threshold is blocked with 403", async () => {
    const safety: HttpHandler = async ({ body }) => {
      const { text } = JSON.parse(await readText(body)) as { readonly text: string };
      return jsonResponse(200, { categoriesAnalysis: [{ category: "Violence", severity: Number(text) }] });
    };
    const simulation = await start(
      {
        apiPolicy: policyXml({
          inbound: `<base /><llm-content-safety backend-id="safety"><categories>
            <category name="Violence" threshold="4" /></categories></llm-content-safety>`,
        }),
        resources: {
          azurerm_api_management_backend: {
            safety: { ...OF_GATEWAY, name: "safety", protocol: "http", url: "https://safety.example" },
          },
        },
      },
      { "safety.example": safety },
    );
    const statuses: number[] = [];
    for (const severity of ["2", "4"]) {
      const body = { messages: [{ role: "user", content: severity }] };
      statuses.push((await simulation.call("/api/ping", { body })).status);
    }
    expect([statuses, backend.requests.length]).toEqual([[200, 403], 1]);
  });
});

import { join } from "node:path";
import { simulate } from "../../../simulator";
import { type ApiAccess, describeCredential, findAccess } from "../../../simulator/access";
import { CertificateAuthority } from "../../../simulator/certificates";
import { referenceEnvironmentsFolder } from "../../support/environments";
import { API_ID, apiStack, type ApiStackProps } from "../support/api-stack";
import { policyXml } from "../support/gateway-models";
import { OF_GATEWAY } from "../terraform/stack-fixture";

const ISSUER = "https://id.example.com";
const OK = `<return-response><set-status code="200" /></return-response>`;
const REFUSE = `<return-response><set-status code="403" /></return-response>`;

function validateJwt(inside = ""): string {
  return (
    `<validate-jwt header-name="Authorization" output-token-variable-name="token">` +
    `<openid-config url="${ISSUER}/.well-known/openid-configuration" />` +
    `<audiences><audience>api://models</audience></audiences>${inside}</validate-jwt>`
  );
}

/** Refuses with 403 unless a condition on the token holds. */
function demand(condition: string): string {
  return `<choose><when condition='@{ var token = (Jwt)context.Variables["token"]; return !(${condition}); }'>${REFUSE}</when></choose>`;
}

async function accessOf(props: ApiStackProps): Promise<ApiAccess> {
  const rehearsal = await simulate(apiStack(props));
  try {
    const [access] = await findAccess(rehearsal);
    return access as ApiAccess;
  } finally {
    await rehearsal.close();
  }
}

async function claimsFor(policy: string): Promise<unknown> {
  const { accesses } = await accessOf({ apiPolicy: policyXml({ inbound: policy + OK }) });
  const [credential] = accesses[0]?.admitted[0].credentials ?? [];
  return credential?.kind === "token" ? credential.claims : undefined;
}

describe("findAccess", () => {
  it("finds that an open API needs no credential", async () => {
    const access = await accessOf({ apiPolicy: policyXml({ inbound: OK }) });
    expect(access).toMatchObject({ accesses: [], unknown: [], anonymous: { status: 200 } });
  });

  it("finds a token for validate-jwt, and that one with another signature stays out", async () => {
    const { accesses, anonymous } = await accessOf({ apiPolicy: policyXml({ inbound: validateJwt() + OK }) });
    expect(accesses).toMatchObject([{ admitted: [{ status: 200 }], refused: [{ status: 401 }] }]);
    expect(anonymous?.status).toBe(401);
  });

  it.each([
    [
      "required claims",
      validateJwt(
        `<required-claims><claim name="tier" match="any"><value>gold</value><value>tin</value></claim></required-claims>`,
      ),
      { tier: "gold" },
    ],
    [
      "a scope that C# asks for",
      validateJwt() +
        demand(
          `token.Claims["scp"].SelectMany(v => v.Split(' ')).Any(v => new[] { "Use", "Admin" }.Contains(v))`,
        ),
      { scp: "Admin" },
    ],
    [
      "a client that C# asks for",
      validateJwt() + demand(`new[] { "claims" }.Contains(token.Claims["azp"][0])`),
      { azp: "claims" },
    ],
  ])("puts into the token what is needed, and no more: %s", async (_, policy, expected) => {
    expect(await claimsFor(policy)).toEqual({ aud: "api://models", sub: "simulated-user", ...expected });
  });

  it("finds the clients that a switch names", async () => {
    const table =
      `<set-variable name="callerClientId" value='@{ var token = (Jwt)context.Variables["token"];` +
      ` switch ("okta/" + token.Claims["cid"][0]) { case "okta/a": return "alpha"; case "okta/b": return "beta"; default: return ""; } }' />` +
      `<choose><when condition='@((string)context.Variables["callerClientId"] == "")'>${REFUSE}</when></choose>`;
    const { accesses } = await accessOf({ apiPolicy: policyXml({ inbound: validateJwt() + table + OK }) });
    expect(accesses[0]?.admitted.map(({ client }) => client)).toEqual(["alpha", "beta"]);
  });

  describe("with subscription keys", () => {
    const keys: ApiStackProps = {
      api: { subscription_required: true },
      subscriptions: { claims: { api_id: API_ID }, search: { api_id: API_ID } },
    };

    it("finds every subscription, and that another key stays out", async () => {
      const { accesses } = await accessOf({ ...keys, apiPolicy: policyXml({ inbound: OK }) });
      expect(accesses).toMatchObject([
        { admitted: [{ client: "claims" }, { client: "search" }], refused: [{ status: 401 }] },
      ]);
    });

    it("passes over a suspended one", async () => {
      const subscriptions = { ...keys.subscriptions, search: { api_id: API_ID, state: "suspended" } };
      const { accesses } = await accessOf({ ...keys, subscriptions, apiPolicy: policyXml({ inbound: OK }) });
      expect(accesses[0]?.admitted.map(({ client }) => client)).toEqual(["claims"]);
    });

    it("finds that a key and a token belong together, and that either is not enough when the other is spoiled", async () => {
      const { accesses } = await accessOf({ ...keys, apiPolicy: policyXml({ inbound: validateJwt() + OK }) });
      expect(accesses.map(({ authenticators }) => authenticators.length)).toEqual([2]);
      expect(accesses[0]?.refused.map(({ status }) => status)).toEqual([401, 401]);
    });
  });

  describe("with a header that must have a value", () => {
    const guard = (values: string): string =>
      `<check-header name="X-Azure-FDID" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="false">${values}</check-header>`;
    const props = (values: string): ApiStackProps => ({
      api: { subscription_required: true },
      subscriptions: { claims: { api_id: API_ID } },
      apiPolicy: policyXml({ inbound: guard(values) + OK }),
      resources: {
        azurerm_api_management_named_value: {
          door: { ...OF_GATEWAY, name: "front-door-id", display_name: "front-door-id", secret: true, value: "door-1" },
        },
      },
    });

    it.each([
      ["one of several", "<value>@(context.Api.Id)</value><value>a</value><value>b</value>"],
      ["a named value", "<value>{{front-door-id}}</value>"],
      ["any value", ""],
    ])("finds that it and a key belong together: %s", async (_, values) => {
      const { accesses, unknown } = await accessOf(props(values));
      expect(accesses).toMatchObject([{ authenticators: ["header X-Azure-FDID", "subscription key"] }]);
      expect(unknown).toEqual([]);
    });

    it("finds that another value, and another key, stay out", async () => {
      const { accesses } = await accessOf(props("<value>a</value>"));
      expect(accesses[0]?.refused.map(({ status }) => status)).toEqual([403, 401]);
    });

    it("does not say its value in the names of credentials", async () => {
      const { accesses } = await accessOf(props("<value>{{front-door-id}}</value>"));
      const names = accesses.flatMap(({ admitted }) => admitted[0].credentials.map(describeCredential));
      expect(names).toEqual(["header X-Azure-FDID", "key of subscription claims"]);
    });
  });

  it("finds a header that goes with either of two credentials, where all stands in one line", async () => {
    const { accesses } = await accessOf({
      subscriptions: { claims: { api_id: API_ID } },
      apiPolicy: policyXml({
        inbound:
          `<check-header name="X-Door" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="false"><value>a</value></check-header>` +
          `<choose><when condition="@(context.Subscription == null)">${validateJwt()}</when></choose>${OK}`,
      }),
    });
    expect(accesses.map(({ authenticators }) => authenticators)).toEqual([
      ["header X-Door", `token of ${ISSUER}/.well-known/openid-configuration`],
      ["header X-Door", "subscription key"],
    ]);
  });

  it("finds a certificate for the identity that validate-client-certificate names", async () => {
    const authority = await CertificateAuthority.createRoot({ subject: "CN=Devices, O=Contoso" });
    const { accesses } = await accessOf({
      service: {
        certificate: [
          { store_name: "Root", encoded_certificate: Buffer.from(authority.der).toString("base64") },
        ],
        hostname_configuration: {
          proxy: [{ host_name: "ai.example.com", negotiate_client_certificate: true }],
        },
      },
      apiPolicy: policyXml({
        inbound: `<validate-client-certificate validate-revocation="false"><identities><identity common-name="scanner" /></identities></validate-client-certificate>${OK}`,
      }),
    });
    const [trial] = accesses[0]?.admitted ?? [];
    expect(trial?.credentials.map(describeCredential)).toEqual(["certificate scanner"]);
    expect(accesses[0]?.refused).toMatchObject([{ status: 403 }]);
  });

  it.each([
    [
      "a token from elsewhere",
      `<validate-jwt token-value="@(context.Request.Headers.GetValueOrDefault(&quot;X&quot;, &quot;&quot;))"><openid-config url="${ISSUER}" /></validate-jwt>`,
      "somewhere else than a header",
    ],
    [
      "keys of its own",
      `<validate-jwt header-name="Authorization"><issuer-signing-keys><key>c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=</key></issuer-signing-keys></validate-jwt>`,
      "keys of its own",
    ],
    [
      "an identity that is not the gateway's",
      validateJwt() +
        `<authentication-managed-identity resource="https://cognitiveservices.azure.com" client-id="33333333-3333-4333-8333-333333333333" />`,
      "ended in 500: authentication-managed-identity: ",
    ],
    ["a secret in a rule", validateJwt() + demand(`token.Claims["x"][0].Length == 7`), "cannot be read off"],
  ])("says why it has no credential: %s", async (_, policy, reason) => {
    const { accesses, unknown } = await accessOf({ apiPolicy: policyXml({ inbound: policy + OK }) });
    expect(accesses).toEqual([]);
    expect(unknown).toEqual([expect.objectContaining({ reason: expect.stringContaining(reason) as string })]);
  });

  it("tells an account that refuses from policies that do", async () => {
    const identity =
      `<authentication-managed-identity resource="https://cognitiveservices.azure.com" ` +
      `client-id="\${azurerm_user_assigned_identity.gateway.client_id}" />`;
    const { accesses, unknown } = await accessOf({
      api: { subscription_required: true, service_url: "https://oai-x.openai.azure.com/openai" },
      operations: ["POST /deployments/{id}/chat/completions"],
      subscriptions: { claims: { api_id: API_ID } },
      apiPolicy: policyXml({ inbound: identity }),
      resources: {
        azurerm_cognitive_account: {
          x: {
            name: "oai-x",
            location: "westeurope",
            resource_group_name: "rg",
            kind: "OpenAI",
            sku_name: "S0",
            custom_subdomain_name: "oai-x",
          },
        },
        azurerm_cognitive_deployment: {
          chat: {
            name: "chat",
            cognitive_account_id: "${azurerm_cognitive_account.x.id}",
            model: { format: "OpenAI", name: "gpt-5.4", version: "2026-03-05" },
            sku: { name: "DataZoneStandard", capacity: 100 },
          },
        },
      },
    });
    expect(accesses).toEqual([]);
    expect(unknown).toMatchObject([
      {
        reason: expect.stringMatching(
          /^the policies let a call through, and the backend refuses it: 401: oai-x\.openai\.azure\.com answered with 401: The principal /,
        ) as string,
      },
    ]);
  });

  it("finds which answers are given again, and another caller who does not get them", async () => {
    const caller = (other: string): string =>
      `<set-variable name="callerClientId" value='@{ var token = (Jwt)context.Variables["token"];` +
      ` switch ("okta/" + token.Claims["cid"][0]) { case "okta/a": return "alpha"; case "okta/b": return "${other}"; default: return ""; } }' />` +
      `<choose><when condition='@((string)context.Variables["callerClientId"] == "")'>${REFUSE}</when></choose>`;
    const key = `key='@((string)context.Variables["callerClientId"])'`;
    const cache =
      `<cache-lookup-value ${key} variable-name="kept" />` +
      `<cache-store-value ${key} value="x" duration="60" />`;
    const cachedOf = async (inbound: string): Promise<ApiAccess["cached"]> =>
      (await accessOf({ apiPolicy: policyXml({ inbound: validateJwt() + inbound + OK }) })).cached;

    expect(await cachedOf(caller("beta") + cache)).toMatchObject({
      again: { client: "alpha", status: 200 },
      other: { client: "beta", status: 200 },
    });
    const alone = await cachedOf(caller("alpha") + cache);
    expect([alone?.again.client, alone?.other]).toEqual(["alpha", undefined]);
    expect(await cachedOf(caller("beta"))).toBeUndefined();
  });
});

test("models that a model endpoint alone hosts, answers that are kept and requests that wait are found", async () => {
  const rehearsal = await simulate(join(referenceEnvironmentsFolder(), "stacks/test"));
  try {
    const accesses = await findAccess(rehearsal);
    const found = accesses.flatMap(({ api, endpointModels }) =>
      endpointModels.map(({ request, status }) => [api, request.deployment, status]),
    );
    expect(found).toEqual([["assistant", "chat-small", 200]]);
    expect(accesses.flatMap(({ api, cached }) => (cached ? [[api, cached.other?.client]] : []))).toEqual([
      ["devices", "certificate/printer-test.devices.contoso.com"],
    ]);
    expect(
      accesses.flatMap(({ api, queued }) =>
        queued ? [[api, queued.accepted.status, queued.waiting.status, queued.waiting.request.target]] : [],
      ),
    ).toEqual([
      ["assistant", 202, 202, expect.stringMatching(/^\/assistant\/openai\/queued\/\d+-[0-9a-f]{32}$/)],
    ]);
  } finally {
    await rehearsal.close();
  }
});

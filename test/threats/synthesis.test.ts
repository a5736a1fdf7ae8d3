import { base } from "../../lib/policy/elements/base";
import { PolicyDocument } from "../../lib/policy/policy-document";
import { policyDocuments } from "../../lib/security-checks/h-09-policy-documents";
import { authenticationFirst } from "../../lib/security-checks/h-10-authentication-first";
import { unverifiedClaims } from "../../lib/security-checks/h-16-unverified-claims";
import type { ApiSettings, AuthSettings } from "../../stacks/environment-settings";
import * as environments from "../support/reference-environments";
import { type EnvironmentName, replaceInPolicy, type StackJson, synthesized } from "../support/simulation";
import { SynthesizedStack } from "../support/synthesized-stack";
import { ChangedEnvironment } from "./changed-environment";

const ENVIRONMENTS: readonly EnvironmentName[] = ["dev", "test", "prod"];
const API = "55555555-5555-4555-8555-555555555555";
const CLIENT = "66666666-6666-4666-8666-666666666661";

const ENTRA = {
  kind: "entraId",
  tenantId: "11111111-1111-4111-8111-111111111111",
  audiences: [API],
  clientApplicationIds: [CLIENT],
} as const;
const OIDC = {
  kind: "oidc",
  name: "okta",
  issuer: "https://contoso.okta.com/oauth2/default",
  audiences: ["api://ai-gateway"],
  clientIds: ["0oa1"],
} as const;
const CERTIFICATE = {
  kind: "clientCertificate",
  certificateAuthority: "devices",
  clientsNamedBy: "common-name",
  identities: [{ name: "scanner-test.devices.contoso.com" }],
} as const;

describe("an environment does not synthesize", () => {
  /** The environment with the assistant API, or that for devices, as it must not be. */
  const refused = (change: Partial<ApiSettings>, says: RegExp): void =>
    expect(() => ChangedEnvironment.ofApi("prod", "assistant", change).synthesize()).toThrow(says);
  const refusedForDevices = (auth: AuthSettings, says: RegExp): void =>
    expect(() => ChangedEnvironment.ofApi("test", "devices", { auth }).synthesize()).toThrow(says);

  test.each<[string, AuthSettings]>([
    ["Entra ID", { ...ENTRA, audiences: [] }],
    ["another issuer", { ...OIDC, audiences: [] }],
  ])("T-23 with tokens for no audience in particular: %s", (_what, auth) =>
    refused({ auth }, /needs an audience, or tokens for any other API/),
  );

  test.each(["common", "organizations", "consumers", "contoso.onmicrosoft.com", "contoso.com", ""])(
    "T-26 with '%s' as tenant",
    (tenantId) => refused({ auth: { ...ENTRA, tenantId } }, /tenant of 'entra' must be a GUID/),
  );

  test("T-26 with a second tenant and no word about it", () =>
    refused(
      { auth: { ...ENTRA, additionalTenantIds: ["99999999-9999-4999-8999-999999999999"] } },
      /opt out of 'api-multi-tenant'/,
    ));

  test.each<[string, AuthSettings]>([
    ["Entra ID", { ...ENTRA, clientApplicationIds: [API] }],
    ["Entra ID, in another case", { ...ENTRA, audiences: [API.toUpperCase()], clientApplicationIds: [API] }],
    ["another issuer", { ...OIDC, clientIds: ["api://ai-gateway"] }],
  ])("T-34 with one application as API and as client: %s", (_what, auth) =>
    refused({ auth }, /must not have one application as audience and as client: its ID tokens would pass/),
  );

  test("T-54 with an API that nothing but keys protects, unless it says why", () => {
    const onlyKeys = { auth: { kind: "subscriptionKey" }, securityOptOuts: [] } as const;
    const changed = ChangedEnvironment.ofApi("dev", "assistant", onlyKeys, environments.dev.clients);
    expect(() => changed.synthesize()).toThrow(/a key alone does not prove who calls/);
  });

  test("T-54 with an API that nothing protects", () =>
    refused({ auth: { kind: "anyOf", of: [] } }, /Auth\.anyOf needs at least one member/));

  test.each(["A".repeat(39), `${"A".repeat(39)}G`, "", "sha1"])(
    "T-69 with the thumbprint '%s'",
    (thumbprint) =>
      refusedForDevices(
        { ...CERTIFICATE, identities: [{ name: "scanner", thumbprint }] },
        /thumbprints of 'certificate' must be SHA-1 hashes of 40 hexadecimal digits/,
      ),
  );

  test.each(["*", "CN=*", "CN=scanner*", "", "scanner"])("T-71 with certificates for '%s'", (name) =>
    refusedForDevices(
      { ...CERTIFICATE, clientsNamedBy: "subject", identities: [{ name }] },
      /names in certificates of 'certificate' must be a distinguished name without '\*'/,
    ),
  );

  test("T-72 with certificates of nobody in particular", () =>
    refusedForDevices({ ...CERTIFICATE, identities: [] }, /somebody must be able to get in/));

  test.each<
    [string, Partial<typeof CERTIFICATE & { validateRevocation: boolean; validateChainAndDates: boolean }>]
  >([
    ["certificate-revocation", { validateRevocation: false }],
    ["certificate-lenient-validation", { validateChainAndDates: false }],
  ])("T-73 with less than all checks of certificates, unless it opts out of %s", (control, checks) =>
    refusedForDevices({ ...CERTIFICATE, ...checks }, new RegExp(`or opt out of '${control}'`)),
  );

  test("T-74 with certificates on a gateway whose only host name asks for none", () => {
    const gateway = { ...environments.test.gateway, hostName: undefined };
    expect(() => ChangedEnvironment.of("test", { gateway }).synthesize()).toThrow(/host name/);
  });

  test.each(["*", "/*", "all", "management"])("T-103 with the operations '%s'", (group) =>
    refused(
      { operations: [group] as unknown as ApiSettings["operations"] },
      /operations must be groups of the catalogue/,
    ),
  );
});

test("T-69 thumbprints are compared as API Management prints them", () => {
  const digits = "0123456789abcdef0123456789abcdef01234567";
  const copied = `\u200e${digits.replace(/..(?=.)/g, "$&:")}`;
  const stack = ChangedEnvironment.ofApi("test", "devices", {
    auth: { ...CERTIFICATE, identities: [{ name: "scanner", thumbprint: copied }] },
  }).synthesize();
  const thumbprints = stack.policies.flatMap(({ document }) =>
    Array.from(document.getElementsByTagName("identity")).map((identity) =>
      identity.getAttribute("thumbprint"),
    ),
  );
  expect(thumbprints).toEqual([digits.toUpperCase()]);
});

describe.each(ENVIRONMENTS)("policies of %s", (name) => {
  /** The environment with one text of an API's policy replaced. */
  const changed = (search: RegExp, replacement: string): SynthesizedStack => {
    const json = structuredClone(synthesized(name).json);
    replaceInPolicy(json as unknown as StackJson, "assistant", search, replacement);
    return new SynthesizedStack(name, json);
  };

  test("T-41 read claims of verified tokens only", () => {
    expect(unverifiedClaims.check(synthesized(name))).toEqual([]);
    const careless = changed(
      /<\/inbound>/,
      '<set-variable name="scopes" value="@(context.Request.Headers.GetValueOrDefault(&quot;Authorization&quot;, &quot;&quot;).AsJwt().Claims[&quot;scp&quot;])" /></inbound>',
    );
    expect(unverifiedClaims.check(careless)).toHaveLength(1);
  });

  test("T-42 begin each section with what broader scopes ask for", () => {
    expect(policyDocuments.check(synthesized(name))).toEqual([]);
    expect(policyDocuments.check(changed(/(?<=<inbound>\s*)<base \/>/, ""))).toHaveLength(1);
    expect(
      synthesized(name).policies.filter(({ scope }) => scope === "operation" || scope === "product"),
    ).toEqual([]);
  });

  test("T-126 authenticate and count before anything that could answer", () => {
    expect(authenticationFirst.check(synthesized(name))).toEqual([]);
    const early = changed(
      /(?<=<inbound>\s*<base \/>)/,
      '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />',
    );
    expect(authenticationFirst.check(early)).not.toEqual([]);
  });
});

test("T-42 a policy of an operation that does not inherit is refused", () => {
  const sections = { backend: [base()], outbound: [base()], onError: [base()] };
  const document = new PolicyDocument({ scope: "operation", inbound: [], ...sections });
  const problems = document.problems({ tier: "classic", policyDocumentBytes: 262_144 });
  expect(problems.map(({ rule }) => rule)).toEqual([
    "<base /> must come first in inbound, or policies of broader scopes do not run",
  ]);
});

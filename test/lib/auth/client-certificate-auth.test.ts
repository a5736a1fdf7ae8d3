import { Auth } from "../../../lib/auth/auth";
import type { CertificateAuthenticator } from "../../../lib/auth/auth-strategy";
import type { ClientCertificateAuthProps } from "../../../lib/auth/client-certificate-auth";
import { renderPolicy } from "../../../lib/policy/policy-renderer";
import { Problems } from "../../../lib/validation/problems";
import { issueSelfSigned } from "../../../simulator/certificates";
import { valueOf } from "../../support/policy-run";
import { bindStrategy, type BindStrategyOptions, ISSUING, ROOT } from "./bind-strategy";

const PROPS: ClientCertificateAuthProps = { certificateAuthorities: [ISSUING, ROOT] };
const THUMBPRINT = "AB".repeat(20);

function authenticator(
  props: Partial<ClientCertificateAuthProps> = {},
  options?: BindStrategyOptions,
): CertificateAuthenticator {
  const { binding, problems } = bindStrategy(Auth.clientCertificate({ ...PROPS, ...props }), options);
  expect(problems).toEqual([]);
  return binding.alternatives[0]?.certificate as CertificateAuthenticator;
}

function identities(
  props: Partial<ClientCertificateAuthProps>,
  registered: string[] = [],
): readonly string[] {
  const xml = renderPolicy(authenticator(props).validation(registered.map((name) => ({ name }))));
  return xml.match(/<identity [^>]*>/g) ?? [];
}

describe("Auth.clientCertificate", () => {
  it("has the gateway negotiate certificates and trust the whole chain", () => {
    const { binding } = bindStrategy(Auth.clientCertificate(PROPS));
    expect(binding).toMatchObject({
      negotiatesClientCertificates: true,
      certificateAuthorities: [ISSUING, ROOT],
      subscriptionKey: "unused",
    });
  });

  it("checks chain, dates and revocation, and goes no further without them", () => {
    const policy = authenticator({ identities: [{ name: "CN=a" }] }).validation([]);
    expect(Object.fromEntries(policy.attributes)).toEqual({
      id: "authenticate-certificate",
      "validate-revocation": true,
      "validate-trust": true,
      "validate-not-before": true,
      "validate-not-after": true,
      "ignore-error": false,
    });
  });

  it("pins the issuing authority, not the root", () => {
    expect(identities({ identities: [{ name: "CN=a, O=Contoso" }] })).toEqual([
      '<identity subject="CN=a, O=Contoso" issuer-subject="CN=Partner Issuing, O=Partner" ' +
        `issuer-thumbprint="${ISSUING.thumbprint}" />`,
    ]);
  });

  it("pins the root if it issues itself", () => {
    expect(identities({ certificateAuthorities: [ROOT], identities: [{ name: "CN=a" }] })[0]).toContain(
      `issuer-thumbprint="${ROOT.thumbprint}"`,
    );
  });

  it("accepts registered clients from every named issuer", () => {
    const second = { ...ISSUING, subject: "CN=Second", thumbprint: "B".repeat(40) };
    const props = { certificateAuthorities: [ISSUING, second, ROOT], issuers: [ISSUING, second] };
    expect(identities(props, ["CN=a"])).toHaveLength(2);
  });

  it("writes thumbprints as .NET prints them", () => {
    const copied = `\u200e${THUMBPRINT.toLowerCase().replace(/..(?=.)/g, "$&:")}`;
    expect(identities({ identities: [{ name: "CN=a", thumbprint: copied }] })[0]).toContain(
      `thumbprint="${THUMBPRINT}"`,
    );
  });

  it.each([
    ["common-name", "claims", 'common-name="claims"'],
    ["subject", "CN=claims, O=Contoso", 'subject="CN=claims, O=Contoso"'],
  ] as const)("names clients by %s", async (clientsNamedBy, name, attribute) => {
    const props = { clientsNamedBy, identities: [{ name }] };
    expect(identities(props)[0]).toContain(`<identity ${attribute}`);
    const { der } = await issueSelfSigned({
      subject: "O=Contoso, CN=claims",
      notBefore: new Date("2025-01-01T00:00:00Z"),
      notAfter: new Date("2030-01-01T00:00:00Z"),
    });
    const call = { certificateChain: [der] };
    expect(await valueOf(authenticator(props).clientId, { call })).toBe(name);
  });

  // The simulator has no GetNameInfo.
  it("names clients by dns-name", () => {
    const props = { clientsNamedBy: "dns-name", identities: [{ name: "claims.contoso.com" }] } as const;
    expect(identities(props)[0]).toContain('<identity dns-name="claims.contoso.com"');
    expect(authenticator(props).clientId.code).toContain("X509NameType.DnsName");
  });

  it.each([
    ["CN=claims, O=Contoso", "CN=claims, O=Contoso"],
    ["O=Contoso,CN=claims", "CN=claims, O=Contoso"],
    ['O="Contoso, Inc.",  CN=claims', 'CN=claims, Inc.", O="Contoso'],
  ])("knows the subject %s in whatever order it is written", (subject, canonical) => {
    expect(authenticator().canonicalId(subject)).toBe(canonical);
  });

  it("refuses a name with and without a thumbprint, whoever gave the two", () => {
    const found = new Problems("stack/api");
    authenticator({ identities: [{ name: "CN=claims, O=Contoso" }] }).checkNames(
      [{ name: "O=Contoso, CN=claims", thumbprint: THUMBPRINT }],
      found,
    );
    expect(found.all).toEqual([
      {
        rule: "a name in certificates of 'certificate' is given with thumbprints or without, not both",
        value: "CN=claims, O=Contoso",
        remedy: "remove the one without, or accept any certificate with that name",
      },
    ]);
  });

  it("compares host names in lower case", () => {
    expect(authenticator({ clientsNamedBy: "dns-name" }).canonicalId("A.contoso.com")).toBe("a.contoso.com");
  });

  it.each<[string, Partial<ClientCertificateAuthProps>, object]>([
    [
      "no authority",
      { certificateAuthorities: [] },
      {
        rule: "'certificate' needs a certificate authority",
        remedy: "give the authorities that issue the clients' certificates, up to their root",
      },
    ],
    [
      "a choice of issuers that it would have to guess",
      { certificateAuthorities: [ISSUING, { ...ISSUING, subject: "CN=Policy" }, ROOT] },
      {
        rule: "'certificate' must say which authorities issue client certificates",
        value: ["CN=Partner Issuing, O=Partner", "CN=Policy"],
        remedy: "name them in issuers: others below the same root do not count then",
      },
    ],
    [
      "no issuer",
      { issuers: [] },
      {
        rule: "issuers of 'certificate' must not be empty",
        remedy: "name the authority that issues client certificates",
      },
    ],
    [
      "an issuer that the gateway does not trust",
      { certificateAuthorities: [ROOT], issuers: [ISSUING] },
      {
        rule: "issuers of 'certificate' must be among its certificateAuthorities",
        value: "CN=Partner Issuing, O=Partner",
        remedy: "add the authority, so that the gateway can build the chain",
      },
    ],
    [
      "a subject with a wildcard",
      { identities: [{ name: "CN=*" }] },
      {
        rule: "names in certificates of 'certificate' must be a distinguished name without '*', as in 'CN=claims, O=Contoso'",
        value: "CN=*",
        remedy: "write the name as it stands in the certificate",
      },
    ],
    [
      "an empty subject",
      { identities: [{ name: "" }] },
      {
        rule: "names in certificates of 'certificate' must be a distinguished name without '*', as in 'CN=claims, O=Contoso'",
        value: "",
        remedy: "write the name as it stands in the certificate",
      },
    ],
    [
      "a DNS name with a wildcard",
      { clientsNamedBy: "dns-name", identities: [{ name: "*.contoso.com" }] },
      {
        rule: "names in certificates of 'certificate' must be a lower-case host name without '*', as in 'claims.contoso.com'",
        value: "*.contoso.com",
        remedy: "write the name as it stands in the certificate",
      },
    ],
    [
      "a thumbprint that is none",
      { identities: [{ name: "CN=a", thumbprint: "AB" }] },
      {
        rule: "thumbprints of 'certificate' must be SHA-1 hashes of 40 hexadecimal digits",
        value: "AB",
        remedy: "copy it from 'openssl x509 -fingerprint -sha1'",
      },
    ],
    [
      "certificates without revocation, unless opted out",
      { validateRevocation: false },
      {
        rule: "'certificate' checks revocation",
        value: false,
        remedy: "publish the authority's revocation list, or opt out of 'certificate-revocation' on the API",
      },
    ],
    [
      "certificates without chain and dates, unless opted out",
      { validateChainAndDates: false },
      {
        rule: "'certificate' checks chain and dates",
        value: false,
        remedy:
          "have clients renew their certificates, or opt out of 'certificate-lenient-validation' on the API",
      },
    ],
  ])("refuses %s", (_what, props, problem) => {
    expect(bindStrategy(Auth.clientCertificate({ ...PROPS, ...props })).problems).toEqual([problem]);
  });

  it("refuses a gateway that cannot hold authorities", () => {
    const { problems } = bindStrategy(Auth.clientCertificate(PROPS), {
      certificateAuthoritiesSupported: false,
    });
    expect(problems).toEqual([
      {
        rule: "'certificate' needs a gateway that validates client certificates against uploaded authorities",
        remedy: "use a classic tier: Developer, Basic, Standard or Premium",
      },
    ]);
  });

  it.each([
    ["certificate-revocation", { validateRevocation: false }, "validate-revocation"],
    ["certificate-lenient-validation", { validateChainAndDates: false }, "validate-trust"],
  ] as const)("follows the opt-out '%s'", (control, props, attribute) => {
    const policy = authenticator(props, { optOuts: [control] }).validation([{ name: "CN=a" }]);
    expect(policy.attributes.get(attribute)).toBe(false);
  });

  it("reports names of registered clients that no certificate carries", () => {
    const problems = new Problems("stack/api");
    authenticator().checkNames([{ name: "claims" }], problems);
    expect(problems.all).toEqual([
      {
        rule: "names in certificates of 'certificate' must be a distinguished name without '*', as in 'CN=claims, O=Contoso'",
        value: "claims",
        remedy: "write the name as it stands in the certificate",
      },
    ]);
  });
});

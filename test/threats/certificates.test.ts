import { createHash } from "node:crypto";
import { CertificateAuthority, type ClientCertificate, type ClientCertificateProps } from "../../simulator";
import { CLAIMS, FABRIKAM, OKTA, PROD_SCANNER, TEST_SCANNER } from "../support/callers";
import * as environments from "../support/reference-environments";
import { expectRefused, R401, R401_TOKEN, R403 } from "../support/refusal";
import {
  chat,
  HELLO,
  replaceInPolicy,
  resourceOf,
  SimulatedEnvironment,
  type StackJson,
  statusOf,
  synthesized,
} from "../support/simulation";
import { allElements, blocks } from "../support/synthesized-stack";
import { ChangedEnvironment } from "./changed-environment";

const CHAT = chat("devices");
const DAY = 86_400_000;
const HEADERS_WITH_CERTIFICATES = [
  "X-ARR-ClientCert",
  "X-Client-Cert",
  "X-SSL-Client-Cert",
  "X-Forwarded-Client-Cert",
  "Client-Cert",
  "X-Azure-ClientCertificate",
];

describe("client certificates", () => {
  let environment: SimulatedEnvironment;
  let pinned: PinnedClients;
  let good: ClientCertificate;

  beforeAll(async () => {
    pinned = await PinnedClients.create();
    environment = await SimulatedEnvironment.start("test", (json) => pinned.addTo(json));
    pinned.publishRevocations(environment);
    good = await environment.simulation.issueCertificate(TEST_SCANNER);
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const issue = (props: Partial<ClientCertificateProps>): Promise<ClientCertificate> =>
    environment.simulation.issueCertificate({ ...TEST_SCANNER, ...props });
  const status = (certificate: ClientCertificate): Promise<number> =>
    statusOf(environment.simulation.call(CHAT, { certificate, body: HELLO }));
  const refused = (certificate: ClientCertificate): Promise<string> =>
    expectRefused(environment, R403, CHAT, { certificate, body: HELLO });
  const time = (days: number): Date => new Date(environment.clock.now() + days * DAY);

  test("a certificate of the named client gets in", async () => {
    expect(await status(good)).toBe(200);
    expect(environment.accountRequests()).toHaveLength(1);
  });

  test("T-59 a connection without a certificate is refused", () =>
    expectRefused(environment, R401, CHAT, { body: HELLO }));

  test.each<[string, Partial<ClientCertificateProps>]>([
    ["T-60 one that signed itself, with the client's name", { signedBy: "self" }],
    ["T-61 one of an untrusted CA with the trusted CA's name", { signedBy: "impostor" }],
    ["T-62 one of a CA that is trusted for another purpose", { authority: "Another purpose" }],
    ["T-63 one of a sibling of the CA, below the same root", { signedBy: "sibling" }],
    ["T-66 a revoked one", { revoked: true }],
    ["T-67 one whose revocation list cannot be had", { revocationList: "unreachable" }],
    ["T-67 one that names no revocation list", { revocationList: "none" }],
    ["T-70 one that is for servers", { extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"] }],
    ["one of another client", { commonName: "scanner-other.devices.contoso.com" }],
    [
      "one with the client's name as alternative name only",
      { commonName: "x", dnsNames: [TEST_SCANNER.commonName] },
    ],
  ])("%s is refused", async (_what, props) => refused(await issue(props)));

  test("T-64 an expired certificate is refused", async () =>
    refused(await issue({ notAfter: time(-1 / 86_400) })));

  test("T-65 a certificate that is not valid yet is refused", async () =>
    refused(await issue({ notBefore: time(1) })));

  test("all refused certificates look the same", async () => {
    const answers = [
      await refused(await issue({ signedBy: "self" })),
      await refused(await issue({ revoked: true })),
      await refused(await issue({ commonName: "nobody" })),
    ];
    expect(new Set(answers).size).toBe(1);
  });

  test("T-68 a thumbprint alone lets nobody in: its certificate must be valid and not revoked", async () => {
    expect(await status(pinned.valid)).toBe(200);
    await refused(pinned.expired);
    await refused(pinned.revoked);
  });

  test("T-74 host names other than the one for clients are closed", async () => {
    const { hostNames } = environment.simulation.model.gateways[0] ?? { hostNames: [] };
    const standard = hostNames.find(({ isDefault }) => isDefault)?.hostName;
    expect(standard).toMatch(/\.azure-api\.net$/);
    const request = { certificate: good, hostName: standard, body: HELLO };
    await expectRefused(environment, R403, CHAT, request);
    expect(hostNames.filter((name) => !name.isDefault && !name.negotiateClientCertificate)).toEqual([]);
  });

  test.each(HEADERS_WITH_CERTIFICATES)(
    "T-75 a certificate in %s is none, and goes no further",
    async (name) => {
      const pem = good.chainPem.split("-----END")[0] ?? "";
      // Past the cache of the API, so that an account can be looked at.
      const headers = { [name]: encodeURIComponent(pem), "cache-control": "no-store" };
      await expectRefused(environment, R401, CHAT, { headers, body: HELLO });
      expect(
        await statusOf(environment.simulation.call(CHAT, { headers, certificate: good, body: HELLO })),
      ).toBe(200);
      expect(environment.accountRequests()[0]?.headers).not.toHaveProperty(name.toLowerCase());
    },
  );

  test("T-76 T-77 a proxy's header counts neither from elsewhere, nor beside a certificate, nor twice", async () => {
    const pem = encodeURIComponent(good.chainPem);
    const other = await issue({ commonName: "scanner-other.devices.contoso.com" });
    for (const value of [pem, `${pem},${pem}`, [pem, pem]]) {
      const headers = { "x-arr-clientcert": value, "x-forwarded-client-cert": value };
      await expectRefused(environment, R401, CHAT, { headers, body: HELLO });
      await expectRefused(environment, R403, CHAT, { headers, certificate: other, body: HELLO });
    }
  });

  test.each<[string, Partial<ClientCertificateProps>]>([
    ["the proxy's own certificate", { commonName: "proxy.contoso.com" }],
    ["a certificate that the proxy did not check", { signedBy: "self" }],
  ])(
    "T-78 whatever a proxy passes on, the gateway judges what the connection presents: %s",
    async (_what, props) => {
      const headers = { "x-client-cert": encodeURIComponent(good.chainPem) };
      await expectRefused(environment, R403, CHAT, { headers, certificate: await issue(props), body: HELLO });
    },
  );

  test("T-80 a renewed certificate of the same name gets in, by thumbprint it does not", async () => {
    expect(await status(await issue({}))).toBe(200);
    await refused(pinned.renewed);
  });

  test("T-81 a body of 100 KiB comes through with a certificate", async () => {
    const body = `${JSON.stringify(HELLO)}${" ".repeat(100 * 1024)}`;
    const headers = { "content-type": "application/json" };
    const response = environment.simulation.call(CHAT, { certificate: good, headers, body });
    expect(await statusOf(response)).toBe(200);
  });
});

describe("certificates beside tokens", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  test("T-79 one client's certificate with another client's token is refused", async () => {
    const certificate = await environment.simulation.issueCertificate(PROD_SCANNER);
    const headers = await environment.bearer(CLAIMS);
    const target = chat("assistant", "chat-mini");
    await expectRefused(environment, R401_TOKEN, target, { headers, certificate, body: HELLO });
    expect(await statusOf(environment.simulation.call(target, { certificate, body: HELLO }))).toBe(200);
  });

  test("T-79 a certificate does not help a token of another issuer", async () => {
    const certificate = await environment.simulation.issueCertificate(PROD_SCANNER);
    const headers = await environment.bearer(OKTA);
    const target = chat("assistant", "chat-mini");
    await expectRefused(environment, R401_TOKEN, target, { headers, certificate, body: HELLO });
  });
});

describe("a certificate together with a token", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    const oidc = { kind: "oidc", name: "okta", issuer: FABRIKAM.issuer, clientIdClaim: "cid" } as const;
    const auth = {
      kind: "allOf",
      of: [
        { ...oidc, audiences: ["api://ai-gateway-partners"] },
        { kind: "clientCertificate", certificateAuthority: "devices", clientsNamedBy: "common-name" },
      ],
    } as const;
    const client = (name: string, clientId: string) => ({
      name,
      api: "partners",
      identifiedBy: [
        { kind: "application", clientId } as const,
        { kind: "certificate", name: `${name}.devices.contoso.com` } as const,
      ],
    });
    const clients = [client("fabrikam", String(FABRIKAM.claims.cid)), client("northwind", "0oa1northwind")];
    environment = await ChangedEnvironment.ofApi("prod", "partners", { auth }, clients).simulate();
  });

  afterAll(() => environment.close());

  test("T-79 both must be of one client", async () => {
    const target = chat("partners", "chat-partners");
    const certificateOf = (name: string): Promise<ClientCertificate> =>
      environment.simulation.issueCertificate({
        ...PROD_SCANNER,
        commonName: `${name}.devices.contoso.com`,
      });
    const headers = await environment.bearer(FABRIKAM);
    const [own, others] = [await certificateOf("fabrikam"), await certificateOf("northwind")];
    const call = environment.simulation.call(target, { headers, certificate: own, body: HELLO });
    expect(await statusOf(call)).toBe(200);
    await expectRefused(environment, R403, target, { headers, certificate: others, body: HELLO });
    await expectRefused(environment, R401_TOKEN, target, { headers, body: HELLO });
    await expectRefused(environment, R401, target, { certificate: own, body: HELLO });
  });
});

test.each(["dev", "test", "prod"] as const)(
  "T-82 the service of %s trusts authorities that one of its APIs or model endpoints names, and no other",
  (name) => {
    const stack = synthesized(name);
    const named = new Set(
      stack.policies.flatMap(({ document }) =>
        allElements(document, "identity").map((identity) => identity.getAttribute("issuer-thumbprint")),
      ),
    );
    const { certificateAuthorities = {}, modelEndpoints = {} } = environments[name];
    const ofEndpoints = new Set(
      Object.values(modelEndpoints).flatMap(({ certificateAuthority }) => certificateAuthority ?? []),
    );
    const chains = Object.keys(certificateAuthorities).filter((chain) => !ofEndpoints.has(chain));
    expect(chains).toHaveLength(named.size);
    const trusted = stack
      .ofType("azurerm_api_management")
      .flatMap(({ attributes }) => blocks(attributes.certificate));
    const stores = trusted.map(({ store_name }) => store_name);
    // An issuing authority and its root each; endpoints have a root only.
    const roots = [...chains, ...ofEndpoints];
    expect(stores.sort()).toEqual([...chains.map(() => "CertificateAuthority"), ...roots.map(() => "Root")]);
  },
);

/** Clients that a policy names by thumbprint, of a CA whose key this test has. */
class PinnedClients {
  private static readonly revocationList = "http://crl.pinned.example/list.crl";

  private constructor(
    private readonly authority: CertificateAuthority,
    private readonly other: CertificateAuthority,
    public readonly valid: ClientCertificate,
    public readonly expired: ClientCertificate,
    public readonly revoked: ClientCertificate,
    public readonly renewed: ClientCertificate,
    private readonly thumbprints: readonly string[],
  ) {}

  public static async create(): Promise<PinnedClients> {
    const validity = { notBefore: new Date("2026-01-01"), notAfter: new Date("2030-01-01") };
    const authority = await CertificateAuthority.createRoot({
      ...validity,
      subject: "CN=Pinned clients CA",
      publishesCrlAt: PinnedClients.revocationList,
    });
    const other = await CertificateAuthority.createRoot({ ...validity, subject: "CN=Another purpose" });
    const subject = "CN=pinned.devices.contoso.com";
    const valid = await authority.issue({ ...validity, subject });
    const expired = await authority.issue({ ...validity, subject, notAfter: new Date("2026-11-30") });
    const revoked = await authority.issue({ ...validity, subject });
    const renewed = await authority.issue({ ...validity, subject });
    authority.revoke(revoked.certificate, new Date("2026-06-01"));
    const thumbprints = [valid, expired, revoked].map(({ der }) =>
      createHash("sha1").update(der).digest("hex").toUpperCase(),
    );
    return new PinnedClients(authority, other, valid, expired, revoked, renewed, thumbprints);
  }

  public addTo(json: StackJson): void {
    const certificates = resourceOf(json, "azurerm_api_management").certificate as object[];
    for (const { pem } of [this.authority, this.other]) {
      certificates.push({ encoded_certificate: Buffer.from(pem).toString("base64"), store_name: "Root" });
    }
    const identities = this.thumbprints.map((thumbprint) => `<identity thumbprint="${thumbprint}" />`);
    replaceInPolicy(json, "devices", "</identities>", `${identities.join("")}</identities>`);
  }

  public publishRevocations({ simulation, clock }: SimulatedEnvironment): void {
    this.authority.serveCrl(simulation.network, () => clock.now());
  }
}

import { createHash } from "node:crypto";
import {
  CertificateAuthority,
  CertificateVerifier,
  type IssuedCertificate,
  issueSelfSigned,
} from "../../../../simulator/certificates";
import { Clock } from "../../../../simulator/clock";
import { Network } from "../../../../simulator/network";
import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const VALIDITY = { notBefore: new Date("2025-01-01T00:00:00Z"), notAfter: new Date("2030-01-01T00:00:00Z") };
const SUBJECT = `CN=claims, O="Contoso, Inc."`;

let root: CertificateAuthority;
let issuing: CertificateAuthority;
let sibling: CertificateAuthority;
let client: IssuedCertificate;

beforeAll(async () => {
  root = await CertificateAuthority.createRoot({
    ...VALIDITY,
    subject: "CN=Root",
    publishesCrlAt: "http://crl.example/root.crl",
  });
  const intermediate = (name: string): Promise<CertificateAuthority> =>
    root.issueIntermediate({
      ...VALIDITY,
      subject: `CN=${name}`,
      publishesCrlAt: `http://${name}.example/crl`,
    });
  issuing = await intermediate("issuing");
  sibling = await intermediate("sibling");
  client = await issuing.issue({
    ...VALIDITY,
    subject: SUBJECT,
    dnsNames: ["claims.example"],
    serialNumber: "0a1b",
  });
});

const thumbprint = (der: Uint8Array): string => createHash("sha1").update(der).digest("hex").toUpperCase();
const escaped = (text: string): string => text.replaceAll(`"`, "&quot;");

const policy = (identities: readonly string[] = [], attributes = ""): string => {
  const list = identities.map((identity) => `<identity ${identity} />`).join("");
  return `<validate-client-certificate ${attributes}>${
    list === "" ? "" : `<identities>${list}</identities>`
  }</validate-client-certificate>`;
};

const clock = new Clock({ at: new Date("2026-01-01T00:00:00Z"), running: false });
let network: Network;

beforeEach(() => {
  network = new Network(clock);
  for (const authority of [root, issuing, sibling]) {
    authority.serveCrl(network, () => clock.now());
  }
});

/** A gateway that trusts the root, and reaches the revocation lists of all three authorities. */
function start(inbound: string): Promise<PolicyGateway> {
  const certificates = [
    { address: "azurerm_api_management_certificate.issuing", name: "issuing-ca", der: issuing.der },
    { address: "azurerm_api_management_certificate.sibling", name: "sibling-ca", der: sibling.der },
  ];
  const verifier = new CertificateVerifier({
    trustedRoots: [root.der],
    intermediates: [issuing.der, sibling.der],
    clock,
    fetch: (request) => network.fetch(request),
  });
  return PolicyGateway.start({
    inbound,
    model: { certificates },
    world: {
      verifyClientCertificate: async ([leaf = new Uint8Array(), ...presentedChain], checkRevocation) =>
        (await verifier.verify(leaf, { presentedChain, checkRevocation, purpose: "clientAuth" })).findings,
    },
  });
}

async function statusFor(inbound: string, ...chain: readonly Uint8Array[]): Promise<number> {
  return (await (await start(inbound)).call({ certificateChain: chain })).status;
}

describe("validate-client-certificate", () => {
  it("lets a good certificate of a trusted CA pass", async () => {
    expect(await statusFor(policy(), client.der)).toBe(200);
  });

  it("answers 403 without a certificate", async () => {
    const gateway = await start(policy());
    const { status, text } = await gateway.call();
    expect([status, JSON.parse(text)]).toEqual([
      403,
      { statusCode: 403, message: "Invalid client certificate" },
    ]);
    expect(gateway.lastError).toMatchObject({ source: "validate-client-certificate" });
  });

  it("goes on without a certificate when errors are ignored", async () => {
    expect(await statusFor(policy([], `ignore-error="true"`))).toBe(200);
  });

  it("refuses a self-signed certificate of the same name", async () => {
    const forged = await issueSelfSigned({ ...VALIDITY, subject: SUBJECT });
    expect(await statusFor(policy([`subject="${escaped(SUBJECT)}"`]), forged.der)).toBe(403);
  });

  it("leaves the chain alone without validate-trust and validate-revocation", async () => {
    const selfSigned = await issueSelfSigned({ ...VALIDITY, subject: SUBJECT });
    const attributes = `validate-trust="false" validate-revocation="false"`;
    expect(await statusFor(policy([], attributes), selfSigned.der)).toBe(200);
  });

  it.each([
    ["expired", { notAfter: new Date("2025-06-01T00:00:00Z") }, "validate-not-after"],
    ["not yet valid", { notBefore: new Date("2027-01-01T00:00:00Z") }, "validate-not-before"],
  ])("refuses a certificate that is %s, unless that check is off", async (_, changed, attribute) => {
    const { der } = await issuing.issue({ ...VALIDITY, ...changed, subject: SUBJECT });
    const statuses = [
      await statusFor(policy(), der),
      await statusFor(policy([], `${attribute}="false"`), der),
    ];
    expect(statuses).toEqual([403, 200]);
  });

  it("refuses a certificate of an expired CA although the date checks are off", async () => {
    const old = await root.issueIntermediate({
      notBefore: new Date("2024-01-01T00:00:00Z"),
      notAfter: new Date("2025-06-01T00:00:00Z"),
      subject: "CN=old",
    });
    const { der } = await old.issue({ ...VALIDITY, subject: SUBJECT, crlUrl: null });
    const attributes = `validate-not-before="false" validate-not-after="false" validate-revocation="false"`;
    expect(await statusFor(policy([], attributes), der, old.der)).toBe(403);
  });

  it("refuses a revoked certificate, unless revocation is not checked", async () => {
    const revoked = await issuing.issue({ ...VALIDITY, subject: SUBJECT });
    issuing.revoke(revoked.certificate, new Date("2025-06-01T00:00:00Z"));
    const statuses = [
      await statusFor(policy(), revoked.der),
      await statusFor(policy([], `validate-revocation="false"`), revoked.der),
    ];
    expect(statuses).toEqual([403, 200]);
  });

  it("refuses everyone while the revocation list cannot be read", async () => {
    const gateway = await start(policy());
    network.unregister("issuing.example");
    expect((await gateway.call({ certificateChain: [client.der] })).status).toBe(403);
  });

  describe("identities", () => {
    it.each<[string, () => string]>([
      ["thumbprint", () => `thumbprint="${thumbprint(client.der)}"`],
      ["thumbprint in lower case", () => `thumbprint="${thumbprint(client.der).toLowerCase()}"`],
      ["serial-number", () => `serial-number="0A1B"`],
      ["serial-number with zeros in front", () => `serial-number="00000a1b"`],
      ["common-name", () => `common-name="claims"`],
      ["subject", () => `subject="${escaped(SUBJECT)}"`],
      ["dns-name", () => `dns-name="Claims.Example"`],
      ["issuer-subject", () => `issuer-subject="CN=issuing"`],
      ["issuer-thumbprint", () => `issuer-thumbprint="${thumbprint(issuing.der)}"`],
      ["issuer-certificate-id", () => `issuer-certificate-id="issuing-ca"`],
    ])("match by %s", async (_, identity) => {
      expect(await statusFor(policy([identity()]), client.der)).toBe(200);
    });

    it.each<[string, () => string]>([
      ["another thumbprint", () => `thumbprint="${thumbprint(root.der)}"`],
      ["another serial number", () => `serial-number="0A1C"`],
      ["a part of the common name", () => `common-name="claim"`],
      ["the subject without a part", () => `subject="CN=claims"`],
      ["a parent of the DNS name", () => `dns-name="example"`],
      ["the root, which did not issue it", () => `issuer-thumbprint="${thumbprint(root.der)}"`],
      ["a sibling of the issuer", () => `issuer-certificate-id="sibling-ca"`],
      ["one attribute of two", () => `common-name="claims" issuer-subject="CN=sibling"`],
    ])("do not match by %s", async (_, identity) => {
      expect(await statusFor(policy([identity()]), client.der)).toBe(403);
    });

    it("need to match only once", async () => {
      expect(await statusFor(policy([`common-name="other"`, `common-name="claims"`]), client.der)).toBe(200);
    });

    it("do not save a certificate that is not valid", async () => {
      const { der } = await issuing.issue({
        ...VALIDITY,
        notAfter: new Date("2025-06-01T00:00:00Z"),
        subject: SUBJECT,
      });
      expect(await statusFor(policy([`thumbprint="${thumbprint(der)}"`]), der)).toBe(403);
    });

    it.each([
      ["nothing", "", "every certificate would match"],
      ["a thumbprint with colons", `thumbprint="AB:CD"`, "40 hexadecimal digits"],
      ["an unreadable name", `subject="claims"`, "distinguished name"],
      ["an unknown certificate", `issuer-certificate-id="none"`, "does not exist"],
      ["both forms of issuer", `issuer-certificate-id="none" issuer-subject="CN=a"`, "not both"],
      ["an empty value", `common-name=""`, "is empty"],
    ])("that ask for %s are refused at load", async (_, identity, problem) => {
      const problems = await problemsOf({ inbound: policy([identity]) });
      expect(problems).toContainEqual(expect.stringContaining(problem));
    });
  });
});

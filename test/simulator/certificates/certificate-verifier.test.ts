import {
  CertificateAuthority,
  type CertificateAuthorityProps,
  CertificateVerifier,
  type ChainStatus,
  type IssuedCertificate,
  issueSelfSigned,
  type VerificationOptions,
} from "../../../simulator/certificates";
import { ExtendedKeyUsage, Extension } from "../../../simulator/certificates/x509";
import { Clock } from "../../../simulator/clock";
import { bytesResponse, Network } from "../../../simulator/network";

const NOW = new Date("2026-03-01T00:00:00Z");
const VALIDITY = { notBefore: new Date("2025-01-01T00:00:00Z"), notAfter: new Date("2030-01-01T00:00:00Z") };
const ROOT_CRL = "http://crl.contoso.test/root.crl";
const ISSUING_CRL = "http://issuing.contoso.test/issuing.crl";

let clock: Clock;
let network: Network;
let root: CertificateAuthority;
let issuing: CertificateAuthority;

beforeAll(async () => {
  root = await CertificateAuthority.createRoot({
    ...VALIDITY,
    subject: "CN=Root, O=Contoso",
    publishesCrlAt: ROOT_CRL,
  });
  issuing = await root.issueIntermediate({ ...VALIDITY, subject: "CN=Issuing", publishesCrlAt: ISSUING_CRL });
});

beforeEach(() => {
  clock = new Clock({ at: NOW, running: false });
  network = new Network(clock);
  root.serveCrl(network, () => clock.now());
  issuing.serveCrl(network, () => clock.now());
});

function verifier(
  roots: readonly Uint8Array[] = [root.der],
  intermediates = [issuing.der],
): CertificateVerifier {
  return new CertificateVerifier({
    trustedRoots: roots,
    intermediates,
    clock,
    fetch: (request) => network.fetch(request),
  });
}

async function statuses(
  certificate: IssuedCertificate,
  options: VerificationOptions = {},
  using = verifier(),
): Promise<readonly ChainStatus[]> {
  const { findings, valid } = await using.verify(certificate.der, { purpose: "clientAuth", ...options });
  expect(valid).toBe(findings.length === 0);
  return findings.map(({ status }) => status);
}

describe("a certificate of a trusted CA", () => {
  test("is valid through an intermediate of the CertificateAuthority store", async () => {
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    const result = await verifier().verify(client.der, { purpose: "clientAuth" });
    expect(result.findings).toEqual([]);
    expect(result.chain.map(({ subject }) => subject)).toEqual([
      "CN=claims",
      "CN=Issuing",
      "CN=Root, O=Contoso",
    ]);
  });

  test("is valid through an intermediate that the client presents", async () => {
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(client, { presentedChain: [issuing.der] }, verifier([root.der], []))).toEqual([]);
  });

  test("has a partial chain when the intermediate is nowhere", async () => {
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(client, { checkRevocation: false }, verifier([root.der], []))).toEqual([
      "PartialChain",
    ]);
  });

  test("may lack an extended key usage", async () => {
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims", extendedKeyUsage: [] });
    expect(await statuses(client)).toEqual([]);
  });
});

describe("trust", () => {
  test("an intermediate is not an anchor", async () => {
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(client, { checkRevocation: false }, verifier([], [issuing.der, root.der]))).toEqual(
      ["UntrustedRoot"],
    );
  });

  test("a self-signed certificate with the subject of a good one is refused", async () => {
    const forged = await issueSelfSigned({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(forged, { checkRevocation: false })).toEqual(["UntrustedRoot"]);
  });

  test("another CA of the same name is refused", async () => {
    const other = await CertificateAuthority.createRoot({ ...VALIDITY, subject: "CN=Root, O=Contoso" });
    const client = await other.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(client, { checkRevocation: false, presentedChain: [other.der] })).toEqual([
      "UntrustedRoot",
    ]);
  });

  test("a changed certificate does not verify", async () => {
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    const changed = Uint8Array.from(client.der);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    const { findings } = await verifier().verify(changed, { checkRevocation: false });
    expect(findings.map(({ status }) => status)).toEqual(["NotSignatureValid"]);
  });
});

describe("time", () => {
  test.each<[string, Date, ChainStatus]>([
    ["before it is valid", new Date("2024-12-31T23:59:59Z"), "NotYetValid"],
    ["after it was valid", new Date("2030-01-01T00:00:01Z"), "Expired"],
  ])("%s, every certificate of the chain is refused", async (_name, at, status) => {
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    clock.set(at);
    expect(await statuses(client)).toEqual([status, status, status]);
  });
});

describe("usage", () => {
  test("a server certificate is not valid for a client", async () => {
    const server = await issuing.issue({
      ...VALIDITY,
      subject: "CN=claims",
      extendedKeyUsage: [ExtendedKeyUsage.serverAuth],
    });
    expect(await statuses(server)).toEqual(["NotValidForUsage"]);
  });

  test.each<[string, Partial<CertificateAuthorityProps>, ChainStatus]>([
    ["not a CA by its basic constraints", { isCa: false }, "InvalidBasicConstraints"],
    ["not allowed to sign certificates", { keyUsage: ["cRLSign"] }, "NotValidForUsage"],
  ])("an issuer that is %s makes the chain invalid", async (_name, props, status) => {
    const issuer = await root.issueIntermediate({ ...VALIDITY, subject: "CN=Odd", ...props });
    const client = await issuer.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(client, { presentedChain: [issuer.der], checkRevocation: false })).toEqual([
      status,
    ]);
  });

  test("a path longer than a CA allows is invalid", async () => {
    const short = await root.issueIntermediate({ ...VALIDITY, subject: "CN=Short", pathLength: 0 });
    const below = await short.issueIntermediate({ ...VALIDITY, subject: "CN=Below" });
    const client = await below.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(
      await statuses(client, { presentedChain: [short.der, below.der], checkRevocation: false }),
    ).toEqual(["InvalidBasicConstraints"]);
  });

  test("a critical extension that nobody understands makes a certificate unusable", async () => {
    const issuer = await root.issueIntermediate({ ...VALIDITY, subject: "CN=Issuing 2" });
    const client = await issuer.issue({
      ...VALIDITY,
      subject: "CN=claims",
      extensions: [new Extension("1.2.3.4", true, Buffer.from([5, 0]))],
    });
    expect(await statuses(client, { presentedChain: [issuer.der], checkRevocation: false })).toEqual([
      "InvalidExtension",
    ]);
  });
});

describe("revocation", () => {
  test("a revoked certificate is refused", async () => {
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    issuing.revoke(client.certificate, new Date("2026-02-01T00:00:00Z"));
    expect(await statuses(client)).toEqual(["Revoked"]);
  });

  test("a revoked intermediate makes its certificates invalid", async () => {
    const revoked = await root.issueIntermediate({
      ...VALIDITY,
      subject: "CN=Revoked",
      publishesCrlAt: ISSUING_CRL,
    });
    const client = await revoked.issue({ ...VALIDITY, subject: "CN=claims", crlUrl: null });
    root.revoke(revoked.certificate, NOW);
    expect(await statuses(client, { presentedChain: [revoked.der] })).toEqual([
      "RevocationStatusUnknown",
      "Revoked",
    ]);
  });

  test("an unreachable list leaves the status unknown", async () => {
    network.unregister("issuing.contoso.test");
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(client)).toEqual(["RevocationStatusUnknown"]);
  });

  test("a certificate without a distribution point has an unknown status", async () => {
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims", crlUrl: null });
    expect(await statuses(client)).toEqual(["RevocationStatusUnknown"]);
  });

  test.each<[string, () => Promise<Uint8Array>]>([
    ["out of date", () => issuing.crl(new Date("2026-02-01T00:00:00Z"), new Date("2026-02-02T00:00:00Z"))],
    ["not yet current", () => issuing.crl(new Date("2026-04-01T00:00:00Z"))],
    ["of another issuer", () => root.crl(NOW)],
    ["not a list", () => Promise.resolve(Buffer.from("nothing"))],
  ])("a list that is %s leaves the status unknown", async (_name, crl) => {
    network.unregister("issuing.contoso.test");
    const bytes = await crl();
    network.register("issuing.contoso.test", () => Promise.resolve(bytesResponse(200, bytes)));
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(client)).toEqual(["RevocationStatusUnknown"]);
  });

  test("a list signed by a namesake leaves the status unknown", async () => {
    const namesake = await root.issueIntermediate({ ...VALIDITY, subject: "CN=Issuing" });
    network.unregister("issuing.contoso.test");
    const bytes = await namesake.crl(NOW);
    network.register("issuing.contoso.test", () => Promise.resolve(bytesResponse(200, bytes)));
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(client)).toEqual(["RevocationStatusUnknown"]);
  });

  test("is not looked up when the caller leaves it out", async () => {
    network.unregister("issuing.contoso.test");
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    expect(await statuses(client, { checkRevocation: false })).toEqual([]);
  });

  test("a list is fetched once while it is current, and again after", async () => {
    let fetches = 0;
    network.unregister("issuing.contoso.test");
    network.register("issuing.contoso.test", async () => {
      fetches += 1;
      return bytesResponse(200, await issuing.crl(clock.date()));
    });
    const client = await issuing.issue({ ...VALIDITY, subject: "CN=claims" });
    const using = verifier();
    await statuses(client, {}, using);
    await statuses(client, {}, using);
    expect(fetches).toBe(1);
    clock.advance(2 * 3_600_000);
    await statuses(client, {}, using);
    expect(fetches).toBe(2);
  });
});

test("two findings of one chain are both reported", async () => {
  const client = await issuing.issue({
    subject: "CN=claims",
    notBefore: new Date("2025-01-01T00:00:00Z"),
    notAfter: new Date("2026-01-01T00:00:00Z"),
    extendedKeyUsage: [ExtendedKeyUsage.serverAuth],
  });
  expect(await statuses(client)).toEqual(["Expired", "NotValidForUsage"]);
});

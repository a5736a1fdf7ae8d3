import { CertificateVerifier, StandInAuthorities } from "../../../simulator/certificates";
import {
  CertificateAuthority,
  type CertificateAuthorityProps,
} from "../../../simulator/certificates/certificate-authority";
import { parseCertificate } from "../../../simulator/certificates/x509";
import { Clock } from "../../../simulator/clock";
import type { GatewayModel, StackModel } from "../../../simulator/model";
import { Network } from "../../../simulator/network";

const CLOCK = new Clock({ at: new Date("2026-12-01T12:00:00Z"), running: false });
const VALID = { notBefore: new Date("2026-01-01"), notAfter: new Date("2036-01-01") };
const ROOT: CertificateAuthorityProps = { ...VALID, subject: "CN=Root, O=Contoso" };
const ISSUING: CertificateAuthorityProps = {
  ...VALID,
  subject: "CN=Issuing, O=Contoso",
  pathLength: 0,
  crlUrl: "http://crl.contoso.com/root.crl",
};

describe("StandInAuthorities", () => {
  let root: CertificateAuthority;
  let issuing: CertificateAuthority;
  let authorities: StandInAuthorities;
  let gateway: GatewayModel;
  let verifier: CertificateVerifier;
  let before: readonly (Uint8Array | undefined)[];

  beforeAll(async () => {
    root = await CertificateAuthority.createRoot(ROOT);
    issuing = await root.issueIntermediate(ISSUING);
    const trustedCertificates = [
      { store: "Root", der: root.der },
      { store: "CertificateAuthority", der: issuing.der },
    ];
    const certificates = [{ address: "x", name: "issuing", der: issuing.der }];
    const model = { gateways: [{ trustedCertificates, certificates }] } as unknown as StackModel;
    const network = new Network(CLOCK);
    authorities = new StandInAuthorities(model, CLOCK, network);
    [gateway] = authorities.addTo(model).gateways as [GatewayModel];
    before = [standIn("Root"), standIn("CertificateAuthority")];
    verifier = new CertificateVerifier({
      get trustedRoots() {
        return [standIn("Root") ?? root.der];
      },
      get intermediates() {
        return [standIn("CertificateAuthority") ?? issuing.der];
      },
      clock: CLOCK,
      fetch: (request) => network.fetch(request),
    });
    await authorities.issue({ authority: "Issuing", commonName: "client" });
  });

  function standIn(store: "Root" | "CertificateAuthority"): Uint8Array | undefined {
    return gateway.trustedCertificates.find((certificate) => certificate.store === store)?.standIn;
  }

  async function statusesOf(...[props]: Parameters<StandInAuthorities["issue"]>): Promise<readonly string[]> {
    const { der } = await authorities.issue(props);
    const { findings } = await verifier.verify(der, { purpose: "clientAuth" });
    return findings.map(({ status }) => status);
  }

  test("an authority has none before it issues something, and afterwards the same one each time", () => {
    expect(before).toEqual([undefined, undefined]);
    expect(standIn("Root")).toBeInstanceOf(Uint8Array);
    expect(standIn("Root")).toBe(standIn("Root"));
  });

  test("a stand-in has the authority's subject, serial number, validity and extensions, and another key", () => {
    const [original, double] = [issuing.der, standIn("CertificateAuthority") ?? new Uint8Array()].map(
      parseCertificate,
    );
    const said = ({
      subject,
      serialNumber,
      notBefore,
      notAfter,
      extensions,
    }: NonNullable<typeof original>) => ({
      subject,
      serialNumber,
      notBefore,
      notAfter,
      extensions: extensions.map(({ type }) => type).sort(),
    });
    expect(double && said(double)).toEqual(original && said(original));
    expect(double?.publicKey.equal(original?.publicKey)).toBe(false);
  });

  test("the certificates that issuer-certificate-id names have the same stand-in", () => {
    expect(gateway.certificates[0]?.standIn).toEqual(standIn("CertificateAuthority"));
  });

  test("a certificate of a stand-in chains to the stand-in of the root, revocation included", async () => {
    expect(await statusesOf({ authority: "Issuing", commonName: "client" })).toEqual([]);
  });

  test.each([
    ["revoked", { revoked: true }, ["Revoked"]],
    ["on no list", { revocationList: "none" }, ["RevocationStatusUnknown"]],
    ["on a list that cannot be had", { revocationList: "unreachable" }, ["RevocationStatusUnknown"]],
    ["expired", { notAfter: new Date("2026-11-30T23:59:59Z") }, ["Expired"]],
    ["not yet valid", { notBefore: new Date("2026-12-02") }, ["NotYetValid"]],
    ["for servers", { extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"] }, ["NotValidForUsage"]],
    ["of an impostor", { signedBy: "impostor" }, ["PartialChain", "RevocationStatusUnknown"]],
    ["signed by itself", { signedBy: "self" }, ["UntrustedRoot", "RevocationStatusUnknown"]],
  ] as const)("a certificate %s is found to be so", async (_what, props, statuses) => {
    expect(await statusesOf({ authority: "Issuing", commonName: "client", ...props })).toEqual(statuses);
  });

  test("a sibling of the authority chains to the same root", async () => {
    const { der, chainPem } = await authorities.issue({
      authority: "Issuing",
      commonName: "client",
      signedBy: "sibling",
    });
    const presentedChain = chainPem
      .split(/(?=-----BEGIN)/)
      .slice(1)
      .map((pem) => new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64")));
    expect((await verifier.verify(der, { presentedChain })).chain).toHaveLength(3);
    expect(parseCertificate(der).issuer).toBe("CN=Issuing sibling, O=Contoso");
  });

  test.each(["CN=Issuing, O=Contoso", "O=Contoso, CN=Issuing", "O=Contoso,CN=Issuing"])(
    "an authority is found by its subject in either order: %s",
    async (authority) => {
      expect(await statusesOf({ authority, commonName: "client" })).toEqual([]);
    },
  );

  test("an authority that no gateway trusts issues nothing", async () => {
    await expect(authorities.issue({ authority: "Other", commonName: "client" })).rejects.toThrow(
      "0 trusted authorities are named 'Other'; the gateways of the stacks trust " +
        "'CN=Root, O=Contoso', 'CN=Issuing, O=Contoso'",
    );
  });

  test("a name with special characters stays one value", async () => {
    const { certificate } = await authorities.issue({ authority: "Issuing", commonName: "a, O=Evil+CN=b" });
    expect(certificate.subjectName.getField("CN")).toEqual(["a, O=Evil+CN=b"]);
  });
});

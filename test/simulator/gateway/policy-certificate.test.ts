import { X509Certificate as NodeCertificate } from "node:crypto";
import { CertificateAuthority } from "../../../simulator/certificates";
import { policyCertificate } from "../../../simulator/gateway/policy-certificate";

describe("policyCertificate", () => {
  const verdict = { valid: false, validWithoutRevocation: true };

  async function certificate(subject: string): Promise<ReturnType<typeof policyCertificate>> {
    const authority = await CertificateAuthority.createRoot({ subject: "CN=Partner CA, O=Partner" });
    return policyCertificate((await authority.issue({ subject, serialNumber: "0a1b" })).der, verdict);
  }

  it.each([
    ["C=DE, O=Contoso, CN=client", "CN=client, O=Contoso, C=DE"],
    ['O="Contoso, Inc.", CN=client', 'CN=client, O="Contoso, Inc."'],
    ["ST=Bayern, CN=client", "CN=client, S=Bayern"],
  ])("prints the subject %s as .NET does", async (subject, expected) => {
    expect((await certificate(subject)).subject).toBe(expected);
  });

  it("prints the issuer as .NET does", async () => {
    expect((await certificate("CN=client")).issuer).toBe("O=Partner, CN=Partner CA");
  });

  it("gives the SHA-1 thumbprint in upper-case hexadecimal", async () => {
    const { rawData, thumbprint } = await certificate("CN=client");
    expect(thumbprint).toBe(new NodeCertificate(rawData).fingerprint.replaceAll(":", ""));
  });

  it("gives the serial number in upper-case hexadecimal", async () => {
    expect((await certificate("CN=client")).serialNumber).toBe("0A1B");
  });

  it("tells the two verdicts apart", async () => {
    const shown = await certificate("CN=client");
    expect([shown.verify(), shown.verifyNoRevocation()]).toEqual([false, true]);
  });

  it("refuses what is not a certificate", () => {
    expect(() => policyCertificate(Buffer.from("no certificate"), verdict)).toThrow();
  });
});

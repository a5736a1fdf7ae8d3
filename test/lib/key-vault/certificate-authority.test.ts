import { createHash } from "node:crypto";
import { CertificateAuthority } from "../../../lib/key-vault/certificate-authority";
import { pkcs12 } from "../../../lib/key-vault/pkcs12";
import { Problems } from "../../../lib/validation/problems";
import {
  BasicConstraintsExtension,
  EC_P256,
  KeyUsageFlags,
  KeyUsagesExtension,
  rsa,
  TestAuthority,
  type TestAuthorityOptions,
} from "./test-authority";

const AT = new Date("2026-12-01");

async function problemsOf(options: Partial<TestAuthorityOptions>): Promise<readonly unknown[]> {
  const { der } = await TestAuthority.create({ subject: "CN=Contoso Root", ...options });
  const problems = new Problems("store");
  CertificateAuthority.parse(der, "certificate 1", problems)?.check(AT, problems);
  return problems.all;
}

describe("CertificateAuthority", () => {
  let der: Uint8Array;
  let authority: CertificateAuthority;

  beforeAll(async () => {
    const root = await TestAuthority.create({ subject: 'C=DE, O="Contoso, Ltd.", CN=Contoso Root' });
    der = root.der;
    authority = CertificateAuthority.parse(der, "certificate 1", new Problems("store"))!;
  });

  it("writes the subject most specific part first, as .NET does", () => {
    expect(authority.subject).toBe('CN=Contoso Root, O="Contoso, Ltd.", C=DE');
  });

  it("gives the SHA-1 thumbprint in upper-case hexadecimal", () => {
    expect(authority.thumbprint).toBe(createHash("sha1").update(der).digest("hex").toUpperCase());
  });

  it("gives a root back as it is, in base64", () => {
    expect(authority.encoded).toBe(Buffer.from(der).toString("base64"));
    expect(authority.contentType).toBe("application/pkix-cert");
  });

  it("gives any other authority in a PKCS#12 container, in base64", async () => {
    const issuer = await TestAuthority.create({ subject: "CN=Contoso Root" });
    const { der: issued } = await TestAuthority.create({ subject: "CN=Contoso Issuing", issuer });
    const issuing = CertificateAuthority.parse(issued, "certificate 1", new Problems("store"))!;

    expect(issuing.encoded).toBe(Buffer.from(pkcs12(issued)).toString("base64"));
    expect(issuing.contentType).toBe("application/x-pkcs12");
  });

  it("knows its end of validity", () => {
    expect(authority.notAfter).toEqual(new Date("2036-01-01"));
  });

  it.each([
    ["RSA 2048", { algorithm: rsa(2048) }],
    ["no key usage, which restricts nothing", { extensions: [new BasicConstraintsExtension(true)] }],
    ["EC P-256", { algorithm: EC_P256 }],
    ["a validity that begins on the day of synthesis", { notBefore: "2026-12-01" }],
    ["a validity that ends on the day of synthesis", { notAfter: "2026-12-01" }],
  ])("accepts %s", async (_what, options) => {
    expect(await problemsOf(options)).toEqual([]);
  });

  it.each([
    [
      "a certificate that is not an authority",
      {
        extensions: [new BasicConstraintsExtension(false), new KeyUsagesExtension(KeyUsageFlags.keyCertSign)],
      },
      "'CN=Contoso Root' must be a certificate authority (basicConstraints cA)",
      undefined,
    ],
    [
      "a certificate that may not sign certificates",
      { extensions: [new BasicConstraintsExtension(true), new KeyUsagesExtension(KeyUsageFlags.cRLSign)] },
      "'CN=Contoso Root' must be allowed to sign certificates (keyUsage keyCertSign)",
      undefined,
    ],
    [
      "an expired certificate",
      { notAfter: "2026-11-30" },
      "'CN=Contoso Root' must be valid on 2026-12-01",
      "not after 2026-11-30T00:00:00.000Z",
    ],
    [
      "a certificate that is not yet valid",
      { notBefore: "2026-12-02" },
      "'CN=Contoso Root' must be valid on 2026-12-01",
      "not before 2026-12-02T00:00:00.000Z",
    ],
    [
      "a short RSA key",
      { algorithm: rsa(1024) },
      "key of 'CN=Contoso Root' must be RSA with 2048 bits or more, or EC on P-256, P-384, P-521",
      "rsa 1024",
    ],
    [
      "SHA-1",
      { algorithm: rsa(2048, "SHA-1") },
      "signature of 'CN=Contoso Root' must use SHA-256, SHA-384, SHA-512",
      "SHA-1",
    ],
  ])("refuses %s", async (_what, options, rule, value) => {
    expect(await problemsOf(options)).toEqual([
      { rule, ...(value && { value }), remedy: expect.any(String) as string },
    ]);
  });

  it("reports everything that is wrong with one certificate", async () => {
    const found = await problemsOf({
      extensions: [new KeyUsagesExtension(KeyUsageFlags.cRLSign)],
      notAfter: "2026-11-30",
      algorithm: rsa(1024, "SHA-1"),
    });

    expect(found).toHaveLength(5);
  });

  it.each([
    ["garbage", Buffer.from("not a certificate")],
    ["nothing", Buffer.alloc(0)],
  ])("refuses %s", (_what, bytes) => {
    const problems = new Problems("store");

    expect(CertificateAuthority.parse(bytes, "certificate 3", problems)).toBeUndefined();
    expect(problems.all).toEqual([
      expect.objectContaining({
        rule: "certificate 3 must be one X.509 certificate in DER form, and nothing else",
      }),
    ]);
  });

  it("refuses bytes after the certificate", () => {
    const problems = new Problems("store");

    CertificateAuthority.parse(Buffer.concat([der, Buffer.from([0])]), "certificate 1", problems);

    expect(problems.all).toHaveLength(1);
  });

  it("recognizes its issuer by the signature, not by the name", async () => {
    const root = await TestAuthority.create({ subject: "CN=Root" });
    const namesake = await TestAuthority.create({ subject: "CN=Root" });
    const issuing = await TestAuthority.create({ subject: "CN=Issuing", issuer: root });
    const [parsedRoot, parsedNamesake, parsedIssuing] = [root, namesake, issuing].map((it) =>
      CertificateAuthority.parse(it.der, "certificate", new Problems("store"))!,
    );

    expect(parsedIssuing!.isIssuedBy(parsedRoot!)).toBe(true);
    expect(parsedIssuing!.isIssuedBy(parsedNamesake!)).toBe(false);
    expect([parsedRoot!.isRoot, parsedIssuing!.isRoot]).toEqual([true, false]);
  });
});

import {
  type CertificateAuthoritySource,
  readCertificateAuthorityChain,
} from "../../../lib/key-vault/certificate-authority-chain";
import { Problems } from "../../../lib/validation/problems";
import { pem, TestAuthority } from "./test-authority";

const AT = new Date("2026-12-01");

describe("readCertificateAuthorityChain", () => {
  let root: TestAuthority;
  let policy: TestAuthority;
  let issuing: TestAuthority;

  beforeAll(async () => {
    root = await TestAuthority.create({ subject: "CN=Root" });
    policy = await TestAuthority.create({ subject: "CN=Policy", issuer: root });
    issuing = await TestAuthority.create({ subject: "CN=Issuing", issuer: policy });
  });

  function read(source: CertificateAuthoritySource): { subjects: string[]; found: string[] } {
    const problems = new Problems("store");
    const chain = readCertificateAuthorityChain(source, AT, problems);
    return { subjects: chain.map(({ subject }) => subject), found: problems.all.map(({ rule }) => rule) };
  }

  it("reads a chain from the issuing authority to the root", () => {
    expect(read({ pem: pem(issuing, policy, root) })).toEqual({
      subjects: ["CN=Issuing", "CN=Policy", "CN=Root"],
      found: [],
    });
  });

  it("reads a root in DER form", () => {
    expect(read({ der: root.der })).toEqual({ subjects: ["CN=Root"], found: [] });
  });

  it("reads what openssl writes around the blocks", () => {
    expect(read({ pem: `subject=CN = Root\n\n${root.pem}\nBag Attributes\n` }).found).toEqual([]);
  });

  it.each<[string, () => CertificateAuthoritySource, string[]]>([
    ["neither form", () => ({}), ["exactly one of pem and der must be given"]],
    ["both forms", () => ({ pem: root.pem, der: root.der }), ["exactly one of pem and der must be given"]],
    ["no block", () => ({ pem: "MIIB" }), ["pem must contain a CERTIFICATE block"]],
    [
      "a private key",
      () => ({ pem: `${root.pem}\n-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----` }),
      ["pem must not contain a private key"],
    ],
    [
      "another block",
      () => ({ pem: `${root.pem}\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----` }),
      ["pem must contain CERTIFICATE blocks only"],
    ],
    [
      "a block that is not base64",
      () => ({ pem: "-----BEGIN CERTIFICATE-----\n%%%%\n-----END CERTIFICATE-----" }),
      ["every block of pem must be base64 between a BEGIN and an END line"],
    ],
    [
      "a block that is not a certificate",
      () => ({ pem: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }),
      ["certificate 1 must be one X.509 certificate in DER form, and nothing else"],
    ],
    [
      "a chain without its root",
      () => ({ pem: pem(issuing, policy) }),
      ["the chain must end with a self-signed root"],
    ],
    [
      "a chain with a gap",
      () => ({ pem: pem(issuing, root) }),
      ["'CN=Issuing' must be followed by its issuer"],
    ],
    [
      "a chain upside down",
      () => ({ pem: pem(root, policy) }),
      ["'CN=Root' must be followed by its issuer", "the chain must end with a self-signed root"],
    ],
    [
      "the same certificate twice",
      () => ({ pem: pem(issuing, policy, root, root) }),
      ["'CN=Root' must be in the chain once"],
    ],
  ])("refuses %s", (_what, source, found) => {
    expect(read(source()).found).toEqual(found);
  });

  it("refuses an issuer of the right name with another key", async () => {
    const namesake = await TestAuthority.create({ subject: "CN=Policy", issuer: root });

    expect(read({ pem: pem(issuing, namesake, root) }).found).toEqual([
      "'CN=Issuing' must be followed by its issuer",
    ]);
  });

  it("refuses more authorities below one than it allows", async () => {
    const short = await TestAuthority.create({ subject: "CN=Short", pathLength: 0 });
    const below = await TestAuthority.create({ subject: "CN=Below", issuer: short });

    expect(read({ pem: pem(below, short) }).found).toEqual([
      "'CN=Short' allows 0 authorities below it (pathLenConstraint)",
    ]);
  });

  it("never repeats a private key in a message", () => {
    const problems = new Problems("store");
    readCertificateAuthorityChain(
      { pem: "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----" },
      AT,
      problems,
    );

    expect(() => problems.throwIfAny()).toThrow(/^(?![\s\S]*c2VjcmV0)[\s\S]*remove it from the source/);
  });
});

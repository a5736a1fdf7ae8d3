import { pkcs12 as plainContainer } from "../../../lib/key-vault/pkcs12";
import { type IssuedCertificate, issueSelfSigned, parseCertificate } from "../../../simulator/certificates";
import {
  readCertificate,
  readCertificates,
  readIntermediates,
} from "../../../simulator/certificates/certificate-content";

/** CN=x with its key, password `pw`: made with `openssl pkcs12 -export`, because Node writes no PKCS#12. */
const pkcs12 = [
  "MIID/AIBAzCCA7IGCSqGSIb3DQEHAaCCA6MEggOfMIIDmzCCAlIGCSqGSIb3DQEHBqCCAkMwggI/AgEAMIICOAYJKoZIhvcNAQcB",
  "MFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAikidrODgb8hwICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGjL",
  "avDkjgEMoaa+Q0HN8WCAggHQOc051ZL184QM/6oxJgfgdumVbFxHgzunlRG94MXv6QwRQiXyZGpzCZvrGRjKtgxZSsHRlnv65Gr+",
  "qRvDO0bgaBkLjvO2A8f1mlbyem9ifh64ydau95jY8JvHEAvKACHPyuYu2G0LhEUpvZBECdSEzCV8fFJ5vg4ZNCr0/Qt+EFkQ1DwB",
  "OPD4NA+C0p15IviA4AjaIPZVknhR0LcK87ZwTGTZfu9mr5Zh2azxFbHE4gUnkVSV+uHzW/5ZOuETHsiTxAvmvKW8vPdS9845Ippa",
  "Nru3vll2F0D/LbrIR/fdmlQtaVciB3ShfJ/wAJqvOjYnOLpVFbwI3lnhGSgdtJ/BHXyOrrc4pTC8R9VswK2+ATV9Q7iZrIJDAWH2",
  "Kqrrf49cyoIhcl4XFsp4gGH6vD26rsq+uuM9fLxgVQmsYHVE2U+icqpIN3dk3XTcObbwj7i6O9Jm1ozOhfU0eid7qz4EnJLupgZd",
  "uJ3AAUXYKeXVZZAqmScNJRec0D5AY6sSSVCDUMC1h5zDXeYKzCNm2LInqXOeFhDIhsh5wldrjYRkMXIdT9jZKbSbDyRPuffq1elz",
  "NUvxYEzGngRzmSzx9NQMkCN0bRFXasB5lJM+VxHVoF8wggFBBgkqhkiG9w0BBwGgggEyBIIBLjCCASowggEmBgsqhkiG9w0BDAoB",
  "AqCB7zCB7DBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIuWy7c9nM+BECAggAMAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUD",
  "BAEqBBDtjom2LATRPw4oOq74dhkDBIGQ0XScdcOiOh2Sao+0M3ZablQEpMVEPdzJyczPnmck5k2Az5Pvq6afgb13roCAACFEHm+r",
  "SNWnRpCXhkjfXCQx0eJfm+r/ZBd7Incc9kTi9L0vQsVG/UnRRjQx+5P2pE+/Ime5xcGdrJGxPJPb9qpuPnZxu1+Tfxd/KQos5ulz",
  "LbOCcRiTwNHq9h+/BDaDOInMMSUwIwYJKoZIhvcNAQkVMRYEFKt19FOHfmr7dWjrBuP636oM0/WmMEEwMTANBglghkgBZQMEAgEF",
  "AAQgSN2NozhAuwYz7jmOc5fOuXfctWNGsEImQKBVHUdsjMUECKPrtKQrqSbmAgIIAA==",
].join("");

let issued: IssuedCertificate;

beforeAll(async () => {
  issued = await issueSelfSigned({ subject: "CN=Root" });
});

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64");

test.each<[string, () => string]>([
  ["PEM", () => issued.pem],
  ["PEM with its private key", () => `${issued.privateKeyPem}\n${issued.pem}`],
  ["PEM in one line, as Key Vault keeps it", () => issued.pem.replaceAll("\n", "")],
  ["PEM with line ends as text", () => issued.pem.replaceAll("\n", "\\n")],
  ["base64 of PEM", () => base64(issued.pem)],
  ["base64 of DER", () => base64(issued.der)],
  ["base64 of DER in lines", () => base64(issued.der).replace(/(.{64})/g, "$1\n")],
])("%s is read", (_name, content) => {
  expect(Buffer.compare(readCertificate(content()), issued.der)).toBe(0);
});

/** The certificate of `CN=x` alone, with an empty password: `openssl pkcs12 -export -nokeys -passout pass:`. */
const keyless = [
  "MIIClwIBAzCCAk0GCSqGSIb3DQEHAaCCAj4EggI6MIICNjCCAjIGCSqGSIb3DQEHBqCCAiMwggIfAgEAMIICGAYJKoZIhvcNAQcBMFcG",
  "CSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjz5111BcqR9AICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHJoa0sRHt+b",
  "KcokF4BZ/XaAggGw+A7u1+gymLS93OmwbwIMaG4MPPOBZw6GE6BzzX6Bh3L0b3allcDsNa7B32SrBkgKwj3RNgul95JRzv0cLtPPCeUJ",
  "kv+kKlbBIeuI3pO68CqY0xSW1AjReuaalW5bGFBflldEGb8inHyFNwxQeBh6h6mZEb20GKJP9tf7sO+VbpOs640K9srtlVHc6EBCzMt/",
  "qA+KpIG+he8SEaXHcdqTK8p430wkSo1psWtejOdEjRbH0/bEV/aa2WHgsejAGU6QEaS+uOjVgFallyWp5AiDApsDwQhod9NvUlm9DtBk",
  "LJ3h6yL+0Nne6CuYJLdgy+uQ6+6E4hIeJCjVwWwc+OtXW8rpWI5xvz0un+x1i/mr73zjrYpEfmgzMQ1aHgtIHnJ763iGxWjB6hrSrl8R",
  "gdfua6Zac2/4WYNlfbDCY/8s+vyYJN/ntvR+BhvAEiJDZZGuYAE8Pegb8hXYB+Rpp3uHfeS40SJ+y3jKQWnIozmu8AzS21mKrI1i0Xv/",
  "Lk6I8RQimqN53Ocev4hBlcuV2FModgj01j5XX7OxffAIvOZMWAWWJFB5Cpu7yI8d888h8YD7MEEwMTANBglghkgBZQMEAgEFAAQgdDO4",
  "D5awB9mfvyO5+Wb4X/3xUumOscKobfzf4UarwGIECN/KsXcEbtjIAgIIAA==",
].join("");

test("a PKCS#12 container opens with its password, and with no other", () => {
  expect(readCertificate(pkcs12, "pw").byteLength).toBeGreaterThan(100);
  expect(() => readCertificate(pkcs12, "guess")).toThrow("opens with the password given");
});

test("a PKCS#12 container without a key opens with an empty password and with none", () => {
  expect(readCertificate(keyless)).toEqual(readCertificate(keyless, ""));
  expect(parseCertificate(readCertificate(keyless)).subject).toBe("CN=x");
});

test("an intermediate is a PKCS#12 container, with or without a key", () => {
  expect(readIntermediates(keyless)).toEqual([readCertificate(keyless)]);
  expect(readIntermediates(pkcs12, "pw")).toEqual([readCertificate(pkcs12, "pw")]);
});

test("a PKCS#12 container that is neither encrypted nor under a MAC opens with any password", () => {
  const container = base64(plainContainer(issued.der));
  for (const password of [undefined, "", "any"]) {
    expect(Buffer.compare(readCertificate(container, password), issued.der)).toBe(0);
    expect(readIntermediates(container, password)).toEqual([readCertificate(container)]);
  }
});

test.each<[string, () => Uint8Array]>([
  ["with more behind it", () => Buffer.concat([plainContainer(issued.der), Buffer.from([0])])],
  ["that was cut off", () => plainContainer(issued.der).subarray(0, -1)],
  ["of something else", () => plainContainer(Buffer.from("hello"))],
])("a plain PKCS#12 container %s is refused", (_name, container) => {
  expect(() => readCertificates(base64(container()))).toThrow(
    "neither a certificate nor a PKCS#12 container",
  );
});

test.each<[string, () => readonly [content: string, password?: string]]>([
  ["base64 of DER", () => [base64(issued.der)]],
  ["PEM", () => [issued.pem]],
  ["base64 of PEM", () => [base64(issued.pem)]],
  ["a container that its password does not open", () => [pkcs12, "guess"]],
  ["nothing that can be read", () => ["not a certificate!"]],
])("%s is refused as an intermediate in the words of the service", (_name, content) => {
  expect(() => readIntermediates(...content())).toThrow(
    "Invalid parameter: The certificate's data file format associated with Intermediates must be a Base64-encoded " +
      ".pfx file",
  );
});

test("several certificates are read in order, and are too many for one entry", async () => {
  const other = await issueSelfSigned({ subject: "CN=Other" });
  const both = `${issued.pem}\n${other.pem}`;
  expect(readCertificates(both).map((der) => Buffer.compare(der, issued.der))).toEqual([
    0,
    expect.any(Number),
  ]);
  expect(() => readCertificate(both)).toThrow("one certificate is needed, not 2");
});

test.each([
  ["nothing", "", "neither PEM nor base64"],
  ["text", "not a certificate!", "neither PEM nor base64"],
  ["base64 of something else", base64("hello"), "neither a certificate nor a PKCS#12"],
  [
    "PEM of a key alone",
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    "no CERTIFICATE block",
  ],
  ["PEM of something else", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "not an X.509"],
])("%s is refused", (_name, content, message) => {
  expect(() => readCertificates(content)).toThrow(message);
});

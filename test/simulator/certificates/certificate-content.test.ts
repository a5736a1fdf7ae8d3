import { type IssuedCertificate, issueSelfSigned } from "../../../simulator/certificates";
import { readCertificate, readCertificates } from "../../../simulator/certificates/certificate-content";

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

test("a PKCS#12 container opens with its password, and with no other", () => {
  expect(readCertificate(pkcs12, "pw").byteLength).toBeGreaterThan(100);
  expect(() => readCertificate(pkcs12, "guess")).toThrow("opens with the password given");
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

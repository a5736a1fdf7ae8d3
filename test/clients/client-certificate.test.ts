import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { inspect } from "node:util";
import { ClientCertificate } from "../../examples/clients/certificate/client-certificate";
import { CertificateAuthority, type IssuedCertificate } from "../../simulator";

let authority: CertificateAuthority;
let server: Server;
let folder: string;
let url: string;
let version = 0;

beforeAll(async () => {
  authority = await CertificateAuthority.createRoot({ subject: "CN=Test CA" });
  const own = await authority.issue({
    subject: "CN=localhost",
    dnsNames: ["localhost"],
    extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"],
  });
  server = createServer(
    { key: own.privateKeyPem, cert: own.chainPem, ca: authority.pem, requestCert: true },
    (request, response) => response.end((request.socket as TLSSocket).getPeerCertificate().subject.CN),
  );
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  url = `https://localhost:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "client-certificate-"));
  file("ca.pem", authority.pem);
});

let logged: jest.Spied<typeof console.error>;

beforeEach(() => {
  logged = jest.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

/** Writes a file, later than every file before it. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  version += 1;
  utimesSync(path, version, version);
  return path;
}

function write({ chainPem, privateKeyPem }: IssuedCertificate): { certificate: string; key: string } {
  return { certificate: file("client.pem", chainPem), key: file("client.key", privateKeyPem) };
}

async function seenAs(client: ClientCertificate): Promise<string> {
  return (await client.fetch(url)).text();
}

test("a PEM certificate is presented", async () => {
  const files = write(await authority.issue({ subject: "CN=scanner" }));
  expect(await seenAs(new ClientCertificate(files, join(folder, "ca.pem")))).toBe("scanner");
});

/** Puts both files into one, under a passphrase. */
function pkcs12(passphrase: string, { certificate, key }: ReturnType<typeof write>): string {
  const pfx = join(folder, "client.pfx");
  const input = ["-in", certificate, "-inkey", key];
  execFileSync("openssl", ["pkcs12", "-export", ...input, "-out", pfx, "-passout", "env:PASSPHRASE"], {
    env: { ...process.env, PASSPHRASE: passphrase },
  });
  return pfx;
}

test("a PKCS#12 file is presented", async () => {
  const pfx = pkcs12("correct horse", write(await authority.issue({ subject: "CN=scanner" })));
  const client = new ClientCertificate({ pfx, passphrase: "correct horse" }, join(folder, "ca.pem"));
  expect(await seenAs(client)).toBe("scanner");
});

test("a wrong passphrase is an error that tells neither passphrase", async () => {
  const pfx = pkcs12("correct horse", write(await authority.issue({ subject: "CN=scanner" })));
  const call = new ClientCertificate({ pfx, passphrase: "battery staple" }).fetch(url);
  const error = await call.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ message: expect.stringContaining("mac verify failure") as unknown });
  expect(inspect(error, { depth: null })).not.toMatch(/correct horse|battery staple/);
});

test("a renewed certificate is presented from the next call on", async () => {
  const client = new ClientCertificate(
    write(await authority.issue({ subject: "CN=scanner" })),
    join(folder, "ca.pem"),
  );
  await seenAs(client);
  write(await authority.issue({ subject: "CN=renewed" }));
  expect(await seenAs(client)).toBe("renewed");
});

test("while only one of the two files is renewed, the old certificate goes on", async () => {
  const client = new ClientCertificate(
    write(await authority.issue({ subject: "CN=scanner" })),
    join(folder, "ca.pem"),
  );
  await seenAs(client);
  const renewed = await authority.issue({ subject: "CN=renewed" });
  file("client.pem", renewed.chainPem);
  expect(await seenAs(client)).toBe("scanner");
  file("client.key", renewed.privateKeyPem);
  expect(await seenAs(client)).toBe("renewed");
});

test("going on with the old certificate is said once, and again after the next renewal", async () => {
  const files = write(await authority.issue({ subject: "CN=scanner" }));
  const client = new ClientCertificate(files, join(folder, "ca.pem"));
  await seenAs(client);
  rmSync(files.key);
  await seenAs(client);
  expect(await seenAs(client)).toBe("scanner");
  expect(logged.mock.calls).toEqual([[expect.stringMatching(/old certificate: ENOENT.*client\.key/)]]);
  write(await authority.issue({ subject: "CN=renewed" }));
  await seenAs(client);
  rmSync(files.key);
  await seenAs(client);
  expect(logged).toHaveBeenCalledTimes(2);
});

test("a renewed authority of the gateway's own certificate counts from the next call on", async () => {
  const files = write(await authority.issue({ subject: "CN=scanner" }));
  const client = new ClientCertificate(files, join(folder, "ca.pem"));
  await seenAs(client);
  file("ca.pem", (await CertificateAuthority.createRoot({ subject: "CN=Other CA" })).pem);
  await expect(seenAs(client)).rejects.toThrow("fetch failed");
});

test("a gateway whose own certificate nobody vouches for gets no request", async () => {
  const files = write(await authority.issue({ subject: "CN=scanner" }));
  const cause = await new ClientCertificate(files).fetch(url).catch((error: Error) => error.cause);
  expect(cause).toMatchObject({ code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/) as unknown });
});

test("a key that does not belong to the certificate is an error at once", async () => {
  const { certificate } = write(await authority.issue({ subject: "CN=scanner" }));
  const key = file("client.key", (await authority.issue({ subject: "CN=other" })).privateKeyPem);
  await expect(new ClientCertificate({ certificate, key }).fetch(url)).rejects.toThrow(/mismatch/);
});

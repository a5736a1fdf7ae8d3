import { createPrivateKey, X509Certificate as NodeCertificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { ClientCertificate, ClientCertificateProps } from "../../simulator";
import {
  CertificateAuthority,
  CertificateVerifier,
  type IssuedCertificate,
} from "../../simulator/certificates";
import { parseCertificate } from "../../simulator/certificates/x509";
import { Clock } from "../../simulator/clock";
import { Network } from "../../simulator/network";
import { effort } from "../support/effort";
import { AttackedSimulator, CHAT_BODY, CHAT_PATH } from "./attacked-simulator";
import { Choices, seed } from "./choices";

const COUNT = 300 * effort;
const HANDSHAKES = 10 * effort;

describe(`broken certificates at the verifier (ROBUSTNESS_SEED=${seed})`, () => {
  const choices = new Choices(seed);
  let root: CertificateAuthority;
  let issuing: CertificateAuthority;
  let leaf: IssuedCertificate;
  let verifier: CertificateVerifier;

  beforeAll(async () => {
    const clock = new Clock();
    const network = new Network(clock);
    root = await CertificateAuthority.createRoot({
      subject: "CN=Root",
      publishesCrlAt: "http://root.example/crl",
    });
    issuing = await root.issueIntermediate({
      subject: "CN=Issuing",
      publishesCrlAt: "http://issuing.example/crl",
    });
    leaf = await issuing.issue({ subject: "CN=client", dnsNames: ["client.example"] });
    root.serveCrl(network, () => clock.now());
    issuing.serveCrl(network, () => clock.now());
    verifier = new CertificateVerifier({
      trustedRoots: [root.der],
      intermediates: [],
      clock,
      fetch: (request) => network.fetch(request),
    });
  });

  async function isValid(certificate: Uint8Array, presentedChain: readonly Uint8Array[]): Promise<boolean> {
    return (await verifier.verify(certificate, { presentedChain, purpose: "clientAuth" })).valid;
  }

  it("are good before they are broken", async () => {
    expect(await isValid(leaf.der, [issuing.der])).toBe(true);
  });

  it(`${COUNT} changed leaves are not valid, unless what is signed is the same`, async () => {
    for (let done = 0; done < COUNT; done += 1) {
      const der = changed(leaf.der, choices);
      if (await isValid(der, [issuing.der])) {
        expect(signedPart(der)).toEqual(signedPart(leaf.der));
      }
    }
  });

  it(`${COUNT / 3} changed intermediates vouch for nobody, unless what is signed is the same`, async () => {
    for (let done = 0; done < COUNT / 3; done += 1) {
      const der = changed(issuing.der, choices);
      if (await isValid(leaf.der, [der])) {
        expect(signedPart(der)).toEqual(signedPart(issuing.der));
      }
    }
  });

  it("CAs that vouch for each other lead nowhere, and not for long", async () => {
    const keys = await CertificateAuthority.createRoot({ subject: "CN=Same" });
    const sameName = await Promise.all(
      Array.from({ length: 9 }, () => keys.issueIntermediate({ subject: "CN=Same" })),
    );
    const vouching = await Promise.all(
      sameName.map((authority) => authority.issueIntermediate({ subject: "CN=Same" })),
    );
    const certificate = await keys.issue({ subject: "CN=client" });
    const presented = [keys, ...sameName, ...vouching].map(({ der }) => der);
    expect(await isValid(certificate.der, presented)).toBe(false);
  });

  it("chains of noise and of thousands of certificates end", async () => {
    const noise = Array.from({ length: 50 }, () => choices.bytes(choices.below(600)));
    expect(await isValid(noise[0] ?? new Uint8Array(), noise)).toBe(false);
    const long = Array.from({ length: 2_000 }, () => leaf.der);
    expect(await isValid(leaf.der, long)).toBe(false);
  });
});

describe(`broken certificates in TLS (ROBUSTNESS_SEED=${seed})`, () => {
  const choices = new Choices(seed);
  let simulator: AttackedSimulator;
  let good: ClientCertificate;

  beforeAll(async () => {
    simulator = await AttackedSimulator.start();
    good = await simulator.certificate();
  });

  afterAll(() => simulator.stop());

  function call(certificate: ClientCertificate): Promise<number> {
    return simulator.status(`/certificate${CHAT_PATH}`, { certificate, body: CHAT_BODY });
  }

  it("are good before they are broken", async () => {
    expect(await call(good)).toBe(200);
    expect(await simulator.report()).toMatchObject({ reached: 1, unexplained: 0, faults: [] });
  });

  it(`${HANDSHAKES} handshakes with changed certificates let nobody in`, async () => {
    const [first = "", ...issuers] = good.chainPem.match(PEM_BLOCK) ?? [];
    const der = new NodeCertificate(first).raw;
    for (let done = 0; done < HANDSHAKES;) {
      const chainPem = [pem(changed(der, choices)), ...issuers].join("\n");
      if (canBePresented(chainPem, good.privateKeyPem)) {
        done += 1;
        expect([401, 403]).toContain(await statusOrRefusedHandshake({ ...good, chainPem }));
      }
    }
    expect(await simulator.report()).toMatchObject({ reached: 0, faults: [] });
  });

  it("a chain with changed issuers lets nobody in who has no good one", async () => {
    const [first = "", issuer = ""] = good.chainPem.match(PEM_BLOCK) ?? [];
    expect(issuer).not.toBe("");
    const der = new NodeCertificate(issuer).raw;
    for (let done = 0; done < 20; done += 1) {
      const chainPem = [first, pem(changed(der, choices))].join("\n");
      // The gateway knows the issuer itself, so a broken copy of it takes nothing away.
      if (canBePresented(chainPem, good.privateKeyPem)) {
        expect([200, 401, 403]).toContain(await statusOrRefusedHandshake({ ...good, chainPem }));
      }
    }
    expect(await simulator.report()).toMatchObject({ unexplained: 0, faults: [] });
  });

  it.each<[string, Partial<ClientCertificateProps>]>([
    ["an empty name", { subject: "CN=" }],
    ["a name that is markup", { commonName: '"><policies/>{{key}}@(1)' }],
    ["a name with a line end", { commonName: "client-0.devices.contoso.com\nCN=x" }],
    ["a name with NUL", { commonName: "client-0.devices.contoso.com\0" }],
    ["a name that looks like two", { commonName: "x, CN=client-0.devices.contoso.com" }],
    ["a long name", { commonName: "a".repeat(60_000) }],
    ["a name of many parts", { subject: Array.from({ length: 2_000 }, () => "OU=a").join(", ") }],
    [
      "the client's name twice",
      { subject: "CN=client-0.devices.contoso.com, CN=client-0.devices.contoso.com" },
    ],
    ["thousands of names", { dnsNames: Array.from({ length: 3_000 }, (_, at) => `${at}.example`) }],
  ])("%s lets nobody in", async (_name, props) => {
    const certificate = await simulator.certificate({ commonName: "nobody", ...props });
    expect([401, 403]).toContain(await statusOrRefusedHandshake(certificate));
    expect(await simulator.report()).toMatchObject({ reached: 0, faults: [] });
  });

  /** A handshake that the gateway ends is as good a refusal as a status. */
  async function statusOrRefusedHandshake(certificate: ClientCertificate): Promise<number> {
    try {
      return await call(certificate);
    } catch (error) {
      if (["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes((error as NodeJS.ErrnoException).code ?? "")) {
        return 401;
      }
      throw error;
    }
  }
});

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Some bytes changed, taken out, put in or repeated. */
function changed(der: Uint8Array, choices: Choices): Uint8Array {
  for (;;) {
    let bytes = Buffer.from(der);
    for (let changes = 1 + choices.below(3); changes > 0; changes -= 1) {
      const at = choices.below(bytes.length);
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
      bytes = choices.of([
        () => Buffer.concat([before, choices.bytes(1), after.subarray(1)]),
        () => Buffer.concat([before, choices.bytes(1), after.subarray(1)]),
        () => Buffer.concat([before, after.subarray(choices.below(4))]),
        () => Buffer.concat([before, choices.bytes(1 + choices.below(4)), after]),
        () => before,
      ])();
    }
    if (!bytes.equals(der)) {
      return bytes;
    }
  }
}

/** The bytes that the issuer signed. */
function signedPart(der: Uint8Array): Buffer {
  return Buffer.from((parseCertificate(der) as unknown as { readonly tbs: ArrayBuffer }).tbs);
}

function pem(der: Uint8Array): string {
  const lines = Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----`;
}

/** Whether OpenSSL lets a client present it: it must parse and fit the key. */
function canBePresented(cert: string, privateKeyPem: string): boolean {
  try {
    createSecureContext({
      cert,
      key: createPrivateKey(privateKeyPem).export({ type: "pkcs8", format: "pem" }),
    });
    return true;
  } catch {
    return false;
  }
}

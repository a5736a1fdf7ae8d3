import { constants, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { ProtectedHeaderParameters } from "jose";
import { verifiesAtOnce } from "../../../../simulator/policies/tokens/token-signature";

const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const OTHER_RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const P256 = generateKeyPairSync("ec", { namedCurve: "P-256" });

const SIGNERS: Readonly<Record<string, (signed: Buffer) => Buffer>> = {
  RS256: (signed) => sign("sha256", signed, RSA.privateKey),
  RS512: (signed) => sign("sha512", signed, RSA.privateKey),
  PS256: (signed) =>
    sign("sha256", signed, {
      key: RSA.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }),
  ES256: (signed) => sign("sha256", signed, { key: P256.privateKey, dsaEncoding: "ieee-p1363" }),
};

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function tokenOf(header: ProtectedHeaderParameters, payload: object = { sub: "somebody" }): string {
  const signed = `${encoded(header)}.${encoded(payload)}`;
  const signature = SIGNERS[header.alg ?? ""]?.(Buffer.from(signed)) ?? Buffer.from("none");
  return `${signed}.${signature.toString("base64url")}`;
}

function keyFor(alg: string): KeyObject {
  return alg === "ES256" ? P256.publicKey : RSA.publicKey;
}

describe("verifiesAtOnce", () => {
  it.each(Object.keys(SIGNERS))(
    "%s: takes what the key has signed, again and again, and nothing else",
    (alg) => {
      const header = { alg };
      const token = tokenOf(header);
      const [first, , signature] = token.split(".");
      const forged = `${first}.${encoded({ sub: "somebody else" })}.${signature}`;

      const answers = [token, token, forged, token, forged].map((each) =>
        verifiesAtOnce(each, header, keyFor(alg)),
      );

      expect(answers).toEqual([true, true, false, true, false]);
    },
  );

  it("one key's answer is not another's", () => {
    const header = { alg: "RS256" };
    const token = tokenOf(header);

    expect(verifiesAtOnce(token, header, RSA.publicKey)).toBe(true);
    expect(verifiesAtOnce(token, header, OTHER_RSA.publicKey)).toBe(false);
  });

  it("a signature with other bytes, or of another length, is none", () => {
    const header = { alg: "ES256" };
    const token = tokenOf(header);
    const end = token.lastIndexOf(".") + 1;
    const changed = `${token.slice(0, end)}${token[end] === "A" ? "B" : "A"}${token.slice(end + 1)}`;

    expect(verifiesAtOnce(changed, header, P256.publicKey)).toBe(false);
    expect(verifiesAtOnce(token.slice(0, -4), header, P256.publicKey)).toBe(false);
    expect(verifiesAtOnce(token.slice(0, end), header, P256.publicKey)).toBe(false);
  });

  it.each<readonly [string, ProtectedHeaderParameters, KeyObject | Uint8Array, (token: string) => string]>([
    ["an algorithm that is not for public keys", { alg: "HS256" }, RSA.publicKey, (token) => token],
    ["a header that asks for more", { alg: "RS256", crit: ["b64"] }, RSA.publicKey, (token) => token],
    ["a secret", { alg: "RS256" }, new Uint8Array(32), (token) => token],
    ["a private key", { alg: "RS256" }, RSA.privateKey, (token) => token],
    ["a key of another kind", { alg: "RS256" }, P256.publicKey, (token) => token],
    ["another curve", { alg: "ES256" }, RSA.publicKey, (token) => token],
    ["a fourth part", { alg: "RS256" }, RSA.publicKey, (token) => `${token}.e30`],
    ["characters outside of base64url", { alg: "RS256" }, RSA.publicKey, (token) => `${token}=`],
    ["a signature as long as no bytes are", { alg: "RS256" }, RSA.publicKey, (token) => `${token}AAA`],
  ])("leaves %s to the library", (_, header, key, change) => {
    expect(verifiesAtOnce(change(tokenOf(header)), header, key)).toBeUndefined();
  });

  it("leaves an RSA key below 2,048 bits to the library, which refuses it", () => {
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;

    expect(verifiesAtOnce(tokenOf({ alg: "RS256" }), { alg: "RS256" }, short)).toBeUndefined();
  });
});

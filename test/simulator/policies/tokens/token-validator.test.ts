import { SignJWT } from "jose";
import { type TokenRules, validateToken } from "../../../../simulator/policies/tokens/token-validator";
import { sharedRsaKeyPair } from "../../../support/shared-rsa-key-pairs";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const HOUR_MS = 3_600_000;
const { publicKey, privateKey } = sharedRsaKeyPair();
const OTHER_KEY = sharedRsaKeyPair().publicKey;

const RULES: TokenRules = {
  providers: [],
  signingKeys: [{ key: publicKey }],
  decryptionKeys: [],
  issuers: [],
  audiences: ["api"],
  requireSignedTokens: true,
  requireExpirationTime: true,
  clockSkewSeconds: 0,
  now: NOW,
};

describe("a token that was accepted before", () => {
  let token: string;

  beforeAll(async () => {
    token = await new SignJWT({ aud: "api", sub: "user" })
      .setProtectedHeader({ alg: "RS256" })
      .setExpirationTime((NOW + HOUR_MS) / 1000)
      .sign(privateKey);
    await validateToken(token, RULES);
  });

  it("is accepted again, with the same claims", async () => {
    expect((await validateToken(token, RULES)).subject).toBe("user");
  });

  it("is accepted again after other rules refused it, and under both of two rules in turn", async () => {
    const lenient = { ...RULES, audiences: ["other", "api"] };
    await expect(validateToken(token, { ...RULES, audiences: ["other"] })).rejects.toBeDefined();
    for (const rules of [RULES, lenient, RULES, lenient]) {
      expect((await validateToken(token, rules)).subject).toBe("user");
    }
  });

  it.each<[string, Partial<TokenRules>, string]>([
    ["has expired", { now: NOW + HOUR_MS }, "TokenExpired"],
    ["is for another audience than others ask for", { audiences: ["other"] }, "TokenAudienceNotAllowed"],
    ["names no issuer where others ask for one", { issuers: ["https://a"] }, "TokenIssuerNotAllowed"],
    ["is not of another key", { signingKeys: [{ key: OTHER_KEY }] }, "TokenSignatureInvalid"],
    [
      "is not of another key's id",
      { signingKeys: [{ id: "a", key: publicKey }] },
      "TokenSignatureKeyNotFound",
    ],
  ])("is refused once it %s", async (_what, changed, reason) => {
    await expect(validateToken(token, { ...RULES, ...changed })).rejects.toMatchObject({ reason });
  });

  it("lends its signature to no other claims", async () => {
    const [header, payload = "", signature] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: "admin" })).toString("base64url");
    await expect(validateToken([header, forged, signature].join("."), RULES)).rejects.toMatchObject({
      reason: "TokenSignatureInvalid",
    });
  });
});

import { generateKeyPairSync } from "node:crypto";
import {
  isStillGood,
  type VerifiedToken,
  VerifiedTokens,
} from "../../../../simulator/policies/tokens/verified-tokens";

const [KEY, OTHER_KEY] = [1, 2].map(() => generateKeyPairSync("ed25519").publicKey) as [never, never];
/** 2026-01-01, in seconds. */
const NOON = 1_767_268_800;
const at = (seconds: number): Date => new Date(seconds * 1000);
const VERIFIED: VerifiedToken = {
  jwt: {} as VerifiedToken["jwt"],
  payload: { nbf: NOON, exp: NOON + 3_600 },
  rules: {
    issuer: ["https://a", "https://b"],
    audience: ["api"],
    requiredClaims: ["exp"],
    clockTolerance: 60,
    currentDate: at(NOON),
  },
};

test("a token is known to the key that verified it, and to no other", () => {
  const tokens = new VerifiedTokens();
  tokens.add("token", KEY, VERIFIED);
  expect([tokens.get("token", KEY), tokens.get("token", OTHER_KEY), tokens.get("other", KEY)]).toEqual([
    VERIFIED,
    undefined,
    undefined,
  ]);
});

test("of each key a thousand are known, the latest ones", () => {
  const tokens = new VerifiedTokens();
  tokens.add("first", OTHER_KEY, VERIFIED);
  for (let index = 0; index <= 1_000; index += 1) {
    tokens.add(`token ${index}`, KEY, VERIFIED);
  }
  expect([
    tokens.get("token 0", KEY),
    tokens.get("token 1", KEY),
    tokens.get("token 1000", KEY),
    tokens.get("first", OTHER_KEY),
  ]).toEqual([undefined, VERIFIED, VERIFIED, VERIFIED]);
});

test("a long token is not kept", () => {
  const tokens = new VerifiedTokens();
  const long = "x".repeat(8_193);
  tokens.add(long, KEY, VERIFIED);
  expect(tokens.get(long, KEY)).toBeUndefined();
});

test("nothing is kept of a secret, which can be written over", () => {
  const tokens = new VerifiedTokens();
  const secret = new Uint8Array(32);
  tokens.add("token", secret, VERIFIED);
  expect(tokens.get("token", secret)).toBeUndefined();
});

test.each<[string, Partial<VerifiedToken["rules"]>, boolean]>([
  ["under the same rules", {}, true],
  ["as early as the clocks may differ", { currentDate: at(NOON - 60) }, true],
  ["earlier", { currentDate: at(NOON - 61) }, false],
  ["as late as the clocks may differ", { currentDate: at(NOON + 3_659) }, true],
  ["later", { currentDate: at(NOON + 3_660) }, false],
  ["where clocks may differ by less", { clockTolerance: 0 }, false],
  ["where clocks may differ by a text", { clockTolerance: "1 minute" }, false],
  ["for other issuers", { issuer: ["https://a"] }, false],
  ["for any issuer", { issuer: undefined }, false],
  ["for another audience", { audience: ["other"] }, false],
  ["for any audience", { audience: undefined }, false],
  ["where no claim is asked for", { requiredClaims: [] }, false],
])("claims found good once are so without being judged again %s: %s", (_when, rules, expected) => {
  expect(isStillGood(VERIFIED, { ...VERIFIED.rules, ...rules })).toBe(expected);
});

test("claims without dates are good at any time", () => {
  const undated = { ...VERIFIED, payload: {} };
  expect(isStillGood(undated, { ...VERIFIED.rules, currentDate: at(0) })).toBe(true);
});

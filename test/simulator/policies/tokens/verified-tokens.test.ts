import { generateKeyPairSync } from "node:crypto";
import { VerifiedTokens } from "../../../../simulator/policies/tokens/verified-tokens";

const [KEY, OTHER_KEY] = [1, 2].map(() => generateKeyPairSync("ed25519").publicKey) as [never, never];

test("a token is known to the key that verified it, and to no other", () => {
  const tokens = new VerifiedTokens();
  tokens.add("token", KEY);
  expect([tokens.has("token", KEY), tokens.has("token", OTHER_KEY), tokens.has("other", KEY)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("of each key a thousand are known, the latest ones", () => {
  const tokens = new VerifiedTokens();
  tokens.add("first", OTHER_KEY);
  for (let index = 0; index <= 1_000; index += 1) {
    tokens.add(`token ${index}`, KEY);
  }
  expect([
    tokens.has("token 0", KEY),
    tokens.has("token 1", KEY),
    tokens.has("token 1000", KEY),
    tokens.has("first", OTHER_KEY),
  ]).toEqual([false, true, true, true]);
});

test("a long token is not kept", () => {
  const tokens = new VerifiedTokens();
  const long = "x".repeat(8_193);
  tokens.add(long, KEY);
  expect(tokens.has(long, KEY)).toBe(false);
});

test("nothing is kept of a secret, which can be written over", () => {
  const tokens = new VerifiedTokens();
  const secret = new Uint8Array(32);
  tokens.add("token", secret);
  expect(tokens.has("token", secret)).toBe(false);
});

import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { effort } from "../support/effort";
import { ENTRA_ISSUER } from "../support/every-credential";
import { AttackedSimulator, CHAT_BODY, CHAT_PATH, goodToken } from "./attacked-simulator";
import { Choices, seed } from "./choices";
import type { MintedToken } from "./simulator-process";

const COUNT = 400 * effort;
/** Traces are kept for the latest thousand requests: each batch is checked before they are forgotten. */
const BATCH = 400;

/** A token and what is wrong with it. */
interface Broken {
  readonly how: string;
  readonly token: string;
}

const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ownJwk = own.publicKey.export({ format: "jwk" });

const ALGORITHMS = [
  "none",
  "None",
  "NONE",
  "HS256",
  "HS512",
  "rs256",
  "RS384",
  "ES512",
  "EdDSA",
  "",
  "RS256\0",
  256,
  null,
  [],
  {},
];
const KEY_IDS = [
  "",
  "../../../../dev/null",
  "' OR 1=1 --",
  "\u0000",
  "é".repeat(50),
  "k".repeat(8000),
  7,
  null,
  ["a"],
  { a: 1 },
];
const CLAIMS: readonly Readonly<Record<string, unknown>>[] = [
  { exp: "9999999999" },
  { exp: -1 },
  { exp: null },
  { exp: [] },
  { nbf: 9_999_999_999 },
  { nbf: "now" },
  { aud: null },
  { aud: {} },
  { aud: [["a"]] },
  { aud: "another" },
  { iss: "https://login.microsoftonline.com/common/v2.0" },
  { iss: { toString: "x" } },
  { azp: ["66666666-6666-4666-8666-000000000000", "other"] },
  { azp: { a: 1 } },
  { azp: 12 },
  { azp: null },
  { azp: "" },
  { azp: "$(id) {{name}} @(1)" },
  { azp: "66666666-6666-4666-8666-000000000000\n" },
];

describe(`broken tokens (ROBUSTNESS_SEED=${seed})`, () => {
  const choices = new Choices(seed);
  let simulator: AttackedSimulator;
  let good: string;

  beforeAll(async () => {
    simulator = await AttackedSimulator.start();
    [good = ""] = await simulator.mint([goodToken()]);
  });

  afterAll(() => simulator.stop());

  function call(token: string, scheme = "Bearer "): Promise<number> {
    // Headers are bytes: what is beyond Latin-1 goes as UTF-8.
    const authorization = Buffer.from(`${scheme}${token}`).toString("latin1").trimEnd();
    return simulator.status(`/token${CHAT_PATH}`, { headers: { authorization }, body: CHAT_BODY });
  }

  /** Sends each of them, some at a time, and a good one now and then. */
  async function expectRefused(tokens: readonly Broken[]): Promise<void> {
    for (let start = 0; start < tokens.length; start += BATCH) {
      const some = tokens.slice(start, start + BATCH);
      const statuses = await Promise.all(some.map(({ token }) => call(token)));
      const accepted = some.filter((_, index) => ![400, 401, 403, 431].includes(statuses[index] ?? 0));
      expect(accepted).toEqual([]);
      expect(await call(good)).toBe(200);
      expect(await simulator.report()).toMatchObject({ reached: 1, unexplained: 0, faults: [] });
    }
  }

  it(`lets none of ${COUNT} changed tokens in`, async () => {
    await expectRefused(Array.from({ length: COUNT }, () => broken(good, choices)));
  });

  it("lets no token in that its issuer signed but should not have", async () => {
    const { claims: standard } = goodToken();
    const tokens: MintedToken[] = CLAIMS.map((odd) => ({
      issuer: ENTRA_ISSUER,
      claims: { ...(standard as object), ...odd },
    }));
    const minted = await simulator.mint(tokens);
    await expectRefused(minted.map((token, index) => ({ how: JSON.stringify(CLAIMS[index]), token })));
  });

  it("survives claims of any depth", async () => {
    const { claims: standard } = goodToken();
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    const text = JSON.stringify(standard).replace(/^\{/, `{"deep":${deep},`);
    const [token = ""] = await simulator.mint([{ issuer: ENTRA_ISSUER, claims: text }]);
    await expectRefused([{ how: "claims without standard ones, 5000 levels deep", token }]);
  });

  it.each([
    "",
    "Bearer",
    "Bearer  ",
    "Basic ",
    "bearer,",
    "Bearer Bearer ",
    "Digest ",
    "\u00e9 ",
    "Negotiate ",
  ])("lets no good token in under the scheme '%s'", async (scheme) => {
    expect([400, 401]).toContain(await call(good, scheme));
    expect(await simulator.report()).toMatchObject({ reached: 0, faults: [] });
  });

  it("lets no good token in beside another", async () => {
    const headers = { authorization: [`Bearer ${good}`, `Bearer ${good}`] };
    const status = await simulator.status(`/token${CHAT_PATH}`, { headers, body: CHAT_BODY });
    expect([400, 401]).toContain(status);
    expect(await simulator.report()).toMatchObject({ reached: 0, faults: [] });
  });
});

/** One change after which no one should believe the token. */
function broken(good: string, choices: Choices): Broken {
  const [header = "", payload = "", signature = ""] = good.split(".");
  const members = JSON.parse(Buffer.from(header, "base64url").toString()) as Record<string, unknown>;
  const changed = (part: string): string => {
    const bytes = Buffer.from(part, "base64url");
    const at = choices.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 + choices.below(255));
    return bytes.toString("base64url");
  };
  const headed = (added: Readonly<Record<string, unknown>>): string => encode({ ...members, ...added });
  const kinds: Readonly<Record<string, () => string>> = {
    "header changed": () => `${changed(header)}.${payload}.${signature}`,
    "payload changed": () => `${header}.${changed(payload)}.${signature}`,
    "signature changed": () => `${header}.${payload}.${changed(signature)}`,
    truncated: () => good.slice(0, choices.below(good.length - 2)),
    "two parts": () => `${header}.${payload}`,
    "four parts": () => `${good}.${signature}`,
    "five parts": () => `${good}.${payload}.${signature}`,
    "thousands of parts": () => ".".repeat(1 + choices.below(5000)),
    "parts in another order": () => [payload, signature, header].join("."),
    "a character inserted": () => {
      const at = choices.below(good.length);
      return `${good.slice(0, at)}${choices.of(["\u00ff", "é", "漢", "\u{1f600}", " ", ";", ",", "\t"])}${good.slice(at)}x`;
    },
    "algorithm replaced": () => `${headed({ alg: choices.of(ALGORITHMS) })}.${payload}.${signature}`,
    "algorithm none": () => `${headed({ alg: choices.of(["none", "None", "nOnE"]) })}.${payload}.`,
    "signed with a secret that is public": () => {
      const input = `${headed({ alg: "HS256" })}.${payload}`;
      const secret = choices.of([JSON.stringify(ownJwk), "", String(members["kid"])]);
      return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
    },
    "key id replaced": () => `${headed({ kid: choices.of(KEY_IDS) })}.${payload}.${signature}`,
    "key brought along": () => {
      const members = choices.of([
        { jwk: ownJwk },
        { jku: "https://evil.example/keys" },
        { x5u: "http://[" },
      ]);
      return signedByOwn(`${headed(members)}.${payload}`);
    },
    "signed by another key": () => signedByOwn(`${header}.${payload}`),
    "critical extension": () => signedByOwn(`${headed({ crit: ["b64"], b64: false })}.${payload}`),
    "header is not an object": () =>
      `${encode(choices.of([null, 1, "a", [], [[]]]))}.${payload}.${signature}`,
    "payload is not an object": () =>
      signedByOwn(`${header}.${encode(choices.of([null, 1, "a", [], [[]]]))}`),
    "deep header": () => {
      const depth = 1 + choices.below(3000);
      const text = `{"alg":"RS256","kid":${"[".repeat(depth)}${"]".repeat(depth)}}`;
      return `${Buffer.from(text).toString("base64url")}.${payload}.${signature}`;
    },
    "noise in base64": () =>
      [20, 200, 256].map((length) => Buffer.from(choices.bytes(length)).toString("base64url")).join("."),
  };
  const how = choices.of(Object.keys(kinds));
  return { how, token: kinds[how]?.() ?? "" };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signedByOwn(input: string): string {
  return `${input}.${sign("sha256", Buffer.from(input), own.privateKey).toString("base64url")}`;
}

import { createHmac, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { AUTH0, CLAIMS, OKTA, PARTNER } from "../support/callers";
import { expectNoSecrets, expectRefused, R401, R401_TOKEN, R403, R403S } from "../support/refusal";
import { sharedRsaKeyPair } from "../support/shared-rsa-key-pairs";
import { chat, HELLO, SimulatedEnvironment, statusOf, synthesized } from "../support/simulation";
import { allElements } from "../support/synthesized-stack";
import { ChangedEnvironment } from "./changed-environment";
import { runIn } from "./run-in";

type Claims = Readonly<Record<string, unknown>>;
type Signing = Parameters<SimulatedEnvironment["bearer"]>[2];

const CHAT = chat("assistant");
const EMBEDDINGS = "/assistant/openai/deployments/embeddings/embeddings?api-version=2024-10-21";
const STRANGER = "88888888-8888-4888-8888-888888888888";

test("T-07 a clock that differs is allowed for by as many seconds as the settings say, 300 at most", async () => {
  const okta = { kind: "oidc", name: "okta", issuer: OKTA.issuer, clientIdClaim: "cid" } as const;
  const withSkew = (clockSkewSeconds: number): ChangedEnvironment => {
    const auth = { ...okta, audiences: ["api://ai-gateway"], clientIds: ["0oa1webapp"], clockSkewSeconds };
    return ChangedEnvironment.ofApi("test", "assistant", { auth });
  };
  expect(() => withSkew(301).synthesize()).toThrow(/clockSkewSeconds of 'okta' must be .* 0 to 300/);
  await runIn(withSkew(60).simulate(), async (environment) => {
    const now = Math.floor(environment.clock.now() / 1000);
    const late = { headers: await environment.bearer(OKTA, { exp: now - 61 }), body: HELLO };
    await expectRefused(environment, R401_TOKEN, CHAT, late);
    const inTime = { headers: await environment.bearer(OKTA, { exp: now - 59 }), body: HELLO };
    expect(await statusOf(environment.simulation.call(CHAT, inTime))).toBe(200);
  });
});

test("T-40 T-264 a client that cannot keep a secret is refused where only others may call", async () => {
  const entra = {
    kind: "entraId",
    tenantId: String(CLAIMS.claims.tid),
    audiences: [String(CLAIMS.claims.aud)],
    clientApplicationIds: [String(CLAIMS.claims.azp)],
    publicClients: "refuse",
  } as const;
  const starting = ChangedEnvironment.ofApi("prod", "assistant", { auth: entra }).simulate();
  await runIn(starting, async (environment) => {
    const headersOf = (azpacr?: string) => environment.bearer(CLAIMS, { azpacr });
    for (const azpacr of ["0", undefined, "", "00", "12"]) {
      await expectRefused(environment, R403, CHAT, { headers: await headersOf(azpacr), body: HELLO });
    }
    for (const azpacr of ["1", "2"]) {
      const call = environment.simulation.call(chat("assistant"), {
        headers: await headersOf(azpacr),
        body: HELLO,
      });
      expect(await statusOf(call)).toBe(200);
    }
  });
});

describe("tokens", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  const now = (): number => Math.floor(environment.clock.now() / 1000);
  const okta = (claims?: Claims, signing?: Signing) => environment.bearer(OKTA, claims, signing);
  const partner = (claims?: Claims, signing?: Signing) => environment.bearer(PARTNER, claims, signing);
  const status = (headers: Record<string, string>): Promise<number> =>
    statusOf(environment.simulation.call(CHAT, { headers, body: HELLO }));
  const refused = (headers: Record<string, string | string[]>, refusal = R401_TOKEN): Promise<string> =>
    expectRefused(environment, refusal, CHAT, { headers, body: HELLO });
  const raw = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

  test.each([
    ["a user's of the first provider", OKTA],
    ["a user's of the second provider", AUTH0],
    ["an application's of the partner's tenant", PARTNER],
  ])("T-01 a good token gets in, with one call to one account: %s", async (_what, caller) => {
    expect(await status(await environment.bearer(caller))).toBe(200);
    expect(environment.accountRequests()).toHaveLength(1);
  });

  test("T-02 a request without credentials is refused, and not told of a token", () => refused({}, R401));

  test("T-03 another scheme, none, or one twice is refused", async () => {
    const { authorization } = await okta();
    const token = authorization.slice("Bearer ".length);
    const wrong = [`Basic ${token}`, token, `Bearer Bearer ${token}`, `bearer ${authorization}`, "Bearer "];
    for (const header of wrong) {
      await refused({ authorization: header });
    }
  });

  test("T-04 two tokens are refused: in two headers, and in one", async () => {
    const { authorization } = await okta();
    await refused({ authorization: [authorization, authorization] });
    await refused({ authorization: `${authorization}, ${authorization}` });
  });

  test("T-05 what is not a signed token is refused", async () => {
    const [header = "", payload = "", signature = ""] = (await okta()).authorization.slice(7).split(".");
    const wrong = [
      `${header}.${payload}`,
      `${header}.${payload}.${signature}.x.y`,
      `${header}.!!!!.${signature}`,
      `${header}.${payload.slice(0, -7)}.${signature}`,
      `bm90anNvbg.${payload}.${signature}`,
      randomBytes(6_000).toString("base64url"),
    ];
    for (const token of wrong) {
      await refused(raw(token));
    }
  });

  test("T-05 a header beyond what the platform takes gets no further", async () => {
    const answer = await status(raw(randomBytes(48_000).toString("base64url"))).catch(() => "closed");
    expect(answer).not.toBe(200);
    expect(environment.accountRequests()).toHaveLength(0);
  });

  test("T-06 an expired token is refused", async () => refused(await okta({ exp: now() - 600 })));

  test("T-07 no clock skew is allowed for", async () => {
    await refused(await okta({ exp: now() - 1 }));
    await refused(await partner({ exp: now() - 1 }));
    expect(await status(await okta({ exp: now() + 1 }))).toBe(200);
    expect(await status(await partner({ exp: now() + 1 }))).toBe(200);
  });

  test("T-08 a token without expiry is refused", async () => {
    await refused(await okta({ exp: undefined }));
    await refused(await partner({ exp: undefined }));
  });

  test("T-09 a long lifetime is accepted: it is the provider's to limit", async () => {
    expect(await status(await okta({ exp: now() + 10 * 365 * 86_400 }))).toBe(200);
  });

  test("T-10 a token that is not valid yet is refused", async () =>
    refused(await okta({ nbf: now() + 600 })));

  test.each(["none", "None", "NONE", "nOnE"])("T-11 an unsigned token is refused: alg %s", async (alg) => {
    await refused(await okta({}, { key: "none", header: { alg } }));
    await refused(await partner({}, { key: "none", header: { alg } }));
  });

  test("T-12 a token without its signature is refused", async () => {
    const [header, payload] = (await okta()).authorization.slice(7).split(".");
    await refused(raw(`${header}.${payload}.`));
    await refused(await okta({}, { key: "none" }));
  });

  test("T-13 a signature of another key under a published key's name is refused", async () => {
    const { kid } = await publishedKey();
    await refused(await okta({}, { key: "unpublished", header: { kid } }));
    await refused(await okta({}, { key: "unpublished" }));
  });

  test("T-14 a published key is not a secret to sign with", async () => {
    const { kid, key, modulus } = await publishedKey();
    const secrets = [
      key.export({ type: "spki", format: "pem" }),
      key.export({ type: "pkcs1", format: "pem" }),
      key.export({ type: "spki", format: "der" }),
      Buffer.from(modulus, "base64url"),
      modulus,
    ];
    for (const secret of secrets) {
      const sign = (input: string): Uint8Array => createHmac("sha256", secret).update(input).digest();
      await refused(await okta({}, { header: { alg: "HS256", kid }, sign }));
    }
  });

  test("T-15 no policy holds a key: neither to verify nor to decrypt with", () => {
    for (const name of ["dev", "test", "prod"] as const) {
      const keys = synthesized(name).policies.flatMap(({ document }) =>
        ["issuer-signing-keys", "decryption-keys"].flatMap((element) => allElements(document, element)),
      );
      expect(keys).toEqual([]);
    }
  });

  test("T-16 algorithms of other keys are refused", async () => {
    const { kid } = await publishedKey();
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await refused(await okta({}, { key: privateKey, header: { alg: "ES256", kid } }));
    await refused(await okta({}, { header: { alg: "PS512" } }));
    await refused(await okta({}, { header: { alg: "RS384" } }));
    await refused(await okta({}, { key: "none", header: { alg: "HS256", kid } }));
  });

  test("T-17 keys that a token brings or points to are never used", async () => {
    const { network } = environment.simulation;
    let requests = 0;
    const serve = (): Promise<never> => {
      requests += 1;
      return Promise.reject(new Error("not to be called"));
    };
    network.register("attacker.example", serve);
    const { privateKey, publicKey } = sharedRsaKeyPair();
    const jwk = publicKey.export({ format: "jwk" });
    const headers = [
      { jwk, kid: undefined },
      { x5c: [publicKey.export({ type: "spki", format: "der" }).toString("base64")] },
      { jku: "https://attacker.example/jwks", kid: "k" },
      { x5u: "https://attacker.example/cert", kid: "k" },
    ];
    for (const header of headers) {
      await refused(await okta({}, { key: privateKey, header }));
    }
    network.unregister("attacker.example");
    expect(requests).toBe(0);
  });

  test("T-18 a key id is looked up, whatever it says", async () => {
    const ids = ["../../../../dev/null", "' OR 1=1--", "https://attacker.example/k", "a\0b", undefined, 7];
    for (const kid of [...ids, "k".repeat(4_000)]) {
      await refused(await okta({}, { key: "unpublished", header: { kid } }));
    }
  });

  test("T-19 unknown key ids do not make the gateway fetch keys again and again", async () => {
    expect(await status(await okta())).toBe(200);
    const before = environment.simulation.identity.metadataFetches(OKTA.issuer).keys;
    for (let index = 0; index < 100; index++) {
      const headers = await okta({}, { header: { kid: `k-${index}` }, sign: () => randomBytes(256) });
      expect(await status(headers)).toBe(401);
    }
    expect(environment.simulation.identity.metadataFetches(OKTA.issuer).keys - before).toBeLessThanOrEqual(1);
    expect(await status(await okta())).toBe(200);
  });

  test.each([
    ["another tenant's", PARTNER, `https://login.microsoftonline.com/${STRANGER}/v2.0`],
    ["version 1 of the tenant", PARTNER, "https://sts.windows.net/22222222-2222-4222-8222-222222222222/"],
    ["with a slash at the end", OKTA, `${OKTA.issuer}/`],
    ["without the slash at the end", AUTH0, AUTH0.issuer.replace(/\/$/, "")],
    ["plain HTTP", OKTA, OKTA.issuer.replace("https", "http")],
    ["in upper case", OKTA, OKTA.issuer.toUpperCase()],
  ])("T-20 another issuer is refused: %s", async (_what, caller, iss) => {
    await refused(await environment.bearer(caller, { iss }));
  });

  test("T-20 each issuer's tokens are held to their own rules, not to those of another", async () => {
    await refused(await okta({ aud: AUTH0.claims.aud }));
    await refused(await environment.bearer(AUTH0, { aud: OKTA.claims.aud }));
    await refused(await okta({}, { key: "unpublished" }));
  });

  test("T-21 a token of another version is refused", async () => {
    await refused(await partner({ ver: "1.0" }));
    await refused(await partner({ ver: undefined }));
  });

  test("T-22 a token without the audience is refused", async () => {
    for (const aud of [STRANGER, undefined, [STRANGER, "api://other"], "", "API://AI-GATEWAY"]) {
      await refused(await okta({ aud }));
    }
  });

  test("T-24 tokens of the same application for other services are refused", async () => {
    const services = [
      "00000003-0000-0000-c000-000000000000",
      "https://management.azure.com",
      "https://vault.azure.net",
      "https://cognitiveservices.azure.com",
    ];
    for (const aud of services) {
      await refused(await partner({ aud }));
    }
  });

  test("T-25 a token of another tenant is refused though the keys are shared", async () => {
    await refused(await partner({ tid: STRANGER }));
    await refused(await partner({ tid: undefined }));
  });

  test("T-27 a token of another client is refused", async () => {
    await refused(await partner({ azp: STRANGER }));
    await refused(await environment.bearer(AUTH0, { azp: "other" }));
  });

  test("T-28 a token without scopes is refused", async () => {
    await refused(await okta({ scp: undefined }), R403S);
    await refused(await environment.bearer(AUTH0, { scope: undefined }), R403S);
  });

  test.each(["models.invoked", "xmodels.invoke", "MODELS.INVOKE", "models.invoke,admin", "models invoke"])(
    "T-29 scopes are compared as whole words: '%s'",
    async (scope) => {
      await refused(await okta({ scp: [scope] }), R403S);
      await refused(await okta({ scp: scope }), R403S);
    },
  );

  test("T-29 an operation's own scope is asked for", async () => {
    const body = { input: "MARKER-text" };
    await expectRefused(environment, R403S, EMBEDDINGS, { headers: await okta(), body });
    const headers = await okta({ scp: ["models.invoke", "models.embed"] });
    expect(await statusOf(environment.simulation.call(EMBEDDINGS, { headers, body }))).toBe(200);
  });

  test("T-30 an application without the role is refused", async () => {
    await refused(await partner({ roles: ["Models.Read.All"] }), R403S);
    await refused(await partner({ roles: undefined }), R403S);
  });

  test("T-31 a user with an application's role is refused", async () => {
    await refused(await partner({ idtyp: "user", scp: "User.Read" }), R403S);
  });

  test("T-32 an ID token of the client is refused", async () => {
    await refused(await partner({ aud: PARTNER.claims.azp, nonce: "n", roles: undefined, idtyp: undefined }));
    await refused(await okta({ aud: OKTA.claims.cid, nonce: "n" }));
  });

  test("T-33 an ID token is refused though its audience is the API", async () => {
    await refused(await partner({ roles: undefined, idtyp: undefined }));
    for (const claim of ["nonce", "at_hash", "c_hash"]) {
      await refused(await partner({ [claim]: "x" }));
      await refused(await okta({ [claim]: "x", scp: undefined }));
    }
    for (const claim of [{ at_hash: "x" }, { c_hash: "x" }, { typ: "ID" }]) {
      await refused(await okta(claim));
    }
  });

  test("T-33 an access token that repeats its request's nonce, as older Keycloak issues them, is let in", async () => {
    expect(await status(await okta({ nonce: "x", typ: "Bearer" }))).toBe(200);
    expect(await status(await okta({ nonce: "x" }))).toBe(200);
  });

  test("T-35 a token in the query is not a credential, and in no log", async () => {
    const token = (await okta()).authorization.slice(7);
    for (const name of ["access_token", "token"]) {
      await expectRefused(environment, R401, `${CHAT}&${name}=${token}`, { body: HELLO });
    }
    expectNoSecrets(JSON.stringify(environment.simulation.logs), { headers: raw(token) });
  });

  test("T-36 of a claim that stands twice in a token the last counts, for the check and for the caller", async () => {
    const text = (end: string): string =>
      JSON.stringify({ iss: OKTA.issuer, ...OKTA.claims, exp: now() + 600 }).replace(/\}$/, `,${end}}`);
    const twice = async (end: string): Promise<Record<string, string>> =>
      raw(await environment.simulation.issueToken({ issuer: OKTA.issuer, claims: text(end) }));
    await refused(await twice('"aud":"other"'));
    await refused(await twice(`"iss":"${AUTH0.issuer}"`));
    await refused(await twice('"exp":1'));
    expect(await status(await twice('"cid":"second"'))).toBe(200);
    expect(environment.accountRequests()[0]?.headers["x-ai-gateway-client-id"]).toEqual(["okta%2Fsecond"]);
  });

  test("T-37 T-38 a bearer token is good from anywhere, and again, while it lasts", async () => {
    const headers = await okta();
    expect([await status(headers), await status(headers)]).toEqual([200, 200]);
  });

  test("T-39 a token that was good is refused once it has expired", async () => {
    const headers = await okta({ exp: now() + 60 });
    expect(await status(headers)).toBe(200);
    environment.clock.advance(60_000);
    await refused(headers);
  });

  async function publishedKey(): Promise<{
    kid: string;
    key: ReturnType<typeof createPublicKey>;
    modulus: string;
  }> {
    const { keys } = await environment.simulation.identity.provider(OKTA.issuer).keys.published();
    const [jwk] = keys as readonly { kid: string; n: string }[];
    if (jwk === undefined) {
      throw new Error("no published key");
    }
    return { kid: jwk.kid, key: createPublicKey({ key: { ...jwk }, format: "jwk" }), modulus: jwk.n };
  }
});

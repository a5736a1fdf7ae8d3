import { createHmac, createPrivateKey, createSecretKey, randomBytes } from "node:crypto";
import { CompactEncrypt } from "jose";
import { issueSelfSigned } from "../../../../simulator/certificates";
import { Clock } from "../../../../simulator/clock";
import { OpenIdProvider } from "../../../../simulator/identity";
import { type PolicyAnswer, PolicyGateway, problemsOf } from "../../support/policy-gateway";

const clock = new Clock({ at: new Date("2026-01-01T00:00:00Z"), running: false });
const now = clock.now() / 1000;
const issuer = new OpenIdProvider({ issuer: "https://issuer.example", clock });
const DISCOVERY = "https://issuer.example/.well-known/openid-configuration";
const CLAIMS = { aud: "api", sub: "user", scp: "chat.read chat.write", roles: ["Reader", "Writer"] };

const CHILDREN = `<openid-config url="${DISCOVERY}" /><audiences><audience>api</audience></audiences>`;
const policy = (attributes = `header-name="Authorization"`, inner = CHILDREN): string =>
  `<validate-jwt ${attributes}>${inner}</validate-jwt>`;

function start(inbound = policy()): Promise<PolicyGateway> {
  return PolicyGateway.start({ inbound, hosts: { "issuer.example": (request) => issuer.handle(request) } });
}

const bearer = (token: string): { readonly headers: Readonly<Record<string, string>> } => ({
  headers: { Authorization: `Bearer ${token}` },
});

/** Reason of the refusal, none when the backend answered. */
async function reasonFor(token: string, inbound = policy()): Promise<unknown> {
  const gateway = await start(inbound);
  const { status } = await gateway.call(bearer(token));
  const reason = (gateway.lastError as { readonly reason: string } | undefined)?.reason;
  expect([status, gateway.backend.requests.length]).toEqual(reason === undefined ? [200, 1] : [401, 0]);
  return reason;
}

function messageOf({ text }: PolicyAnswer): unknown {
  return (JSON.parse(text) as { readonly message: unknown }).message;
}

describe("validate-jwt", () => {
  it("lets a good token pass and forwards it", async () => {
    const gateway = await start();
    const token = await issuer.mint({ claims: CLAIMS });
    expect((await gateway.call(bearer(token))).status).toBe(200);
    expect(gateway.forwardedHeaders["authorization"]).toEqual([`Bearer ${token}`]);
  });

  it("answers 401 'JWT not present.' without a token", async () => {
    const gateway = await start();
    const answer = await gateway.call();
    expect([answer.status, messageOf(answer)]).toEqual([401, "JWT not present."]);
    expect(gateway.lastError).toMatchObject({ source: "validate-jwt", reason: "TokenNotPresent" });
  });

  it("answers with the configured status and text", async () => {
    const attributes = `header-name="Authorization" failed-validation-httpcode="403"
      failed-validation-error-message="No entry"`;
    const gateway = await start(policy(attributes));
    const answer = await gateway.call();
    expect([answer.status, messageOf(answer)]).toEqual([403, "No entry"]);
  });

  it.each<[string, object, string]>([
    ["expired", { exp: now - 1 }, "TokenExpired"],
    ["not yet valid", { nbf: now + 600 }, "JwtInvalid"],
    ["without an expiry", { exp: undefined }, "JwtInvalid"],
    ["for another audience", { aud: "other" }, "TokenAudienceNotAllowed"],
    ["for several audiences without this one", { aud: ["other", "api2"] }, "TokenAudienceNotAllowed"],
    ["without an audience", { aud: undefined }, "TokenAudienceNotAllowed"],
    ["of another issuer", { iss: "https://issuer.example/" }, "TokenIssuerNotAllowed"],
  ])("refuses a token %s", async (_, changed, reason) => {
    expect(await reasonFor(await issuer.mint({ claims: { ...CLAIMS, ...changed } }))).toBe(reason);
  });

  it("refuses a token signed with another key under a published key's id", async () => {
    const { kid } = await issuer.keys.current();
    const token = await issuer.mint({ claims: CLAIMS, key: "unpublished", header: { kid } });
    expect(await reasonFor(token)).toBe("TokenSignatureInvalid");
  });

  it("refuses a token whose key nobody knows", async () => {
    expect(await reasonFor(await issuer.mint({ claims: CLAIMS, key: "unpublished" }))).toBe(
      "TokenSignatureKeyNotFound",
    );
  });

  it.each(["none", "None", "NONE", ""])("refuses an unsigned token with alg '%s'", async (alg) => {
    const token = await issuer.mint({ claims: CLAIMS, key: "none", header: { alg } });
    expect(await reasonFor(token)).toBe("TokenSignatureInvalid");
  });

  it("refuses a token whose signature was taken off", async () => {
    const token = await issuer.mint({ claims: CLAIMS });
    expect(await reasonFor(token.slice(0, token.lastIndexOf(".") + 1))).toBe("TokenSignatureInvalid");
  });

  it("refuses HS256 with the public key for a secret", async () => {
    const { publicKey } = await issuer.keys.current();
    const secret = publicKey.export({ type: "spki", format: "pem" });
    const sign = (input: string): Uint8Array => createHmac("sha256", secret).update(input).digest();
    const token = await issuer.mint({ claims: CLAIMS, header: { alg: "HS256" }, sign });
    expect(await reasonFor(token)).toBe("TokenSignatureInvalid");
  });

  it("refuses an algorithm that APIM does not list", async () => {
    const { privateKey } = await issuer.keys.current();
    const token = await issuer.mint({ claims: CLAIMS, header: { alg: "RS384" }, key: privateKey });
    expect(await reasonFor(token)).toBe("TokenSignatureInvalid");
  });

  it("does not look at keys that the token itself brings", async () => {
    const { jwk } = await issuer.keys.unpublished();
    const header = { jwk, jku: "https://attacker.example/jwks", kid: (await issuer.keys.current()).kid };
    const token = await issuer.mint({ claims: CLAIMS, key: "unpublished", header });
    expect(await reasonFor(token)).toBe("TokenSignatureInvalid");
  });

  it.each(["", "a.b", "a.b.c", "a.b.c.d.e", "x".repeat(5000)])(
    "refuses what is not a token: '%.20s'",
    async (text) => {
      const gateway = await start();
      expect((await gateway.call(bearer(text))).status).toBe(401);
    },
  );

  it("refuses a key id that is not a text", async () => {
    expect(await reasonFor(await issuer.mint({ claims: CLAIMS, header: { kid: 7 } }))).toBe("JwtInvalid");
  });

  it("tries the published keys when the token names none", async () => {
    expect(
      await reasonFor(await issuer.mint({ claims: CLAIMS, header: { kid: undefined } })),
    ).toBeUndefined();
  });

  it.each([
    [29, undefined],
    [31, "TokenExpired"],
  ])("with a clock skew of 30 s judges a token that expired %d s ago", async (age, reason) => {
    const token = await issuer.mint({ claims: { ...CLAIMS, exp: now - age } });
    expect(await reasonFor(token, policy(`header-name="Authorization" clock-skew="30"`))).toBe(reason);
  });

  it("lets a token without an expiry pass when told so", async () => {
    const token = await issuer.mint({ claims: { ...CLAIMS, exp: undefined } });
    const attributes = `header-name="Authorization" require-expiration-time="false"`;
    expect(await reasonFor(token, policy(attributes))).toBeUndefined();
  });

  it("lets an unsigned token pass only when told so, and still holds it to the other rules", async () => {
    const inbound = policy(`header-name="Authorization" require-signed-tokens="false"`);
    const good = await issuer.mint({ claims: CLAIMS, key: "none", header: { alg: "none" } });
    const wrong = await issuer.mint({
      claims: { ...CLAIMS, aud: "x" },
      key: "none",
      header: { alg: "none" },
    });
    expect([await reasonFor(good, inbound), await reasonFor(wrong, inbound)]).toEqual([
      undefined,
      "TokenAudienceNotAllowed",
    ]);
  });

  describe("finds the token", () => {
    it("in a header of its own, where a scheme is not looked for", async () => {
      const gateway = await start(policy(`header-name="x-token" require-scheme="Bearer"`));
      const token = await issuer.mint({ claims: CLAIMS });
      expect((await gateway.call({ headers: { "x-token": token } })).status).toBe(200);
    });

    it("in a query parameter", async () => {
      const gateway = await start(policy(`query-parameter-name="t"`));
      const token = await issuer.mint({ claims: CLAIMS });
      expect((await gateway.call({}, `/api/ping?t=${token}`)).status).toBe(200);
    });

    it("in Authorization without a scheme if none is required", async () => {
      const gateway = await start();
      const token = await issuer.mint({ claims: CLAIMS });
      expect((await gateway.call({ headers: { Authorization: token } })).status).toBe(200);
    });

    it.each(["", "Basic ", "Bearer Bearer "])("not after '%s' when Bearer is required", async (scheme) => {
      const gateway = await start(policy(`header-name="Authorization" require-scheme="Bearer"`));
      const token = await issuer.mint({ claims: CLAIMS });
      expect((await gateway.call({ headers: { Authorization: scheme + token } })).status).toBe(401);
    });

    it("not in two values of a header: it picks neither", async () => {
      const token = await issuer.mint({ claims: CLAIMS });
      const gateway = await start();
      const headers = { Authorization: `Bearer ${token},Bearer ${token}` };
      expect((await gateway.call({ headers })).status).toBe(401);
    });
  });

  describe("required-claims", () => {
    const withClaims = (inner: string): string =>
      policy(undefined, `${CHILDREN}<required-claims>${inner}</required-claims>`);
    const claim = (attributes: string, ...values: readonly string[]): string =>
      `<claim ${attributes}>${values.map((value) => `<value>${value}</value>`).join("")}</claim>`;

    it.each<[string, string, string | undefined]>([
      ["all of the values present", claim(`name="roles"`, "Reader", "Writer"), undefined],
      ["one of all missing", claim(`name="roles"`, "Reader", "Owner"), "TokenClaimValueNotAllowed"],
      ["any of the values present", claim(`name="roles" match="any"`, "Owner", "Writer"), undefined],
      ["none of any present", claim(`name="roles" match="any"`, "Owner"), "TokenClaimValueNotAllowed"],
      ["a separated value", claim(`name="scp" match="any" separator=" "`, "chat.read"), undefined],
      ["a part of a value only", claim(`name="scp" separator=" "`, "chat"), "TokenClaimValueNotAllowed"],
      ["a value in another case", claim(`name="roles"`, "reader"), "TokenClaimValueNotAllowed"],
      ["an unseparated list", claim(`name="scp"`, "chat.read"), "TokenClaimValueNotAllowed"],
      ["a claim that only has to exist", claim(`name="sub"`), undefined],
      ["a claim that is missing", claim(`name="groups"`, "g"), "TokenClaimNotFound"],
      ["one good and one bad claim", claim(`name="sub"`) + claim(`name="groups"`), "TokenClaimNotFound"],
    ])("judges %s", async (_, inner, reason) => {
      expect(await reasonFor(await issuer.mint({ claims: CLAIMS }), withClaims(inner))).toBe(reason);
    });
  });

  describe("keys in the policy", () => {
    const secret = randomBytes(32).toString("base64");
    const keyed = (key: string, more = ""): string =>
      policy(undefined, `<issuer-signing-keys>${key}</issuer-signing-keys>${more}`);
    const signedWith = (text: string): Promise<string> => {
      const key = createSecretKey(Buffer.from(text, "base64"));
      return issuer.mint({ claims: CLAIMS, header: { alg: "HS256", kid: "s1" }, key });
    };

    it("verifies with a Base64 secret", async () => {
      expect(await reasonFor(await signedWith(secret), keyed(`<key>${secret}</key>`))).toBeUndefined();
    });

    it("uses a key with an id for tokens of that id only", async () => {
      const token = await signedWith(secret);
      const reasons = [
        await reasonFor(token, keyed(`<key id="s1">${secret}</key>`)),
        await reasonFor(token, keyed(`<key id="s2">${secret}</key>`)),
      ];
      expect(reasons).toEqual([undefined, "TokenSignatureKeyNotFound"]);
    });

    it("tries one key after the other", async () => {
      const other = randomBytes(32).toString("base64");
      const inbound = keyed(`<key>${other}</key><key>${secret}</key>`);
      expect(await reasonFor(await signedWith(secret), inbound)).toBeUndefined();
    });

    it("verifies with modulus and exponent", async () => {
      const { jwk } = await issuer.keys.current();
      const inbound = keyed(`<key n="${jwk.n}" e="${jwk.e}" />`);
      expect(await reasonFor(await issuer.mint({ claims: CLAIMS }), inbound)).toBeUndefined();
    });

    it.each([
      ["RS256", undefined],
      ["RS512", undefined],
      ["PS256", undefined],
      ["RS384", "TokenSignatureInvalid"],
      ["PS512", "TokenSignatureInvalid"],
    ])("judges a token signed with %s", async (alg, reason) => {
      const { jwk, privateKey } = await issuer.keys.current();
      const token = await issuer.mint({ claims: CLAIMS, header: { alg }, key: privateKey });
      expect(await reasonFor(token, keyed(`<key n="${jwk.n}" e="${jwk.e}" />`))).toBe(reason);
    });

    it("verifies with the public key of an uploaded certificate", async () => {
      const { der, privateKeyPem } = await issueSelfSigned({ subject: "CN=signer" });
      const key = createPrivateKey(privateKeyPem);
      const gateway = await PolicyGateway.start({
        inbound: policy(
          undefined,
          `<issuer-signing-keys><key certificate-id="signer" /></issuer-signing-keys>`,
        ),
        model: {
          certificates: [{ address: "azurerm_api_management_certificate.signer", name: "signer", der }],
        },
      });
      const good = await issuer.mint({ claims: CLAIMS, header: { alg: "ES256" }, key });
      const forged = await issuer.mint({ claims: CLAIMS, header: { kid: undefined } });
      expect([
        (await gateway.call(bearer(good))).status,
        (await gateway.call(bearer(forged))).status,
      ]).toEqual([200, 401]);
    });

    it("opens an encrypted token, and validates what is inside", async () => {
      const key = randomBytes(64);
      const seal = async (token: string): Promise<string> =>
        new CompactEncrypt(Buffer.from(token))
          .setProtectedHeader({ alg: "dir", enc: "A256CBC-HS512", cty: "JWT" })
          .encrypt(key);
      const inbound = keyed(
        `<key>${secret}</key>`,
        `<decryption-keys><key>${key.toString("base64")}</key></decryption-keys>`,
      );
      const reasons = [
        await reasonFor(await seal(await signedWith(secret)), inbound),
        await reasonFor(await seal(await issuer.mint({ claims: CLAIMS })), inbound),
      ];
      expect(reasons).toEqual([undefined, "TokenSignatureKeyNotFound"]);
    });

    it.each([
      ["no Base64", keyed("<key>not base64!</key>"), "no Base64"],
      ["two forms", keyed(`<key n="AQAB" e="AQAB">${secret}</key>`), "needs one of"],
      ["half a modulus key", keyed(`<key n="AQAB" />`), "together"],
      ["an unknown certificate", keyed(`<key certificate-id="none" />`), "does not exist"],
    ])("refuses %s at load", async (_, inbound, problem) => {
      expect(await problemsOf({ inbound })).toEqual([expect.stringContaining(problem)]);
    });
  });

  describe("metadata", () => {
    async function startWithOwnIssuer(): Promise<{ gateway: PolicyGateway; own: OpenIdProvider }> {
      const gateway = await PolicyGateway.start({
        inbound: policy(),
        hosts: { "issuer.example": (request) => own.handle(request) },
      });
      const own = new OpenIdProvider({ issuer: "https://issuer.example", clock: gateway.running.clock });
      return { gateway, own };
    }

    it("is read once for many requests, and again after an hour", async () => {
      const { gateway, own } = await startWithOwnIssuer();
      const call = async (): Promise<number> =>
        (await gateway.call(bearer(await own.mint({ claims: CLAIMS })))).status;
      await Promise.all([call(), call(), call()]);
      const first = own.metadataFetches;
      gateway.running.clock.advance(3_600_000);
      await call();
      expect([first, own.metadataFetches]).toEqual([
        { discovery: 1, keys: 1 },
        { discovery: 2, keys: 2 },
      ]);
    });

    it("is read early for a new key, so that a rollover goes unnoticed", async () => {
      const { gateway, own } = await startWithOwnIssuer();
      await gateway.call(bearer(await own.mint({ claims: CLAIMS })));
      await own.keys.rotate();
      expect((await gateway.call(bearer(await own.mint({ claims: CLAIMS })))).status).toBe(200);
    });

    it("is not read again for made-up key ids within five minutes", async () => {
      const { gateway, own } = await startWithOwnIssuer();
      const tokens = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          own.mint({ claims: CLAIMS, key: "unpublished", header: { kid: `made up ${index}` } }),
        ),
      );
      for (const token of tokens) {
        await gateway.call(bearer(token));
      }
      const afterFlood = own.metadataFetches.discovery;
      gateway.running.clock.advance(300_000);
      await gateway.call(bearer(tokens[0] ?? ""));
      expect([afterFlood, own.metadataFetches.discovery]).toEqual([2, 3]);
    });

    it("stays in use while the provider is down", async () => {
      const { gateway, own } = await startWithOwnIssuer();
      const token = await own.mint({ claims: { ...CLAIMS, exp: now + 86_400 } });
      await gateway.call(bearer(token));
      gateway.running.network.unregister("issuer.example");
      gateway.running.clock.advance(3_600_000);
      expect((await gateway.call(bearer(token))).status).toBe(200);
    });

    it("that was never read lets nobody in, and is asked for again after five minutes", async () => {
      const { gateway, own } = await startWithOwnIssuer();
      const { network, clock: gatewayClock } = gateway.running;
      network.unregister("issuer.example");
      const token = await own.mint({ claims: CLAIMS });
      const down = (await gateway.call(bearer(token))).status;
      network.register("issuer.example", (request) => own.handle(request));
      const soon = (await gateway.call(bearer(token))).status;
      gatewayClock.advance(300_000);
      expect([down, soon, (await gateway.call(bearer(token))).status]).toEqual([401, 401, 200]);
    });
  });

  it("stores the token for expressions on success only", async () => {
    const inbound = `${policy(`header-name="Authorization" output-token-variable-name="jwt"`)}
      <set-header name="x-role"><value>@(((Jwt)context.Variables["jwt"]).Claims["roles"][1])</value></set-header>`;
    const gateway = await start(inbound);
    await gateway.call(bearer(await issuer.mint({ claims: CLAIMS })));
    expect(gateway.forwardedHeaders["x-role"]).toEqual(["Writer"]);
  });

  it.each([
    ["no place for the token", policy(""), "exactly one of"],
    ["two places for the token", policy(`header-name="a" token-value="b"`), "exactly one of"],
    [
      "a metadata URL that is none",
      policy(undefined, `<openid-config url="issuer" />`),
      "not an absolute URL",
    ],
    [
      "audiences before metadata",
      policy(undefined, `<audiences><audience>a</audience></audiences><openid-config url="${DISCOVERY}" />`),
      "comes too late",
    ],
    ["an empty list of audiences", policy(undefined, "<audiences />"), "at least 1 <audience>"],
    ["an unknown attribute", policy(`header-name="a" leeway="5"`), "no attribute 'leeway'"],
    ["a status that is none", policy(`header-name="a" failed-validation-httpcode="42"`), "100 to 599"],
  ])("refuses %s at load", async (_, inbound, problem) => {
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining(problem)]);
  });
});

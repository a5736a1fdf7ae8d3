import { EntraAuthority, type EntraTenant } from "../../../../simulator/identity";
import { PolicyGateway, problemsOf } from "../../support/policy-gateway";

const TENANT_ID = "11111111-1111-4111-8111-111111111111";
const OTHER_TENANT_ID = "22222222-2222-4222-8222-222222222222";
const CLIENT = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
const CLAIMS = { aud: "api", azp: CLIENT, ver: "2.0" };

const CHILDREN = `<client-application-ids><application-id>${CLIENT.toUpperCase()}</application-id></client-application-ids>
  <audiences><audience>api</audience></audiences>`;
const policy = (attributes = `tenant-id="${TENANT_ID}"`, inner = CHILDREN): string =>
  `<validate-azure-ad-token ${attributes}>${inner}</validate-azure-ad-token>`;

interface World {
  readonly gateway: PolicyGateway;
  readonly tenant: EntraTenant;
  readonly otherTenant: EntraTenant;
}

async function start(inbound = policy()): Promise<World> {
  const gateway = await PolicyGateway.start({ inbound });
  const authority = new EntraAuthority(gateway.running.network, gateway.running.clock);
  return { gateway, tenant: authority.tenant(TENANT_ID), otherTenant: authority.tenant(OTHER_TENANT_ID) };
}

async function call({ gateway }: World, token: string): Promise<{ status: number; message: string }> {
  const { status, text } = await gateway.call({ headers: { Authorization: `Bearer ${token}` } });
  const message = status === 200 ? "" : (JSON.parse(text) as { readonly message: string }).message;
  return { status, message };
}

const PASSED = { status: 200, message: "" };
const REFUSED = { status: 401, message: "Invalid Azure AD JWT" };

describe("validate-azure-ad-token", () => {
  it("lets a version 2 token of the tenant, client and audience pass", async () => {
    const world = await start();
    expect(await call(world, await world.tenant.mint({ claims: CLAIMS }))).toEqual(PASSED);
  });

  it("lets a version 1 token pass, whose client is appid", async () => {
    const world = await start();
    const token = await world.tenant.mint({ claims: { aud: "api", appid: CLIENT, ver: "1.0" }, version: 1 });
    expect(await call(world, token)).toEqual(PASSED);
  });

  it("answers 401 'Azure AD JWT not present' without a token", async () => {
    const { gateway } = await start();
    const { status, text } = await gateway.call();
    expect([status, JSON.parse(text)]).toEqual([
      401,
      { statusCode: 401, message: "Azure AD JWT not present" },
    ]);
    expect(gateway.lastError).toMatchObject({ source: "validate-azure-ad-token", reason: "TokenNotPresent" });
  });

  it.each<[string, object]>([
    ["another client", { azp: "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb" }],
    ["no client", { azp: undefined }],
    ["two clients of which one is not allowed", { appid: "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb" }],
    ["another audience", { aud: "https://graph.microsoft.com" }],
    ["an expiry that has passed", { exp: 1 }],
    ["no expiry", { exp: undefined }],
  ])("refuses a token with %s", async (_, changed) => {
    const world = await start();
    expect(await call(world, await world.tenant.mint({ claims: { ...CLAIMS, ...changed } }))).toEqual(
      REFUSED,
    );
  });

  it("refuses a token of another tenant, although the same key signed it", async () => {
    const world = await start();
    expect(await call(world, await world.otherTenant.mint({ claims: CLAIMS }))).toEqual(REFUSED);
  });

  it("refuses a token that another key signed", async () => {
    const world = await start();
    const { kid } = await world.tenant.keys.current();
    const token = await world.tenant.mint({ claims: CLAIMS, key: "unpublished", header: { kid } });
    expect(await call(world, token)).toEqual(REFUSED);
  });

  it("refuses an unsigned token", async () => {
    const world = await start();
    const token = await world.tenant.mint({ claims: CLAIMS, key: "none", header: { alg: "none" } });
    expect(await call(world, token)).toEqual(REFUSED);
  });

  it("lets any token of the tenant pass when it names neither client nor audience", async () => {
    const world = await start(policy(undefined, ""));
    expect(
      await call(world, await world.tenant.mint({ claims: { aud: "https://graph.microsoft.com" } })),
    ).toEqual(PASSED);
  });

  it("with 'organizations' takes each token for its own tenant, and holds its issuer to that", async () => {
    const world = await start(policy(`tenant-id="organizations"`));
    const own = await world.otherTenant.mint({ claims: { ...CLAIMS, tid: OTHER_TENANT_ID } });
    const borrowed = await world.otherTenant.mint({ claims: { ...CLAIMS, tid: TENANT_ID } });
    expect([await call(world, own), await call(world, borrowed)]).toEqual([PASSED, REFUSED]);
  });

  it("judges required claims", async () => {
    const claim = `<required-claims><claim name="roles" match="any"><value>Invoke</value></claim></required-claims>`;
    const world = await start(policy(undefined, CHILDREN + claim));
    const answers = [
      await call(world, await world.tenant.mint({ claims: { ...CLAIMS, roles: ["Invoke"] } })),
      await call(world, await world.tenant.mint({ claims: { ...CLAIMS, roles: ["Read"] } })),
    ];
    expect(answers).toEqual([PASSED, REFUSED]);
  });

  it("answers with the configured status and text", async () => {
    const attributes = `tenant-id="${TENANT_ID}" failed-validation-httpcode="403" failed-validation-error-message="No"`;
    const world = await start(policy(attributes));
    expect(await call(world, "x")).toEqual({ status: 403, message: "No" });
  });

  it.each([
    [
      "two places for the token",
      policy(`tenant-id="${TENANT_ID}" header-name="a" token-value="b"`),
      "takes one of",
    ],
    ["a tenant that is none", policy(`tenant-id="a b"`), "not a tenant id"],
    [
      "backend-application-ids",
      policy(
        undefined,
        `<backend-application-ids><application-id>a</application-id></backend-application-ids>`,
      ),
      "not documented",
    ],
    [
      "decryption keys",
      policy(undefined, `<decryption-keys><key certificate-id="a" /></decryption-keys>`),
      "no private keys",
    ],
    [
      "clients after audiences",
      policy(
        undefined,
        `<audiences><audience>a</audience></audiences><client-application-ids><application-id>a</application-id></client-application-ids>`,
      ),
      "comes too late",
    ],
    [
      "an issuer list, which only validate-jwt has",
      policy(undefined, `<issuers><issuer>a</issuer></issuers>`),
      "is not allowed in",
    ],
  ])("refuses %s at load", async (_, inbound, problem) => {
    expect(await problemsOf({ inbound })).toEqual([expect.stringContaining(problem)]);
  });
});

import { type CallResponse, simulate, type Simulation } from "../../simulator";
import { continued, run, samples } from "./samples";

/** What the pages say of requests, on the very samples that they show. */
const TENANT = "11111111-1111-4111-8111-111111111111";
const ENTRA = `https://login.microsoftonline.com/${TENANT}/v2.0`;
const OKTA = { issuer: "https://contoso.okta.com/oauth2/default", audience: "api://ai-gateway" };
const PARTNERS = {
  issuer: "https://partners.contoso.com/oauth2/default",
  audience: "api://ai-gateway-partners",
};
const GITHUB = {
  issuer: "https://token.actions.githubusercontent.com",
  audience: "https://ai.contoso.com/pipelines",
};
const EMPLOYEES = ["99999999-9999-4999-8999-999999999999"];
const HELLO = { messages: [{ role: "user", content: "Hello" }] };

type Claims = Readonly<Record<string, unknown>>;
type Headers = Readonly<Record<string, string>>;

describe("scenarios of the documentation", () => {
  let simulation: Simulation;

  beforeAll(async () => {
    const pages = [
      "scenario-a-identity-providers.md",
      "scenario-c-keys.md",
      "scenario-combinations.md",
      "add-an-auth-strategy.md",
    ];
    const stack = run(continued(...pages.map((page) => samples(page)[0] ?? "")));
    simulation = await simulate(stack);
  });

  afterAll(() => simulation.close());

  describe("tokens (scenario A)", () => {
    test("a token of the listed client gets in", async () => {
      expect(await call("assistant", await entra())).toMatchObject({ status: 200 });
    });

    test.each([
      ["no token", () => Promise.resolve({})],
      ["another scheme", () => Promise.resolve({ authorization: "Basic dXNlcjpwYXNz" })],
      ["an expired token", () => entra({ exp: now() - 600 })],
      ["a token that is not valid yet", () => entra({ nbf: now() + 600 })],
      ["another audience", () => entra({ aud: "22222222-2222-4222-8222-222222222223" })],
      ["another tenant", () => entra({ tid: "11111111-1111-4111-8111-111111111112" })],
      [
        "a client application that is not listed",
        () => entra({ azp: "33333333-3333-4333-8333-333333333334" }),
      ],
      ["an ID token", () => entra({ nonce: "n" })],
    ])("%s is answered with 401 unauthorized", async (_what, headers) => {
      expect(await call("assistant", await headers())).toMatchObject({ status: 401, code: "unauthorized" });
    });

    test("a scope that only begins like the needed one is answered with 403 insufficient_scope", async () => {
      const headers = await okta(OKTA, { scp: ["models.invoke2"] });
      expect(await call("users", headers)).toMatchObject({ status: 403, code: "insufficient_scope" });
    });

    test("tokens of two providers get in to one API, each by its own rules", async () => {
      expect(await call("users", await okta(OKTA))).toMatchObject({ status: 200 });
      expect(await call("users", await okta({ ...OKTA, audience: PARTNERS.audience }))).toMatchObject({
        status: 401,
      });
    });

    test("a deployment that does not exist is answered with 403 forbidden", async () => {
      expect(await call("assistant", await entra(), "nope")).toMatchObject({
        status: 403,
        code: "forbidden",
      });
    });
  });

  describe("keys (scenario C)", () => {
    test("a client's own key gets in", async () => {
      expect(await call("shared", key("shared-search"))).toMatchObject({ status: 200 });
    });

    test.each([
      ["no key", () => ({})],
      ["an unknown key", () => ({ "api-key": "unknown" })],
      ["a key of another API", () => key("partners-fabrikam")],
    ])("%s is answered with 401 unauthorized", async (_what, headers) => {
      expect(await call("shared", headers())).toMatchObject({ status: 401, code: "unauthorized" });
    });

    test("a key in the query is answered with 400 invalid_request", async () => {
      const answer = await call("shared", key("shared-search"), "chat", "&subscription-key=x");
      expect(answer).toMatchObject({ status: 400, code: "invalid_request" });
    });

    test("a deployment that is not the client's is answered with 403 forbidden", async () => {
      expect(await call("shared", key("shared-claims"), "embeddings")).toMatchObject({
        status: 403,
        code: "forbidden",
      });
    });

    test("more requests per minute than allowed are answered with 429 rate_limited and Retry-After", async () => {
      const allowed = 30;
      let answer = await call("shared", key("shared-claims"));
      for (let call_ = 0; call_ < allowed && answer.status === 200; call_++) {
        answer = await call("shared", key("shared-claims"));
      }
      expect(answer).toMatchObject({ status: 429, code: "rate_limited" });
      expect(Number(answer.retryAfter)).toBeGreaterThan(0);
      expect(await call("shared", key("shared-search"))).toMatchObject({ status: 200 });
    });
  });

  describe("combinations", () => {
    const partner = async (claims?: Claims) => ({
      ...(await okta(PARTNERS, claims)),
      ...key("partners-fabrikam"),
    });
    const withPlaceholderKey = async () => ({
      ...(await entra({ groups: EMPLOYEES })),
      "api-key": "none",
    });

    test.each([
      ["an employee's token", 200, () => entra({ groups: EMPLOYEES })],
      ["a token without the group", 403, () => entra()],
      ["an employee's token beside a placeholder key", 401, withPlaceholderKey],
      ["a partner's token and key", 200, () => partner()],
      ["a partner's token alone", 401, () => okta(PARTNERS)],
      ["a partner's key alone", 401, () => Promise.resolve(key("partners-fabrikam"))],
      ["the key of one client and the token of another", 403, () => partner({ cid: "other" })],
    ])("%s is answered with %s", async (_what, status, headers) => {
      expect(await call("partners", await headers())).toMatchObject({ status });
    });
  });

  describe("an auth strategy of one's own", () => {
    const job = { repository: "contoso/claims", environment: "evaluation", repository_owner_id: "6154722" };

    test("lets in the job that it names, under that name", async () => {
      simulation.clearRecords();
      expect(await call("pipelines", await okta(GITHUB, job))).toMatchObject({ status: 200 });
      const clients = simulation.metrics.map(({ dimensions }) => dimensions.Client);
      expect(new Set(clients)).toEqual(new Set(["github/contoso/claims@evaluation"]));
    });

    test.each([
      ["another environment", { environment: "production" }],
      ["another owner of a repository with that name", { repository_owner_id: "1" }],
    ])("refuses %s", async (_what, claims) => {
      const headers = await okta(GITHUB, { ...job, ...claims });
      expect(await call("pipelines", headers)).toMatchObject({ status: 401, code: "unauthorized" });
    });
  });

  function now(): number {
    return Math.floor(simulation.clock.now() / 1000);
  }

  async function entra(claims: Claims = {}): Promise<Headers> {
    const token = await simulation.issueToken({
      issuer: ENTRA,
      claims: {
        iss: ENTRA,
        aud: "22222222-2222-4222-8222-222222222222",
        tid: TENANT,
        ver: "2.0",
        azp: "33333333-3333-4333-8333-333333333333",
        scp: "Models.Invoke",
        oid: "user",
        sub: "user",
        iat: now(),
        nbf: now(),
        exp: now() + 3_600,
        ...claims,
      },
    });
    return { authorization: `Bearer ${token}` };
  }

  async function okta(
    { issuer, audience }: { readonly issuer: string; readonly audience: string },
    claims: Claims = {},
  ): Promise<Headers> {
    const token = await simulation.issueToken({
      issuer,
      claims: {
        iss: issuer,
        aud: audience,
        cid: "0oa1fabrikamgateway1",
        scp: ["models.invoke"],
        sub: "user",
        iat: now(),
        exp: now() + 3_600,
        ...claims,
      },
    });
    return { authorization: `Bearer ${token}` };
  }

  function key(subscription: string): Headers {
    return { "api-key": simulation.subscriptionKey(subscription) };
  }

  async function call(
    path: string,
    headers: Headers,
    deployment = "chat",
    query = "",
  ): Promise<{ status: number; code: unknown; retryAfter: string | undefined }> {
    const response: CallResponse = await simulation.call(
      `/${path}/openai/deployments/${deployment}/chat/completions?api-version=2024-10-21${query}`,
      { headers, body: HELLO },
    );
    const { error } = (await response.json()) as { error?: { code: unknown } };
    return { status: response.status, code: error?.code, retryAfter: response.headers["retry-after"] };
  }
});

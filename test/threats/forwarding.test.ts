import { OKTA } from "../support/callers";
import { rawRequest } from "../support/raw-request";
import { expectRefused, R401_TOKEN, R404, R500 } from "../support/refusal";
import {
  chat,
  HELLO,
  replaceInPolicy,
  SimulatedEnvironment,
  statusOf,
  synthesized,
} from "../support/simulation";
import { allElements } from "../support/synthesized-stack";
import { ReplacedAccounts } from "./replaced-accounts";
import { runIn } from "./run-in";

const CHAT = chat("assistant");

describe("on the way to the account", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  /** Sends a good request and returns the headers that the account got. */
  async function forwarded(
    headers: Record<string, string | string[]>,
    claims: Record<string, unknown> = {},
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    const { authorization } = await environment.bearer(OKTA, claims);
    const request = { headers: { authorization, ...headers }, body: HELLO };
    expect(await statusOf(environment.simulation.call(CHAT, request))).toBe(200);
    const [received, ...more] = environment.accountRequests();
    expect(more).toEqual([]);
    return received?.headers ?? {};
  }

  test.each(["api-key", "Api-Key", "API-KEY"])("T-83 %s of the client is gone", async (name) => {
    expect(await forwarded({ [name]: ["one", "two"] })).not.toHaveProperty("api-key");
  });

  test("T-84 the account gets the gateway's own token and nothing of the client's", async () => {
    const { authorization } = await environment.bearer(OKTA);
    const received = await forwarded({ authorization });
    expect(received.authorization).toHaveLength(1);
    expect(received.authorization).not.toContain(authorization);
    const identity = environment.simulation.model.identities[0]?.principalId;
    expect(environment.accountRequests()[0]?.callerObjectId).toBe(identity);
  });

  test("T-84 a client's token that the account would accept is refused by the gateway", async () => {
    const gateway = environment.simulation.model.gateways[0];
    const identity = gateway?.identities[0];
    if (gateway === undefined || identity === undefined) {
      throw new Error("no identity");
    }
    const token = await environment.simulation.identity.managedIdentityToken(
      gateway,
      "https://cognitiveservices.azure.com",
      identity.clientId,
    );
    const headers = { authorization: `Bearer ${token}` };
    await expectRefused(environment, R401_TOKEN, CHAT, { headers, body: HELLO });
  });

  test("T-87 cookies, proxies' credentials and other addresses are gone", async () => {
    const received = await forwarded({
      cookie: "session=1",
      "proxy-authorization": "Basic eDp5",
      "x-original-url": "/admin",
      "x-rewrite-url": "/admin",
      "x-forwarded-host": "attacker.example",
      "x-original-host": "attacker.example",
      forwarded: "host=attacker.example",
    });
    expect(JSON.stringify(received)).not.toMatch(/session=1|eDp5|admin|attacker/);
  });

  test("T-88 headers of the gateway's own hold the gateway's values", async () => {
    const received = await forwarded({
      "x-ai-gateway-client-id": "admin",
      "X-AI-Gateway-User-Id": ["admin", "root"],
      "x-ai-gateway-auth-method": "none",
      "x-ai-gateway-request-id": "1",
      "x-ms-client-principal-id": "admin",
    });
    expect(received).toMatchObject({
      "x-ai-gateway-client-id": ["okta%2F0oa1webapp"],
      "x-ai-gateway-user-id": ["00u1jane"],
      "x-ai-gateway-auth-method": ["token"],
    });
    expect(received).not.toHaveProperty("x-ms-client-principal-id");
  });

  test("T-89 headers are deleted or replaced, never added to", () => {
    for (const name of ["dev", "test", "prod"] as const) {
      const actions = synthesized(name).policies.flatMap(({ document }) =>
        allElements(document, "set-header").map((element) => element.getAttribute("exists-action")),
      );
      expect([...new Set(actions)].sort()).toEqual(["delete", "override"]);
    }
  });

  test.each(["a\r\nx-evil: 1", "a\nb", "a\0b", "ünïcode ✓", "a,b", "a%0d%0ab"])(
    "T-90 a claim is one encoded line in a header: %j",
    async (uid) => {
      const received = await forwarded({}, { uid });
      expect(received["x-ai-gateway-user-id"]).toEqual([encodeURIComponent(uid)]);
      expect(received).not.toHaveProperty("x-evil");
    },
  );

  test("T-91 a client that has the gateway's token dropped as a header of the connection gets no answer", async () => {
    const { authorization } = await environment.bearer(OKTA);
    const body = JSON.stringify(HELLO);
    const status = await rawRequest(
      environment,
      `POST ${CHAT} HTTP/1.1\nHost: {host}\nAuthorization: ${authorization}\nConnection: close, Authorization\n` +
        `Content-Type: application/json\nContent-Length: ${body.length}\n\n${body}`,
    );
    expect([status, environment.accountRequests().map((request) => request.status)]).toEqual([502, [401]]);
  });

  test.each([
    ["two lengths", "Content-Length: 5\nContent-Length: 90"],
    ["a length and chunks", "Content-Length: 5\nTransfer-Encoding: chunked"],
    ["an unknown coding", "Transfer-Encoding: chunked, identity"],
    ["a length that is none", "Content-Length: +5"],
  ])("T-91 a message that can be read in two ways is read in none: %s", async (_what, lengths) => {
    const { authorization } = await environment.bearer(OKTA);
    const smuggled = `POST ${CHAT} HTTP/1.1\nHost: {host}\n\n`;
    const status = await rawRequest(
      environment,
      `POST ${CHAT} HTTP/1.1\nHost: {host}\nAuthorization: ${authorization}\nContent-Type: application/json\n` +
        `${lengths}\n\n0\n\n${smuggled}`,
    );
    expect(status ?? 400).toBeGreaterThanOrEqual(400);
    expect(status ?? 400).toBeLessThan(500);
    expect(environment.accountRequests()).toEqual([]);
  });

  test.each(["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])(
    "T-92 %s changes no method and goes no further",
    async (name) => {
      expect(await forwarded({ [name]: "DELETE" })).not.toHaveProperty(name.toLowerCase());
      expect(environment.accountRequests()[0]?.method).toBe("POST");
    },
  );

  test("T-93 what the account says of itself does not reach the client", async () => {
    const headers = await environment.bearer(OKTA);
    const response = await environment.simulation.call(CHAT, { headers, body: HELLO });
    await response.text();
    const names = Object.keys(response.headers).filter((name) => name !== "keep-alive");
    expect(names.sort()).toEqual([
      "cache-control",
      "connection",
      "content-length",
      "content-type",
      "date",
      "strict-transport-security",
      "x-content-type-options",
      "x-ratelimit-remaining-tokens",
      "x-request-id",
    ]);
  });

  test("T-94 no other origin is let in", async () => {
    const headers = { ...(await environment.bearer(OKTA)), origin: "https://evil.example" };
    const response = await environment.simulation.call(CHAT, { headers, body: HELLO });
    await response.text();
    expect(Object.keys(response.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    const preflight = { method: "OPTIONS", headers: { ...headers, "access-control-request-method": "POST" } };
    await expectRefused(environment, R404, CHAT, preflight);
  });
});

test("T-85 without a token of its own the gateway sends nothing, least of all the client's", () => {
  const starting = SimulatedEnvironment.start("test", (json) =>
    replaceInPolicy(
      json,
      "assistant",
      /client-id="[^"]*"(?<=<authentication-managed-identity id="managed-identity" [^>]*)/,
      'client-id="99999999-9999-4999-8999-999999999999"',
    ),
  );
  return runIn(starting, async (environment) => {
    const headers = await environment.bearer(OKTA);
    await expectRefused(environment, R500, CHAT, { headers, body: HELLO });
  });
});

test("T-93 cookies and products behind the account do not reach the client", () =>
  runIn(SimulatedEnvironment.start("test"), async (environment) => {
    const talkative = {
      "set-cookie": "session=1",
      "x-powered-by": "ASP.NET",
      "x-aspnet-version": "4.0",
      "x-ms-region": "West Europe",
      "x-ms-deployment-name": "chat",
      "x-ms-rai-invoked": "true",
      "azureml-served-by-cluster": "weu-7",
      "x-envoy-upstream-service-time": "12",
      "retry-after-ms": "5",
      "apim-request-id": "1",
      "x-ratelimit-remaining-requests": "9",
      "x-ratelimit-limit-tokens": "9",
    };
    const accounts = new ReplacedAccounts(
      environment,
      { "content-type": "application/json", ...talkative },
      "{}",
    );
    const headers = await environment.bearer(OKTA);
    const response = await environment.simulation.call(CHAT, { headers, body: HELLO });
    expect([response.status, await response.text(), accounts.requests]).toEqual([200, "{}", 1]);
    expect(Object.keys(response.headers).filter((name) => name in talkative)).toEqual([]);
  }));

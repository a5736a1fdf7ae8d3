import type { AccountRequest, CallOptions } from "../../simulator";
import {
  AUTH0,
  CLAIMS,
  FABRIKAM,
  MARKETING,
  OKTA,
  PARTNER,
  PAST_CACHES,
  PROD_SCANNER,
  TEST_SCANNER,
} from "../support/callers";
import { expectRefused, R401, R401_TOKEN, R403 } from "../support/refusal";
import { chat, HELLO, SimulatedEnvironment } from "../support/simulation";

/** Sends a request that gets in; returns what the account saw of it. */
async function admitted(
  environment: SimulatedEnvironment,
  target: string,
  request: CallOptions,
): Promise<AccountRequest> {
  const before = environment.accountRequests().length;
  const response = await environment.simulation.call(target, { body: HELLO, ...request });
  expect([response.status, await response.text()]).toEqual([
    200,
    expect.stringContaining("Simulated answer"),
  ]);
  const [seen, ...more] = environment.accountRequests().slice(before);
  if (seen === undefined || more.length > 0) {
    throw new Error(`${more.length + 1} requests at accounts, not one`);
  }
  return seen;
}

/** The account saw the gateway's managed identity, and no trace of the caller's credential. */
function expectManagedIdentity(
  environment: SimulatedEnvironment,
  seen: AccountRequest,
  request: CallOptions,
): void {
  const [identity] = environment.simulation.model.identities;
  expect(seen).toMatchObject({ status: 200, callerObjectId: identity?.principalId });
  const shown = JSON.stringify([seen.path, seen.headers]);
  for (const value of Object.values(request.headers ?? {}).flat()) {
    expect(shown).not.toContain(value.replace("Bearer ", ""));
  }
  expect(Object.keys(seen.headers).filter((name) => /cert|cookie|key/.test(name))).toEqual([]);
}

describe("scenario A: tokens of identity providers, in test", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  test.each([
    ["Okta", OKTA, "okta/0oa1webapp"],
    ["Auth0", AUTH0, "auth0/sPa7YbQ3vKzN1mXc5RtW9uHe2LdJ8gFo"],
    ["another Entra tenant", PARTNER, "partner/44444444-4444-4444-8444-444444444444"],
  ])("a caller of %s gets in under its own name", async (_what, caller, client) => {
    const request = { headers: await environment.bearer(caller) };
    const seen = await admitted(environment, chat("assistant"), request);
    expectManagedIdentity(environment, seen, request);
    expect(seen.headers["x-ai-gateway-client-id"]).toEqual([encodeURIComponent(client)]);
  });

  test.each([
    ["none", {}, R401],
    ["a key", { "api-key": "0123456789abcdef0123456789abcdef" }, R401],
    ["a made-up token", { authorization: "Bearer e30.e30.e30" }, R401_TOKEN],
  ])("a caller with %s stays out", async (_what, headers, refusal) => {
    await expectRefused(environment, refusal, chat("assistant"), { headers, body: HELLO });
  });
});

describe("scenario B: certificates of devices, in test", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
  });

  afterAll(() => environment.close());

  test("the device gets in under its common name", async () => {
    const request = { certificate: await environment.simulation.issueCertificate(TEST_SCANNER) };
    const seen = await admitted(environment, chat("devices"), request);
    expectManagedIdentity(environment, seen, request);
    const client = encodeURIComponent(`certificate/${TEST_SCANNER.commonName}`);
    expect(seen.headers["x-ai-gateway-client-id"]).toEqual([client]);
  });

  test("another device, a token and an anonymous caller stay out", async () => {
    const other = { ...TEST_SCANNER, commonName: "scanner-9.devices.contoso.com" };
    const certificate = await environment.simulation.issueCertificate(other);
    await expectRefused(environment, R403, chat("devices"), { certificate, body: HELLO });
    const headers = await environment.bearer(OKTA);
    await expectRefused(environment, R401_TOKEN, chat("devices"), { headers, body: HELLO });
    await expectRefused(environment, R401, chat("devices"), { body: HELLO });
  });
});

describe("scenario C: a key for each application, in dev", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("dev");
  });

  afterAll(() => environment.close());

  test("each application gets in with its own keys, to its own deployments", async () => {
    const request = { headers: environment.key("assistant-claims") };
    const seen = await admitted(environment, chat("assistant"), request);
    expectManagedIdentity(environment, seen, request);
    expect(seen.headers["x-ai-gateway-client-id"]).toEqual(["claims"]);
    const headers = environment.key("assistant-search");
    await expectRefused(environment, R403, chat("assistant"), { headers, body: HELLO });
    const texts = await environment.simulation.call(
      "/assistant/openai/deployments/embeddings/embeddings?api-version=2024-10-21",
      { headers, body: { input: ["MARKER-text"] } },
    );
    expect([texts.status, await texts.json()]).toMatchObject([200, { object: "list" }]);
  });

  test("a wrong key and none stay out alike", async () => {
    const wrong = { headers: { "api-key": "0123456789abcdef0123456789abcdef" }, body: HELLO };
    const answers = [
      await expectRefused(environment, R401, chat("assistant"), wrong),
      await expectRefused(environment, R401, chat("assistant"), { body: HELLO }),
    ];
    expect(new Set(answers).size).toBe(1);
  });
});

describe("scenario D and a combination: several accounts, several kinds of caller, in prod", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  test("one path leads to every account that has the model, provisioned throughput first", async () => {
    const request = { headers: await environment.bearer(CLAIMS) };
    const seen = await admitted(environment, chat("assistant"), request);
    expectManagedIdentity(environment, seen, request);
    expect(environment.account("ptu").requests).toEqual([seen]);
  });

  test("a model without provisioned throughput is spread over both regions", async () => {
    const headers = await environment.bearer(MARKETING);
    for (let call = 0; call < 20; call++) {
      await admitted(environment, chat("assistant", "chat-mini"), { headers });
    }
    expect(environment.account("westeurope-payg").requests.length).toBeGreaterThan(4);
    expect(environment.account("swedencentral-payg").requests.length).toBeGreaterThan(4);
    expect(environment.account("ptu").requests).toEqual([]);
  });

  test("an application with a token and a device with a certificate share an API, each as itself", async () => {
    const device = { certificate: await environment.simulation.issueCertificate(PROD_SCANNER) };
    const seen = await admitted(environment, chat("assistant", "chat-mini"), device);
    expectManagedIdentity(environment, seen, device);
    expect(seen.headers["x-ai-gateway-client-id"]).toEqual(["scanner-line-1"]);
    const application = { headers: await environment.bearer(CLAIMS) };
    const other = await admitted(environment, chat("assistant"), application);
    expect(other.headers["x-ai-gateway-client-id"]).toEqual(["claims"]);
  });

  test("a partner needs its token and its key, and both must be its own", async () => {
    const target = chat("partners", "chat-partners");
    const token = await environment.bearer(FABRIKAM);
    const request = { headers: { ...token, ...environment.key("partners-fabrikam"), ...PAST_CACHES } };
    const seen = await admitted(environment, target, request);
    expectManagedIdentity(environment, seen, request);
    const key = environment.key("partners-fabrikam");
    await expectRefused(environment, R401_TOKEN, target, { headers: token, body: HELLO });
    await expectRefused(environment, R401, target, { headers: key, body: HELLO });
    const mixed = { ...token, ...environment.key("partners-northwind") };
    await expectRefused(environment, R403, target, { headers: mixed, body: HELLO });
  });

  test("a partner's credentials open no other API", async () => {
    const headers = { ...(await environment.bearer(FABRIKAM)), ...environment.key("partners-fabrikam") };
    const target = chat("assistant", "chat-mini");
    await expectRefused(environment, R401_TOKEN, target, { headers, body: HELLO });
  });
});

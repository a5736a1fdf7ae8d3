import { OKTA, TEST_SCANNER } from "../support/callers";
import { expectRefused, R403 } from "../support/refusal";
import {
  chat,
  HELLO,
  replaceInPolicy,
  SimulatedEnvironment,
  statusOf,
  synthesized,
} from "../support/simulation";
import { runIn } from "./run-in";

const ON_PREMISES = "models.corp.contoso.com";
const MODEL = "meta-llama/Llama-3.1-8B-Instruct";
const AUTHORITY = "Contoso Corporate Root CA";
const IN_THE_HOUSE = chat("assistant", "chat-small");

describe("a model in the house", () => {
  let environment: SimulatedEnvironment;
  let endpoint: ReturnType<SimulatedEnvironment["simulation"]["modelEndpoint"]>;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
    endpoint = environment.simulation.modelEndpoint(ON_PREMISES);
    await endpoint.present({ authority: AUTHORITY });
  });

  afterAll(() => environment.close());

  beforeEach(() => {
    environment.reset();
    endpoint.recover();
    endpoint.clearRequests();
  });

  async function status(
    target: string,
    body: string | Readonly<Record<string, unknown>> = HELLO,
  ): Promise<number> {
    const { authorization } = await environment.bearer(OKTA);
    const headers = { authorization, "content-type": "application/json" };
    return statusOf(environment.simulation.call(target, { method: "POST", headers, body }));
  }

  /** Claims of the only token in a request. */
  function tokenIn(headers: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, unknown>> {
    expect(headers.authorization).toHaveLength(1);
    const [, payload = ""] = (headers.authorization?.[0] ?? "").split(".");
    return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
  }

  test("T-277 the server gets a token for itself, not the one for accounts and not the client's", async () => {
    expect(await status(IN_THE_HOUSE)).toBe(200);
    const [request] = endpoint.requests;
    expect(tokenIn(request?.headers ?? {}).aud).toBe("api://on-premises-models");
    expect(request?.headers).not.toHaveProperty("api-key");
  });

  test("T-277 the server could do nothing at an account with what it gets", async () => {
    expect(await status(IN_THE_HOUSE)).toBe(200);
    const authorization = endpoint.requests[0]?.headers.authorization?.[0] ?? "";
    const account = environment.accounts[0]?.model.hostNames[0] ?? "";
    const answer = await environment.simulation.network.fetch({
      url: `https://${account}/openai/v1/chat/completions`,
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: Buffer.from(JSON.stringify({ model: "chat", ...HELLO })),
    });
    expect(answer.status).toBe(401);
  });

  test("T-278 an account gets its own token, and neither the server's nor its model", async () => {
    expect(await status(chat("assistant"))).toBe(200);
    const [request] = environment.accountRequests();
    expect(tokenIn(request?.headers ?? {}).aud).toBe("https://cognitiveservices.azure.com");
    expect(request?.body).not.toContain(MODEL);
    expect(endpoint.requests).toEqual([]);
  });

  test.each([
    ["T-279 another model than the deployment's", JSON.stringify({ ...HELLO, model: "other-model" }), 200],
    [
      "T-279 a name with escapes, and a decoy",
      `{"mod\\u0065l":"other-model","messages":[],"metadata":{"model":"x"}}`,
      400,
    ],
    ["T-279 a decoy in front", `{"messages":[],"metadata":{"model":"x"},"model":"other-model"}`, 400],
    ["T-279 a model that is an object", `{"messages":[],"model":{"model":"other-model"}}`, 400],
  ])("%s is not what the server is asked for", async (_what, body, expected) => {
    expect(await status(IN_THE_HOUSE, body)).toBe(expected);
    expect(endpoint.requests.map((request) => (JSON.parse(request.body) as { model: string }).model)).toEqual(
      expected === 200 ? [MODEL] : [],
    );
  });

  test.each([
    ["T-280 of another authority of the same name", { signedBy: "impostor" as const }],
    ["T-280 that it signed itself", { signedBy: "self" as const }],
    ["T-280 that has expired", { notBefore: new Date("2026-01-01"), notAfter: new Date("2026-11-30") }],
    ["T-280 of another host", { dnsNames: ["models.evil.example"] }],
  ])("%s: a server with a certificate like that gets no request", async (_what, certificate) => {
    await endpoint.present({ authority: AUTHORITY, ...certificate });
    expect(await status(IN_THE_HOUSE)).toBe(502);
    expect(endpoint.requests).toEqual([]);
    await endpoint.present({ authority: AUTHORITY });
  });

  test("T-282 an answer of the server's own tells nobody what it says", async () => {
    endpoint.fail({ status: 500, requests: 1 });
    const { authorization } = await environment.bearer(OKTA);
    const answer = await environment.simulation.call(IN_THE_HOUSE, {
      headers: { authorization },
      body: HELLO,
    });
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain("The server answers");
    expect(answer.headers).not.toHaveProperty("openai-processing-ms");
  });

  test("T-283 its authority lets nobody in: clients' certificates are of theirs", async () => {
    const scanner = await environment.simulation.issueCertificate({ ...TEST_SCANNER, authority: AUTHORITY });
    await expectRefused(environment, R403, chat("devices"), { certificate: scanner, body: HELLO });
  });

  test("T-283 who may not use its model gets the answer for one that does not exist", async () => {
    const scanner = await environment.simulation.issueCertificate(TEST_SCANNER);
    const request = { certificate: scanner, body: HELLO };
    await expectRefused(environment, R403, chat("devices", "chat-small"), request);
    expect(endpoint.requests).toEqual([]);
  });
});

test("T-277 a policy that sends anything but the token for the server is noticed: the server refuses it", () =>
  runIn(
    SimulatedEnvironment.start("test", (json) =>
      replaceInPolicy(
        json,
        "",
        /\(\(string\)context\.Variables\["token-assistant-endpoint-on-premises-chat-small"\]\)/,
        '"left in place"',
      ),
    ),
    async (environment) => {
      const { authorization } = await environment.bearer(OKTA);
      const request = { headers: { authorization }, body: HELLO };
      expect(await statusOf(environment.simulation.call(IN_THE_HOUSE, request))).toBe(502);
    },
  ));

test("T-281 the stack holds nothing that opens the server", () => {
  const stack = synthesized("test");
  const backends = stack
    .ofType("azurerm_api_management_backend")
    .filter(({ attributes }) => String(attributes.url).includes(ON_PREMISES));
  expect(backends.map(({ attributes }) => attributes.credentials)).toEqual([undefined]);
  // Which release runs is no secret.
  const values = stack.ofType("azurerm_api_management_named_value").map(({ attributes }) => attributes.name);
  expect(values).toEqual(["ai-gateway-release"]);
});

import type { ClientCertificateProps } from "../../simulator";
import {
  expectNoSecrets,
  expectRefusal,
  expectRefused,
  R400,
  R401,
  R401_TOKEN,
  R403,
  R404,
  R415,
  R502,
  type Refusal,
} from "../support/refusal";
import { chat, type EnvironmentName, HELLO, SimulatedEnvironment } from "../support/simulation";
import { credentials, type Entrance, ENTRANCES, target } from "./entrances";

const STRANGER = "88888888-8888-4888-8888-888888888888";
const ENVIRONMENTS: readonly EnvironmentName[] = ["dev", "test", "prod"];

const running = new Map<EnvironmentName, Promise<SimulatedEnvironment>>();

/** An environment that all tests here share. */
function started(name: EnvironmentName): Promise<SimulatedEnvironment> {
  const starting = running.get(name) ?? SimulatedEnvironment.start(name);
  running.set(name, starting);
  return starting;
}

afterAll(async () => {
  await Promise.all([...running.values()].map(async (starting) => (await starting).close()));
});

/** Entrances of an environment, as a table of tests. */
function entrancesOf(
  name: EnvironmentName,
  takes: (entrance: Entrance) => boolean = () => true,
): readonly (readonly [who: string, entrance: Entrance])[] {
  return ENTRANCES.filter((entrance) => entrance.environment === name && takes(entrance)).map((entrance) => [
    entrance.who,
    entrance,
  ]);
}

describe.each(ENVIRONMENTS)("%s", (name) => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await started(name);
  });

  beforeEach(() => environment.reset());

  describe.each(entrancesOf(name))("%s", (_who, entrance) => {
    /** A request with the right credentials and something else that is wrong. */
    const refused = async (
      refusal: Refusal,
      path: string,
      body: object = HELLO,
      method = "POST",
    ): Promise<string> =>
      expectRefused(environment, refusal, path, {
        ...(await credentials(entrance, environment)),
        ...(method === "POST" ? { body: { ...body } } : { method }),
      });
    const path = target(entrance);
    const asking = (more: object): object => ({ ...HELLO, ...more });

    test("T-01 T-83 T-84 T-86 T-88 T-127 is let in, and the account sees the gateway", async () => {
      const { headers, certificate } = await credentials(entrance, environment);
      const pretended = {
        "ocp-apim-subscription-key": "MARKER-key",
        cookie: "MARKER-cookie",
        "x-arr-clientcert": "MARKER-pem",
        "x-ai-gateway-client-id": "MARKER-id",
        "x-ai-gateway-user-id": "MARKER-user",
      };
      const response = await environment.simulation.call(path, {
        headers: { ...pretended, ...headers },
        certificate,
        body: HELLO,
      });
      expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
      expect(response.headers["cache-control"]).toBe("no-store");
      const [request, ...more] = environment.accountRequests();
      expect([request?.callerObjectId, more]).toEqual([
        environment.simulation.model.identities[0]?.principalId,
        [],
      ]);
      const received = JSON.stringify(request?.headers);
      expect(received).not.toContain("MARKER");
      expectNoSecrets(received, { headers });
    });

    test("T-02 T-43 T-59 without credentials nobody is let in", () =>
      expectRefused(environment, R401, path, { body: HELLO }));

    test("T-95 T-96 deployments without rights are as good as none", async () => {
      const answers = [
        await refused(R403, chat(entrance.api, "nothing")),
        await refused(R403, `/${entrance.api}/openai/v1/chat/completions`, asking({ model: "nothing" })),
      ];
      expect(new Set(answers).size).toBe(1);
    });

    test.each<
      [
        string,
        Refusal,
        (request: (body: object, path?: string, method?: string) => Promise<string>) => Promise<string>,
      ]
    >([
      ["T-102 an operation that is not published", R404, (send) => send(HELLO, "files")],
      ["T-104 a method that is not published", R404, (send) => send(HELLO, undefined, "DELETE")],
      ["T-105 an answer that the service would keep", R400, (send) => send(asking({ store: true }))],
      ["T-270 an answer in the background", R400, (send) => send(asking({ background: true }))],
      ["T-271 a stored conversation", R400, (send) => send(asking({ conversation: "conv_1" }))],
      ["T-271 an earlier response", R400, (send) => send(asking({ previous_response_id: "resp_1" }))],
      ["T-272 a stored prompt", R400, (send) => send(asking({ prompt: { id: "pmpt_1" } }))],
      ["T-142 many answers at once", R400, (send) => send(asking({ n: 100 }))],
    ])("%s is refused", (_what, refusal, ask) =>
      ask((body, operation, method) =>
        refused(
          refusal,
          operation === undefined ? path : `/${entrance.api}/openai/${operation}`,
          body,
          method,
        ),
      ),
    );

    test.each([
      "api-version=2099-01-01",
      "",
      "api-version=2024-10-21&x=1",
      "api-version=2024-10-21&api-key=x",
    ])("T-106 T-108 the query '%s' is refused", (query) => refused(R400, target(entrance, query)));

    test("T-114 a body that names a host is refused", () => {
      const image = { type: "image_url", image_url: { url: "https://internal.example/x.png" } };
      return refused(R400, path, { messages: [{ role: "user", content: [image] }] });
    });

    test("T-148 a compressed body is refused", async () => {
      const { headers, certificate } = await credentials(entrance, environment);
      const compressed = { ...headers, "content-type": "application/json", "content-encoding": "gzip" };
      await expectRefused(environment, R415, path, {
        headers: compressed,
        certificate,
        body: JSON.stringify(HELLO),
      });
    });

    test.each([401, 403, 500])("T-159 T-161 an account that answers %d says nothing more", async (status) => {
      for (const account of environment.accounts) {
        account.fail({ status });
      }
      const request = { ...(await credentials(entrance, environment)), body: HELLO };
      await expectRefusal(await environment.passTimeUntil(environment.simulation.call(path, request)), R502);
    });

    test("T-170 T-172 T-180 T-231 T-232 one record tells of a request, without what was said and how it got in", async () => {
      const request = { ...(await credentials(entrance, environment)), body: HELLO };
      const response = await environment.simulation.call(path, request);
      await response.text();
      const { logs, metrics } = environment.simulation;
      const records = environment.simulation.rows("AppTraces").map(({ Properties }) => Properties);
      expect(records).toEqual([
        expect.objectContaining({
          RequestId: response.headers["x-request-id"],
          Client: expect.not.stringMatching(/^(?:unknown|none|)$/) as unknown,
          AuthMethod: [
            entrance.token && "token",
            entrance.certificate && "certificate",
            entrance.subscription && "key",
          ]
            .filter(Boolean)
            .join("+"),
          Deployment: entrance.deployment,
          Status: "200",
          Tries: "1",
        }),
      ]);
      const ids = logs.map(({ body }) => (JSON.parse(body) as { correlationId: unknown }).correlationId);
      expect(new Set(ids)).toEqual(new Set([response.headers["x-request-id"]]));
      expect(metrics.map(({ dimensions }) => dimensions.Client)).not.toContain("unknown");
      expectNoSecrets(JSON.stringify([logs, metrics, records]), request);
      expect(JSON.stringify([logs, metrics, records])).not.toContain("MARKER");
    });
  });
});

describe.each(["dev", "test", "prod"] as const)("tokens in %s", (name) => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await started(name);
  });

  beforeEach(() => environment.reset());

  describe.each(entrancesOf(name, ({ token }) => token !== undefined))("%s", (_who, entrance) => {
    type Wrong = NonNullable<Parameters<typeof credentials>[2]>;
    const refused = async (wrong: Wrong, refusal = R401_TOKEN): Promise<string> =>
      expectRefused(environment, refusal, target(entrance), {
        ...(await credentials(entrance, environment, wrong)),
        body: HELLO,
      });

    test.each<[string, Wrong]>([
      ["T-06 an expired one", { claims: { exp: 1_000_000_000 } }],
      ["T-08 one without expiry", { claims: { exp: undefined } }],
      ["T-10 one of tomorrow", { claims: { nbf: 4_000_000_000, exp: 4_000_003_600 } }],
      ["T-11 an unsigned one", { signing: { key: "none", header: { alg: "none" } } }],
      ["T-12 one without its signature", { signing: { key: "none" } }],
      ["T-13 one signed by another key", { signing: { key: "unpublished" } }],
      [
        "T-20 one of another issuer",
        { claims: { iss: `https://login.microsoftonline.com/${STRANGER}/v2.0` } },
      ],
      ["T-22 one for another audience", { claims: { aud: STRANGER } }],
      ["T-22 one for no audience", { claims: { aud: undefined } }],
      ["T-33 an ID token", { claims: { nonce: "n", at_hash: "h" } }],
    ])("%s is refused", async (_what, wrong) => {
      await refused(wrong);
    });

    const { client } = entrance;
    if (client) {
      test("T-27 a token of another client is refused", () =>
        refused({ claims: { [client.claim]: STRANGER } }, client.refusal));
    }

    test("T-125 a token of no client is refused", async () => {
      const without = { azp: undefined, cid: undefined };
      await refused({ claims: without });
    });
  });
});

describe.each(["test", "prod"] as const)("certificates in %s", (name) => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await started(name);
  });

  beforeEach(() => environment.reset());

  describe.each(entrancesOf(name, ({ certificate }) => certificate !== undefined))("%s", (_who, entrance) => {
    const day = 86_400_000;

    test.each<[string, (now: number) => Partial<ClientCertificateProps>]>([
      ["T-60 one that signed itself", () => ({ signedBy: "self" })],
      ["T-61 one of an impostor of the CA", () => ({ signedBy: "impostor" })],
      ["T-63 one of a sibling of the CA", () => ({ signedBy: "sibling" })],
      ["T-64 an expired one", (now) => ({ notAfter: new Date(now - 1_000) })],
      ["T-65 one of tomorrow", (now) => ({ notBefore: new Date(now + day) })],
      ["T-66 a revoked one", () => ({ revoked: true })],
      ["T-67 one whose revocation list cannot be had", () => ({ revocationList: "unreachable" })],
      ["T-70 one for servers", () => ({ extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"] })],
      ["T-72 one of nobody that is known", () => ({ commonName: "stranger.devices.contoso.com" })],
    ])("%s is refused", async (_what, wrong) => {
      const certificate = wrong(environment.clock.now());
      const request = await credentials(entrance, environment, { certificate });
      await expectRefused(environment, R403, target(entrance), { ...request, body: HELLO });
    });
  });
});

describe.each(["dev", "prod"] as const)("keys in %s", (name) => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await started(name);
  });

  beforeEach(() => environment.reset());

  describe.each(entrancesOf(name, ({ subscription }) => subscription !== undefined))(
    "%s",
    (_who, entrance) => {
      test("T-44 a wrong key is refused", async () => {
        const { headers } = await credentials(entrance, environment);
        const wrong = { ...headers, "api-key": "0123456789abcdef0123456789abcdef" };
        const refusal = entrance.token ? R401_TOKEN : R401;
        await expectRefused(environment, refusal, target(entrance), { headers: wrong, body: HELLO });
      });

      test("T-47 a key in the query is refused, under the name that API Management takes, too", async () => {
        const { headers } = await credentials(entrance, environment);
        const { "api-key": key, ...others } = headers;
        const request = { headers: others, body: HELLO };
        const [{ apis = [] } = {}] = environment.simulation.model.gateways;
        const parameter = apis.find(({ path }) => path.startsWith(entrance.api))
          ?.subscriptionKeyParameterNames.query;
        const withKey = (name: string) => target(entrance, `api-version=2024-10-21&${name}=${key}`);
        const refusal = entrance.token ? R401_TOKEN : R401;
        await expectRefused(environment, refusal, withKey(`${parameter}`), request);
        await expectRefused(environment, refusal, withKey("subscription-key"), request);
      });
    },
  );
});

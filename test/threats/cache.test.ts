import { redis } from "../../lib/security-checks/h-30-redis";
import { callerCaches } from "../../lib/security-checks/h-50-caller-caches";
import { CLAIMS, MARKETING, PROD_SCANNER } from "../support/callers";
import { expectRefused, R401, R401_TOKEN, R403 } from "../support/refusal";
import {
  chat,
  HELLO,
  replaceInPolicy,
  SimulatedEnvironment,
  statusOf,
  synthesized,
} from "../support/simulation";
import { runIn } from "./run-in";

const CHAT = chat("assistant");
const CHAT_MINI = chat("assistant", "chat-mini");

/** The API of these callers caches nothing. These tests are what a cache has to keep true. */
describe("answers are for one request", () => {
  let environment: SimulatedEnvironment;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("prod");
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  async function asked(caller: typeof CLAIMS, target = CHAT, more: object = {}): Promise<number> {
    const headers = await environment.bearer(caller);
    return statusOf(environment.simulation.call(target, { headers, body: { ...HELLO, ...more } }));
  }

  test("T-116 one client never gets what another asked for", async () => {
    expect([await asked(MARKETING, CHAT_MINI), environment.accountRequests().length]).toEqual([200, 1]);
    const certificate = await environment.simulation.issueCertificate(PROD_SCANNER);
    expect(await statusOf(environment.simulation.call(CHAT_MINI, { certificate, body: HELLO }))).toBe(200);
    expect(environment.accountRequests()).toHaveLength(2);
  });

  test("T-117 one user never gets what another user of the client asked for", async () => {
    for (const oid of ["user-1", "user-2"]) {
      const headers = await environment.bearer(CLAIMS, { oid });
      expect(await statusOf(environment.simulation.call(CHAT, { headers, body: HELLO }))).toBe(200);
    }
    expect(environment.accountRequests()).toHaveLength(2);
  });

  test("T-118 a question that was answered is not answered to a stranger", async () => {
    expect(await asked(CLAIMS)).toBe(200);
    await expectRefused(environment, R401, CHAT, { body: HELLO });
  });

  test.each<[string, object]>([
    ["T-120 another system message", { messages: [{ role: "system", content: "s" }, ...HELLO.messages] }],
    ["T-121 another temperature", { temperature: 0.9 }],
    ["T-121 another number of choices", { n: 2 }],
    ["T-121 another seed", { seed: 7 }],
    ["T-121 another format", { response_format: { type: "json_object" } }],
    [
      "T-122 a question that is almost the same",
      { messages: [{ role: "user", content: "MARKER-prompt: hello!" }] },
    ],
  ])("%s is another request", async (_what, more) => {
    await asked(CLAIMS);
    await asked(CLAIMS, CHAT, more);
    expect(environment.accountRequests()).toHaveLength(2);
  });

  test("T-129 a question that was answered is asked again, at once and later", async () => {
    expect([await asked(CLAIMS), await asked(CLAIMS)]).toEqual([200, 200]);
    environment.clock.advance(3_600_000);
    expect([await asked(CLAIMS), environment.accountRequests().length]).toEqual([200, 3]);
  });

  test.each([undefined, "", null, 7, [], {}])(
    "T-125 a caller without an id, which nothing could be kept apart by, is refused: %j",
    async (azp) => {
      const headers = await environment.bearer(CLAIMS, { azp });
      await expectRefused(environment, R401_TOKEN, CHAT, { headers, body: HELLO });
    },
  );

  test("T-123 after an error the next request is asked anew", async () => {
    environment.account("ptu").fail({ status: 400, requests: 1 });
    expect([await asked(CLAIMS), await asked(CLAIMS)]).toEqual([400, 200]);
    expect(environment.accountRequests()).toHaveLength(2);
  });

  test("T-127 nobody on the way may keep an answer", async () => {
    const headers = await environment.bearer(CLAIMS);
    for (const target of [CHAT, chat("assistant", "nothing"), "/nowhere"]) {
      const response = await environment.simulation.call(target, { headers, body: HELLO });
      await response.text();
      expect(response.headers["cache-control"]).toBe("no-store");
    }
  });

  test("T-124 T-128 T-130 no policy caches but for its caller, by a hash, and Redis is not open", () => {
    for (const name of ["dev", "test", "prod"] as const) {
      const { policies } = synthesized(name);
      const elements = policies.flatMap(({ document }) => Array.from(document.getElementsByTagName("*")));
      const caches = elements.filter(({ tagName }) => /cache/.test(tagName));
      expect(
        caches.filter(
          ({ tagName }) => !/^(cache-(lookup|store)-value|llm-semantic-cache-(lookup|store))$/.test(tagName),
        ),
      ).toEqual([]);
      for (const cache of caches.filter(({ tagName }) => tagName.endsWith("-value"))) {
        // Kept answers, and what a caller has spent: H-50 holds both keys to the verified caller.
        expect(cache.getAttribute("key")).toMatch(/"(?:answerKey|spendingKey)"/);
        expect(cache.getAttribute("caching-type")).toBe("internal");
      }
      for (const cache of caches.filter(({ tagName }) => tagName === "llm-semantic-cache-lookup")) {
        expect(cache.textContent?.trim()).toBe(
          '@(context.Variables.GetValueOrDefault<string>("answerKey", ""))',
        );
      }
      expect([callerCaches, redis].flatMap((check) => check.check(synthesized(name)))).toEqual([]);
    }
  });
});

test("T-119 a suspended client is not answered what it was answered before", () => {
  const starting = SimulatedEnvironment.start("prod", (json) =>
    replaceInPolicy(json, "api-assistant", /(?<=666666666661&quot;: return &quot;)/, "suspended:"),
  );
  return runIn(starting, async (environment) => {
    const headers = await environment.bearer(CLAIMS);
    await expectRefused(environment, R403, CHAT, { headers, body: HELLO });
    const rules = environment.simulation.metrics.map(({ dimensions }) => dimensions.Rule);
    expect(rules).toEqual(["client-suspended"]);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Clock, simulate, type SimulatedAccount, type Simulation } from "../../simulator";
import {
  type Asked,
  type CacheResponse,
  CREDENTIAL_KINDS,
  EveryCredentialCallers,
} from "../support/every-credential-callers";
import { everyCredentialStack } from "../support/every-credential-stack";
import { describeKeptAnswers } from "./kept-answers";

const DURATION_SECONDS = 300;
const MESSAGES = [{ role: "user", content: "What is on the form 2026-01-01T00:00:00Z?" }];
const QUESTION = { messages: MESSAGES };

let folder: string;
let simulation: Simulation;
let clock: Clock;
let account: SimulatedAccount;
let callers: EveryCredentialCallers;

beforeAll(async () => {
  folder = everyCredentialStack({
    clients: 4,
    limits: true,
    operations: ["chat", "embeddings", "models"],
    apiVersions: ["2024-10-21", "2025-01-01-preview"],
    cache: (api) => ({
      kind: "exact",
      durationSeconds: DURATION_SECONDS,
      onlyAtTemperatureZero: api === "certificate",
      sharedBy: { support: [`client-${api}-2`, `client-${api}-3`] },
    }),
  });
  clock = new Clock({ at: new Date("2026-12-01T12:00:00Z"), running: false });
  simulation = await simulate(folder, { clock });
  account = simulation.account("oai-test-every");
  callers = new EveryCredentialCallers(simulation, clock, (kind) =>
    kind === "certificate" ? { ...QUESTION, temperature: 0 } : QUESTION,
  );
});

afterAll(() => simulation.close());

beforeEach(() => {
  clock.advance((DURATION_SECONDS + 1) * 1000);
  account.recover();
  account.clearRequests();
  simulation.clearRecords();
});

const ask = (...asked: Parameters<EveryCredentialCallers["ask"]>): Promise<CacheResponse> =>
  callers.ask(...asked);
const reached = (...asked: Parameters<EveryCredentialCallers["reached"]>): Promise<boolean> =>
  callers.reached(...asked);

describe.each(CREDENTIAL_KINDS)("with a %s, an answer", (kind) => {
  it("is given again to the caller that asked for it, and is the same", async () => {
    const first = await ask(kind);
    const text = await first.text();
    clock.advance(7_000);
    const second = await ask(kind);

    expect([first.cache, second.cache]).toEqual(["miss", "hit"]);
    expect(await second.text()).toBe(text);
    expect(second.headers).toMatchObject({
      "content-type": "application/json",
      age: "7",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(second.headers["x-request-id"]).not.toBe(first.headers["x-request-id"]);
    expect(account.requests).toHaveLength(1);
  });
});

describeKeptAnswers({
  current: () => ({ simulation, clock, callers }),
  question: QUESTION,
  again: {},
});

describe("another request", () => {
  it.each<[string, Asked]>([
    [
      "message",
      { body: { messages: [{ role: "user", content: "What is on the form 2026-01-01T00:00:00.000Z?" }] } },
    ],
    [
      "white space within a string",
      { body: { messages: [{ role: "user", content: `${MESSAGES[0]?.content} ` }] } },
    ],
  ])("by another %s reaches the model", async (_what, second) => {
    expect(await reached("token", {}, second)).toBe(true);
  });

  it("of the v1 shape differs by its deployment", async () => {
    const target = "/token/openai/v1/embeddings";
    const first = { target, body: { model: "embeddings", input: "hello" } };
    expect(await reached("token", first, first)).toBe(false);
    const other = await ask("token", { target, body: { model: "chat", input: "hello" } });
    expect(other.status).toBe(400);
  });

  it("that differs in white space between members only is the same", async () => {
    const text = JSON.stringify(QUESTION);
    const spaced = JSON.stringify(QUESTION, null, 2);
    expect(await reached("token", { body: text }, { body: spaced })).toBe(false);
  });
});

describe("a request", () => {
  const stream = { body: { ...QUESTION, stream: true } };
  const tool = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } };

  it.each<[string, Asked]>([
    ["a stream", stream],
    ["tools", { body: { ...QUESTION, tools: [tool] } }],
    ["Cache-Control: no-store", { headers: { "cache-control": "max-age=0, No-Store" } }],
  ])("with %s is neither answered from the cache nor kept", async (_what, asked) => {
    for (const time of [1, 2]) {
      const response = await ask("token", asked);
      await response.text();
      expect([response.status, response.cache]).toEqual([200, undefined]);
      expect(account.requests).toHaveLength(time);
    }
  });

  it("with Cache-Control: no-store does not hear what was kept before", async () => {
    await (await ask("token")).text();
    await (await ask("token", { headers: { "cache-control": "no-store" } })).text();
    expect(account.requests).toHaveLength(2);
  });

  it("with Cache-Control: no-cache is answered anew, and that is kept", async () => {
    await (await ask("token")).text();
    const second = await ask("token", { headers: { "cache-control": "no-cache" } });
    await second.text();
    expect([second.cache, account.requests.length]).toEqual(["miss", 2]);
    expect((await ask("token")).cache).toBe("hit");
  });

  it("with another temperature than 0, or none, is not kept where the API asks for 0", async () => {
    for (const temperature of [1, undefined]) {
      const response = await ask("certificate", { body: { ...QUESTION, temperature } });
      await response.text();
      expect(response.cache).toBeUndefined();
    }
    expect(await reached("certificate", {}, {})).toBe(false);
  });
});

describe("an answer", () => {
  it("is gone after its time", async () => {
    await (await ask("token")).text();
    clock.advance((DURATION_SECONDS - 1) * 1000);
    expect((await ask("token")).cache).toBe("hit");
    clock.advance(1_000);
    expect((await ask("token")).cache).toBe("miss");
  });

  it.each([
    ["an error", { status: 500, requests: 1 }, 502],
    ["an account that throttles", { status: 429, requests: 1 }, 429],
    ["a refused prompt", { filter: "prompt" as const, requests: 1 }, 400],
    ["an answer that a filter stopped", { filter: "completion" as const, requests: 1 }, 200],
  ])("that is %s is not kept", async (_what, fault, status) => {
    account.fail(fault);
    const first = await ask("token");
    await first.text();
    expect(first.status).toBe(status);
    const second = await ask("token");
    await second.text();
    expect([second.status, second.cache]).toEqual([200, "miss"]);
    expect(account.requests).toHaveLength(2);
  });

  it("that is given again says in the log of answers who asked, since no account is told", async () => {
    await (await ask("token")).text();
    const { headers } = await ask("token");
    expect(headers).toMatchObject({
      "x-ai-gateway-client-id": "client-token-0",
      "x-ai-gateway-user-id": "user-1",
      "x-ai-gateway-auth-method": "token",
    });
  });
});

test("keys of the cache show neither callers nor prompts, and no lookup is without one", () => {
  const { resource } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, { readonly xml_content: string }>>>>;
  };
  const policies = Object.values(resource.azurerm_api_management_api_policy ?? {});
  expect(policies).toHaveLength(CREDENTIAL_KINDS.length);
  for (const { xml_content: xml } of policies) {
    expect(
      xml.match(/<cache-(lookup|store)-value key="[^"]*answerKey[^"]*"[^>]*caching-type="internal"/g),
    ).toHaveLength(2);
    expect(xml).not.toMatch(/<cache-(lookup|store)\b(?!-value)/);
  }
});

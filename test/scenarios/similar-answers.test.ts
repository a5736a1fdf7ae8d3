import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock, simulate, type Simulation } from "../../simulator";
import {
  type Asked,
  CREDENTIAL_KINDS,
  type CredentialKind,
  EveryCredentialCallers,
} from "../support/every-credential-callers";
import { everyCredentialStack } from "../support/every-credential-stack";
import type { StackJson } from "../support/simulation";
import { describeKeptAnswers } from "./kept-answers";

const DURATION_SECONDS = 300;
/** Twenty words, of which the simulator takes each other one for a distance of 0.05. */
const WORDS =
  "please tell me when the small shop beside the old station in our town opens its doors on a usual sunday";
/** The same words. */
const SIMILAR = WORDS.split(" ").reverse().join(" ");
const question = (content: string): { readonly messages: readonly object[] } => ({
  messages: [{ role: "user", content }],
});
const SYSTEM = { role: "system", content: "Be short." };

interface Started {
  readonly simulation: Simulation;
  readonly clock: Clock;
  readonly callers: EveryCredentialCallers;
}

let folder: string;
let usual: Started;

async function start(change?: (json: StackJson) => void): Promise<Started> {
  let changed = folder;
  if (change) {
    const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as StackJson;
    change(json);
    changed = mkdtempSync(join(tmpdir(), "similar-answers-"));
    writeFileSync(join(changed, "cdk.tf.json"), JSON.stringify(json));
  }
  const clock = new Clock({ at: new Date("2026-12-01T12:00:00Z"), running: false });
  const simulation = await simulate(changed, { clock });
  const callers = new EveryCredentialCallers(simulation, clock, () => question(WORDS));
  return { simulation, clock, callers };
}

beforeAll(async () => {
  folder = everyCredentialStack({
    clients: 4,
    limits: true,
    operations: ["chat", "embeddings"],
    apiVersions: ["2024-10-21", "2025-01-01-preview"],
    cache: (api, semanticCache) => ({
      kind: "semantic",
      semanticCache: semanticCache(),
      durationSeconds: DURATION_SECONDS,
      maxDistance: api === "certificate" ? 0.2 : undefined,
      maxQuestionCharacters: 200,
      sharedBy: { support: [`client-${api}-2`, `client-${api}-3`] },
    }),
  });
  usual = await start();
});

afterAll(() => usual.simulation.close());

beforeEach(() => {
  usual.clock.advance((DURATION_SECONDS + 1) * 1000);
  const account = usual.simulation.account("oai-test-every");
  account.recover();
  account.clearRequests();
  usual.simulation.clearRecords();
});

const ASKED_AGAIN: Asked = { body: question(SIMILAR) };

async function texts(
  kind: CredentialKind,
  ...asked: readonly Asked[]
): Promise<readonly [string, unknown][]> {
  const answers: [string, unknown][] = [];
  for (const each of asked) {
    const response = await usual.callers.ask(kind, each);
    answers.push([await response.text(), response.cache]);
  }
  return answers;
}

describe.each(CREDENTIAL_KINDS)("with a %s, an answer", (kind) => {
  it("is given again to the caller that asked nearly the same", async () => {
    const [first, second] = await texts(kind, {}, ASKED_AGAIN);
    expect(second?.[0]).toBe(first?.[0]);
    expect([first?.[1], second?.[1]]).toEqual(["miss", "hit"]);
    expect(usual.callers.answered).toBe(1);
  });
});

describeKeptAnswers({ current: () => usual, question: question(WORDS), again: ASKED_AGAIN });

describe("another question", () => {
  it("is as far away as the API says", async () => {
    const other = { body: question(WORDS.replace("sunday", "monday").replace("small", "big")) };
    expect(await usual.callers.reached("token", {}, other)).toBe(true);
    expect(await usual.callers.reached("certificate", {}, other)).toBe(false);
  });

  it("has other numbers", async () => {
    const numbered = (number: number): Asked => ({ body: question(`${WORDS} of week ${number}`) });
    expect(await usual.callers.reached("certificate", numbered(48), numbered(49))).toBe(true);
    expect(await usual.callers.reached("certificate", numbered(48), numbered(48))).toBe(false);
  });

  it.each([
    ["-5", "5"],
    ["- 5", "5"],
    ["1.5", "15"],
    ["1.5", "1,5"],
    ["10:30", "10 30"],
    ["5%", "5"],
    ["$5", "€5"],
    ["> 5", "< 5"],
    ["5²", "5"],
  ])("has %s and not %s", async (number, other) => {
    const numbered = (text: string): Asked => ({ body: question(`${WORDS} at ${text} there`) });
    const punctuated = { body: question(`${WORDS}, at ${number} there?`) };
    expect(await usual.callers.reached("certificate", numbered(number), numbered(other))).toBe(true);
    expect(await usual.callers.reached("certificate", numbered(number), punctuated)).toBe(false);
  });
});

describe("another request", () => {
  const body = (more: object): Asked => ({ body: { ...question(WORDS), ...more } });

  it("with the same system message is the same, and with another one is not", async () => {
    const told = (content: string): Asked =>
      body({ messages: [{ ...SYSTEM, content }, ...question(WORDS).messages] });
    expect(await usual.callers.reached("token", told("Be short."), told("Be short."))).toBe(false);
    expect(await usual.callers.reached("token", told("Be short."), told("Be shorter."))).toBe(true);
  });
});

describe("a request", () => {
  const tool = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } };
  const picture = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
  const [asked] = question(WORDS).messages;

  it.each<[string, Asked]>([
    ["a stream", { body: { ...question(WORDS), stream: true } }],
    ["tools", { body: { ...question(WORDS), tools: [tool] } }],
    ["Cache-Control: no-store", { headers: { "cache-control": "no-store" } }],
    ["Cache-Control: no-cache", { headers: { "cache-control": "no-cache" } }],
    ["a conversation", { body: { messages: [asked, { role: "assistant", content: "At ten." }, asked] } }],
    [
      "a message of the developer",
      { body: { messages: [{ role: "developer", content: "Be short." }, asked] } },
    ],
    [
      "a picture",
      { body: { messages: [{ role: "user", content: [{ type: "text", text: WORDS }, picture] }] } },
    ],
    ["more than a question", { body: question(`${WORDS} ${WORDS}`) }],
    [
      "a value that is read as a date",
      { body: { messages: [{ role: "system", content: "2026-01-01T00:00:00Z" }, asked] } },
    ],
  ])("with %s is neither answered from the cache nor kept", async (_what, request) => {
    for (const time of [1, 2]) {
      const response = await usual.callers.ask("token", request);
      await response.text();
      expect([response.status, response.cache, usual.callers.answered]).toEqual([200, undefined, time]);
    }
    expect(usual.simulation.account("oai-test-every").requests).toHaveLength(2);
  });

  it("for embeddings is not cached", async () => {
    const response = await usual.callers.ask("token", {
      target: usual.callers.dated("token", "2024-10-21", "embeddings"),
      body: { input: WORDS },
    });
    expect([response.status, response.cache]).toEqual([200, undefined]);
  });
});

describe("an answer", () => {
  it("is gone after its time, however often it was given", async () => {
    await texts("token", {});
    usual.clock.advance((DURATION_SECONDS - 1) * 1000);
    expect((await usual.callers.ask("token", ASKED_AGAIN)).cache).toBe("hit");
    usual.clock.advance(1_000);
    expect((await usual.callers.ask("token", ASKED_AGAIN)).cache).toBe("miss");
  });

  it.each([
    ["an error", { status: 500, requests: 2 }, 502],
    ["a refused prompt", { filter: "prompt" as const, requests: 2 }, 400],
    ["an answer that a filter stopped", { filter: "completion" as const, requests: 2 }, 200],
  ])("that is %s is not kept", async (_what, fault, status) => {
    // The first request that fails is the one for the embedding.
    usual.simulation.account("oai-test-every").fail(fault);
    const first = await usual.callers.ask("token");
    await first.text();
    expect(first.status).toBe(status);
    usual.simulation.account("oai-test-every").recover();
    const second = await usual.callers.ask("token");
    await second.text();
    expect([second.status, second.cache]).toEqual([200, "miss"]);
  });

  it("that is given again is dressed as any other, and spends no tokens", async () => {
    await texts("token", {});
    const { headers } = await usual.callers.ask("token", ASKED_AGAIN);
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-ai-gateway-client-id": "client-token-0",
      "x-ai-gateway-user-id": "user-1",
      "x-ai-gateway-auth-method": "token",
    });
    expect(headers["x-ms-region"]).toBeUndefined();
    expect(headers["x-ratelimit-remaining-tokens"]).toBeUndefined();
  });
});

describe("the gateway", () => {
  it("asks for embeddings with its own identity, of the words of the question alone", async () => {
    await texts("token", { body: { messages: [SYSTEM, ...question(WORDS).messages] } });
    const [embedding, answered] = usual.simulation.account("oai-test-every").requests;
    expect(embedding?.path).toMatch(/^\/openai\/deployments\/embeddings\/embeddings\?/);
    expect(embedding?.body).not.toContain(SYSTEM.content);
    expect(embedding?.headers["authorization"]).not.toEqual(answered?.headers["authorization"]);
  });

  it("answers without the cache where it gets no embeddings", async () => {
    const { simulation, callers } = await start(({ resource }) => {
      const assignments = resource.azurerm_role_assignment ?? {};
      const own = Object.keys(assignments).filter(
        (id) =>
          String(assignments[id]?.principal_id).includes("azurerm_api_management.") &&
          String(assignments[id]?.scope).includes("azurerm_cognitive_account."),
      );
      expect(own).toHaveLength(1);
      own.forEach((id) => Reflect.deleteProperty(assignments, id));
    });
    try {
      expect(await callers.reached("key", {}, {})).toBe(true);
    } finally {
      await simulation.close();
    }
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CallResponse, Clock, simulate, type SimulatedAccount, type Simulation } from "../../simulator";
import {
  API_CLIENT_ID,
  applicationId,
  certificateName,
  CLIENT_AUTHORITY,
  ENTRA_ISSUER,
  ENTRA_TENANT_ID,
  PARTNER_AUDIENCE,
  PARTNER_ISSUER,
} from "../support/every-credential";
import { everyCredentialStack } from "../support/every-credential-stack";

const KINDS = ["key", "token", "certificate", "combined"] as const;
type Kind = (typeof KINDS)[number];

const DURATION_SECONDS = 300;
const MESSAGES = [{ role: "user", content: "What is on the form 2026-01-01T00:00:00Z?" }];
const QUESTION = { messages: MESSAGES };

/** By the number of the client. */
const CERTIFICATES: ReturnType<Simulation["issueCertificate"]>[] = [];
let folder: string;
let simulation: Simulation;
let clock: Clock;
let account: SimulatedAccount;

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
});

afterAll(() => simulation.close());

beforeEach(() => {
  clock.advance((DURATION_SECONDS + 1) * 1000);
  account.recover();
  account.clearRequests();
  simulation.clearRecords();
});

const dated = (kind: Kind, version = "2024-10-21", operation = "chat/completions"): string =>
  `/${kind}/openai/deployments/${operation === "embeddings" ? "embeddings" : "chat"}/${operation}?api-version=${version}`;

/** What the client of a number shows at the API of a kind. @param user who signed in, where a token says so */
async function credentials(
  kind: Kind,
  index: number,
  user: string,
): Promise<{ readonly headers: Record<string, string>; readonly certificate?: CallOptions["certificate"] }> {
  const now = Math.floor(clock.now() / 1000);
  const times = { iat: now, nbf: now, exp: now + 600 };
  const key = (): string => simulation.subscriptionKey(`${kind}-client-${kind}-${index}`);
  switch (kind) {
    case "key":
      return { headers: { "api-key": key() } };
    case "token": {
      const claims = {
        ...times,
        iss: ENTRA_ISSUER,
        aud: API_CLIENT_ID,
        tid: ENTRA_TENANT_ID,
        ver: "2.0",
        scp: "x",
      };
      const token = await simulation.issueToken({
        issuer: ENTRA_ISSUER,
        claims: { ...claims, azp: applicationId(index), oid: user },
      });
      return { headers: { authorization: `Bearer ${token}` } };
    }
    case "certificate":
      CERTIFICATES[index] ??= simulation.issueCertificate({
        authority: CLIENT_AUTHORITY,
        commonName: certificateName(index),
      });
      return { headers: {}, certificate: await CERTIFICATES[index] };
    case "combined": {
      const token = await simulation.issueToken({
        issuer: PARTNER_ISSUER,
        claims: {
          ...times,
          iss: PARTNER_ISSUER,
          aud: PARTNER_AUDIENCE,
          cid: applicationId(index),
          sub: user,
        },
      });
      return { headers: { authorization: `Bearer ${token}`, "api-key": key() } };
    }
  }
}

type CallOptions = NonNullable<Parameters<Simulation["call"]>[1]>;

interface Asked {
  readonly client?: number;
  readonly user?: string;
  readonly target?: string;
  readonly body?: CallOptions["body"];
  readonly headers?: Record<string, string>;
}

async function ask(kind: Kind, asked: Asked = {}): Promise<CallResponse & { readonly cache: unknown }> {
  const { client = 0, user = "user-1", target = dated(kind), body, headers = {} } = asked;
  const shown = await credentials(kind, client, user);
  const question = body ?? (kind === "certificate" ? { ...QUESTION, temperature: 0 } : QUESTION);
  const response = await simulation.call(target, {
    method: "POST",
    certificate: shown.certificate,
    headers: { ...shown.headers, "content-type": "application/json", ...headers },
    body: question,
  });
  return Object.assign(response, { cache: response.headers["x-ai-gateway-cache"] });
}

/** Whether the second of two requests reached the account. */
async function reached(kind: Kind, first: Asked, second: Asked): Promise<boolean> {
  await (await ask(kind, first)).text();
  const before = account.requests.length;
  const response = await ask(kind, second);
  await response.text();
  expect(response.status).toBe(200);
  expect(response.cache).toBe(account.requests.length > before ? "miss" : "hit");
  return account.requests.length > before;
}

describe.each(KINDS)("with a %s, an answer", (kind) => {
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

  it("is not given to another client", async () => {
    expect(await reached(kind, { client: 0 }, { client: 1 })).toBe(true);
  });

  it("is given to another client of its group, and to none outside", async () => {
    expect(await reached(kind, { client: 2 }, { client: 3, user: "user-2" })).toBe(false);
    expect(await reached(kind, { client: 2 }, { client: 0 })).toBe(true);
  });
});

describe.each(["token", "combined"] as const)("with a %s of a user, an answer", (kind) => {
  it("is not given to another user of the client", async () => {
    expect(await reached(kind, { user: "user-1" }, { user: "user-2" })).toBe(true);
  });
});

describe("another request", () => {
  const body = (more: object): Asked => ({ body: { ...QUESTION, ...more } });

  it.each<[string, Asked]>([
    [
      "message",
      { body: { messages: [{ role: "user", content: "What is on the form 2026-01-01T00:00:00.000Z?" }] } },
    ],
    ["system message", { body: { messages: [{ role: "system", content: "s" }, ...MESSAGES] } }],
    [
      "white space within a string",
      { body: { messages: [{ role: "user", content: `${MESSAGES[0]?.content} ` }] } },
    ],
    ["temperature", body({ temperature: 1 })],
    ["seed", body({ seed: 7 })],
    ["number of choices", body({ n: 2 })],
    ["length", body({ max_completion_tokens: 100 })],
    ["format", body({ response_format: { type: "json_object" } })],
    ["user", body({ user: "somebody" })],
    ["api-version", { target: dated("token", "2025-01-01-preview") }],
    ["URL shape", { target: "/token/openai/v1/chat/completions", body: { ...QUESTION, model: "chat" } }],
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

  it("of another API is another one, whoever asks", async () => {
    await (await ask("key")).text();
    expect((await ask("combined")).cache).toBe("miss");
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

describe("whoever has no access any more", () => {
  it("gets nothing that was kept: a suspended key", async () => {
    await (await ask("key", { client: 1 })).text();
    simulation.setSubscriptionState("key-client-key-1", "suspended");
    const refused = await ask("key", { client: 1 });
    expect([refused.status, refused.cache]).toEqual([401, undefined]);
    simulation.setSubscriptionState("key-client-key-1", "active");
  });

  it("gets nothing that was kept: a client that is not registered, an ended token", async () => {
    await (await ask("token")).text();
    expect((await ask("token", { client: 9 })).status).toBe(403);
    const { headers } = await credentials("token", 0, "user-1");
    clock.advance(601_000);
    const late = await simulation.call(dated("token"), { headers, body: QUESTION });
    expect([late.status, late.headers["x-ai-gateway-cache"]]).toEqual([401, undefined]);
  });
});

test("keys of the cache show neither callers nor prompts, and no lookup is without one", () => {
  const { resource } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
    readonly resource: Readonly<Record<string, Readonly<Record<string, { readonly xml_content: string }>>>>;
  };
  const policies = Object.values(resource.azurerm_api_management_api_policy ?? {});
  expect(policies).toHaveLength(KINDS.length);
  for (const { xml_content: xml } of policies) {
    expect(
      xml.match(/<cache-(lookup|store)-value key="[^"]*answerKey[^"]*"[^>]*caching-type="internal"/g),
    ).toHaveLength(2);
    expect(xml).not.toMatch(/<cache-(lookup|store)\b(?!-value)/);
  }
});

import type { CallResponse } from "../../simulator";
import { OKTA, PARTNER } from "../support/callers";
import { chat, HELLO, SimulatedEnvironment, type TokenCaller } from "../support/simulation";

const CHAT = chat("assistant");
const QUEUED = "/assistant/openai/queued";
const QUEUED_CHAT = CHAT.replace("/openai/", "/openai/queued/");
const DAY_MS = 86_400_000;
/** The user of the usual call, as records name it. */
const JANE = { Client: "okta/0oa1webapp", Issuer: OKTA.issuer, User: "00u1jane" } as const;

interface Answer {
  readonly status: number;
  readonly told: Readonly<Record<string, unknown>>;
  readonly headers: CallResponse["headers"];
}

describe("requests that wait", () => {
  let environment: SimulatedEnvironment;
  let worker: TokenCaller;

  beforeAll(async () => {
    environment = await SimulatedEnvironment.start("test");
    const identity = environment.simulation.model.identities.find(({ name }) => name.endsWith("queue"));
    const tenant = environment.simulation.model.tenantIds[0] ?? "";
    worker = {
      issuer: `https://login.microsoftonline.com/${tenant}/v2.0`,
      claims: {
        aud: "88888888-8888-4888-8888-888888888888",
        tid: tenant,
        ver: "2.0",
        azp: identity?.clientId,
        oid: identity?.principalId,
      },
    };
  });

  afterAll(() => environment.close());

  beforeEach(() => environment.reset());

  async function call(
    target: string,
    caller: TokenCaller,
    {
      method = "POST",
      body = HELLO,
      headers = {},
    }: { method?: string; body?: object; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await environment.passTimeUntil(
      environment.simulation.call(target, {
        method,
        headers: { ...(await environment.bearer(caller)), ...headers },
        ...(method === "POST" ? { body: body as Record<string, unknown> } : {}),
      }),
    );
    const text = await environment.passTimeUntil(response.text());
    const told = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: response.status, told, headers: response.headers };
  }

  const user = (uid: string): TokenCaller => ({ ...OKTA, claims: { ...OKTA.claims, uid } });
  const accept = async (caller: TokenCaller = OKTA): Promise<string> => {
    const { status, told } = await call(QUEUED_CHAT, caller);
    expect(status).toBe(202);
    return String(told["id"]);
  };
  const results = () => {
    const { storageAccounts = [] } = environment.simulation.model;
    const account = storageAccounts.find(({ name }) => name.startsWith("st"));
    return environment.simulation.container(account?.name ?? "", "results");
  };
  const messages = () => environment.simulation.queue("requests").messages;

  /** Rule of the last record. */
  const rule = (): unknown =>
    (
      environment.simulation.rows("AppTraces").at(-1)?.["Properties"] as Record<string, unknown> | undefined
    )?.["Rule"];

  test("T-290 a result is found, deleted and listed by nobody but who sent the request", async () => {
    const id = await accept();
    for (const other of [PARTNER, user("00u2john")]) {
      for (const method of ["GET", "DELETE"]) {
        expect((await call(`${QUEUED}/${id}`, other, { method })).status).toBe(404);
      }
      const { told } = await call(QUEUED, other, { method: "GET" });
      expect(told["data"]).toEqual([]);
    }
    expect((await call(`${QUEUED}/${id}`, OKTA, { method: "GET" })).status).toBe(202);
    const { told } = await call(QUEUED, OKTA, { method: "GET" });
    expect(told["data"]).toContainEqual(expect.objectContaining({ id, status: "queued" }));
  });

  test("T-291 nobody fills the queue beyond its limit of requests, and a full one leaves nothing behind", async () => {
    const caller = user("00u3flood");
    const statuses: number[] = [];
    for (let count = 0; count < 40; count += 1) {
      statuses.push((await call(QUEUED_CHAT, caller)).status);
    }
    expect([...new Set(statuses)]).toEqual([202, 429]);

    environment.clock.advance(120_000);
    const before = [results().blobs.length, messages().length];
    environment.simulation.queue("requests").limit(1);
    const full = await call(QUEUED_CHAT, OKTA);
    environment.simulation.queue("requests").limit(1_073_741_824);
    expect([full.status, full.headers["retry-after"]]).toEqual([503, "10"]);
    expect([results().blobs.length, messages().length]).toEqual(before);
  });

  test("T-292 nobody but the worker speaks for others, and it speaks for nobody who is not known", async () => {
    const behalf = {
      "x-ai-gateway-on-behalf-of": "okta/0oa1webapp",
      "x-ai-gateway-queued-id": `1796126400-${"a".repeat(32)}`,
    };
    const impostor = { ...worker, claims: { ...worker.claims, azp: "77777777-7777-4777-8777-777777777777" } };
    const other = { ...behalf, "x-ai-gateway-on-behalf-of": "auth0/another-application" };

    expect((await call(CHAT, OKTA, { headers: behalf })).status).toBe(401);
    expect((await call(CHAT, PARTNER, { headers: behalf })).status).toBe(401);
    expect([(await call(CHAT, impostor, { headers: behalf })).status, rule()]).toEqual([
      403,
      "token-principal",
    ]);
    expect((await call(CHAT, worker, { headers: other })).status).toBe(403);
    expect((await call(CHAT, worker)).status).toBe(401);
    expect(environment.accountRequests()).toEqual([]);

    expect((await call(CHAT, worker, { headers: behalf })).status).toBe(200);
    const [request] = environment.accountRequests();
    expect(request?.headers["x-ai-gateway-client-id"]).toEqual([encodeURIComponent("okta/0oa1webapp")]);
  });

  /** Prompts that lie anywhere in the queue. */
  const prompts = (): number => {
    const { messages: waiting, deadLetters } = environment.simulation.queue("requests");
    const texts = [...waiting, ...deadLetters].map(({ body }) => Buffer.from(body).toString());
    return texts.filter((text) => text.includes("MARKER-prompt")).length;
  };

  test("T-293 what is past its time, or deleted, is given to nobody", async () => {
    const id = await accept();
    expect((await call(`${QUEUED}/${id}`, OKTA, { method: "DELETE" })).status).toBe(204);
    expect((await call(`${QUEUED}/${id}`, OKTA, { method: "GET" })).status).toBe(404);
    const old = await accept();
    expect(prompts()).toBeGreaterThanOrEqual(2);
    environment.clock.advance(3 * DAY_MS);
    expect((await call(`${QUEUED}/${old}`, OKTA, { method: "GET" })).status).toBe(410);
    expect(prompts()).toBe(0);
  });

  test("T-294 a request that could not be asked for at once cannot wait, either", async () => {
    const before = messages().length;
    expect((await call(QUEUED_CHAT, OKTA, { body: { ...HELLO, stream: true } })).status).toBe(400);
    expect((await call(QUEUED_CHAT, OKTA, { body: { ...HELLO, n: 99 } })).status).toBe(400);
    expect((await call(QUEUED_CHAT.replace("/chat/", "/unknown/"), OKTA)).status).toBe(403);
    expect(messages()).toHaveLength(before);
  });

  test("T-295 the record says for whom a worker asks, and which request of the queue it is", async () => {
    const id = await accept();
    const headers = {
      "x-ai-gateway-on-behalf-of": "okta/0oa1webapp",
      "x-ai-gateway-on-behalf-of-user": encodeURIComponent(`${OKTA.issuer}#00u1jane`),
      "x-ai-gateway-queued-id": id,
    };
    await call(CHAT, worker, { headers });
    const records = environment.simulation.rows("AppTraces").map(({ Properties }) => Properties);
    expect(records).toMatchObject([
      { ...JANE, AuthMethod: "token", QueuedId: id, Status: "202" },
      {
        ...JANE,
        AuthMethod: "on-behalf-of",
        QueuedId: id,
        Status: "200",
      },
    ]);
  });

  test("T-294 what the queue could not hold, and what is no place in a list, is refused", async () => {
    const large = { messages: [{ role: "user", content: "x".repeat(1_040_000) }] };
    expect([(await call(QUEUED_CHAT, OKTA, { body: large })).status, rule()]).toEqual([413, "queued-size"]);
    const after = await call(`${QUEUED}?after=%3Cx%3E`, OKTA, { method: "GET" });
    expect([after.status, rule()]).toEqual([400, "queued-after"]);
  });

  test("T-292 a worker asks for what may wait, and for nothing else", async () => {
    const headers = {
      "x-ai-gateway-on-behalf-of": "okta/0oa1webapp",
      "x-ai-gateway-queued-id": `1796126400-${"a".repeat(32)}`,
    };
    expect([(await call(QUEUED_CHAT, worker, { headers })).status, rule()]).toEqual([
      403,
      "on-behalf-of-operation",
    ]);
  });

  // Last: what is taken from the network does not come back.
  test("T-291 a queue, or results, that are away leave nothing behind", async () => {
    const { network, model } = environment.simulation;
    const hosts = [model.serviceBusNamespaces, model.storageAccounts].map((all) => all?.[0]?.name ?? "");
    network.unregister(`${hosts[0]}.servicebus.windows.net`);
    const before = results().blobs.length;
    expect([(await call(QUEUED_CHAT, OKTA)).status, rule(), results().blobs.length]).toEqual([
      503,
      "queue-send",
      before,
    ]);
    network.unregister(`${hosts[1]}.blob.core.windows.net`);
    expect([(await call(QUEUED_CHAT, OKTA)).status, rule()]).toEqual([503, "queue-results"]);
  });
});

import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";
import { Auth } from "../../lib/auth/auth";
import type { AuthStrategy } from "../../lib/auth/auth-strategy";
import { ClientIdentity } from "../../lib/gateway/client-identity";
import { WorkloadIdentity } from "../../lib/identity/workload-identity";
import { OpenAiAccount } from "../../lib/openai/openai-account";
import { RequestQueue } from "../../lib/request-queue";
import { Clock, simulate, type Simulation } from "../../simulator";
import { GatewayStack, PLACE, REASON, TENANT } from "../lib/gateway/gateway-stack";

const CHAT = "deployments/chat/chat/completions?api-version=2024-10-21";
const CUT_OFF = "ai-gateway-cut-off";
const WORKER = "id-worker";
const WORKER_AUDIENCE = "55555555-5555-4555-8555-555555555555";
const REQUESTS_OF_USER = 20;
const MINUTE = 60_000;
const issuerOf = (partner: string): string => `https://${partner}.example.com`;
const oidc = (name: string, partner: string): AuthStrategy =>
  Auth.oidc({ name, issuer: issuerOf(partner), audiences: ["gateway"], scopes: ["chat"] });

/** APIs that share a queue and no caller: `partner-a` and `partner-b`, each with a partner of its own, `two` with both, and `open`. */
function synthesize(): string {
  const terraform = new TerraformStack(Testing.app(), "prod");
  new AzurermProvider(terraform, "azurerm", {
    features: [{ storage: [{ dataPlaneAvailable: false }] }],
    tenantId: TENANT,
  });
  const gateway = new GatewayStack(terraform).gateway({ killSwitch: true });
  const account = new OpenAiAccount(terraform, "openai", {
    ...PLACE,
    name: "oai-queue",
    allowedAddressRanges: ["203.0.113.0/24"],
    securityOptOuts: [{ control: "account-public-network", reason: REASON }],
  });
  account.addDeployment("chat", { model: "gpt-5.4", modelVersion: "2026-03-05", capacity: 5_000 });
  const queue = new RequestQueue(terraform, "queue", {
    ...PLACE,
    namespaceName: "sbns-test",
    storageAccountName: "stresults",
    securityOptOuts: [{ control: "queue-public-network", reason: REASON }],
    worker: {
      identity: new WorkloadIdentity(terraform, "worker", { ...PLACE, name: WORKER }),
      tenantId: TENANT,
      audience: WORKER_AUDIENCE,
    },
  });
  queue.storageAccount.addOverride("public_network_access_enabled", true);
  queue.storageAccount.addOverride("network_rules.default_action", "Allow");
  const common = {
    backends: [account],
    operations: ["chat"] as const,
    requestsPerMinute: 1_000,
    requestsPerMinutePerUser: REQUESTS_OF_USER,
    tokensPerMinute: 100_000,
    queued: { queue, tokensPerMinute: 2_000 },
  };
  for (const partner of ["a", "b"]) {
    const api = `partner-${partner}`;
    gateway.addOpenAiApi(api, { ...common, path: api, auth: oidc("partner", partner) });
  }
  const two = gateway.addOpenAiApi("two", {
    ...common,
    path: "two",
    cache: { kind: "exact", durationSeconds: 600 },
    auth: Auth.anyOf(oidc("ida", "a"), oidc("idb", "b")),
  });
  gateway.addClient("portal", {
    api: two,
    identifiedBy: ["ida", "idb"].map((authenticator) =>
      ClientIdentity.application("portal-app", { authenticator }),
    ),
  });
  const open = gateway.addOpenAiApi("open", {
    ...common,
    path: "open",
    unregisteredCallers: "allow",
    auth: oidc("partner", "a"),
  });
  const registered = { api: open, identifiedBy: [ClientIdentity.application("suspended-app")] };
  gateway.addClient("suspended", { ...registered, suspended: true });
  gateway.addClient("ended", {
    ...registered,
    identifiedBy: [ClientIdentity.application("ended-app")],
    expires: "2026-11-30",
  });
  gateway.addClient("restricted", {
    ...registered,
    identifiedBy: [ClientIdentity.application("restricted-app")],
    tokensPerMinute: 1,
  });
  App.of(terraform).synth();
  return App.of(terraform).outdir;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly told: Readonly<Record<string, unknown>>;
}

const ask = (content: string): object => ({ messages: [{ role: "user", content }] });
const BODY = ask("hello");

describe("requests that wait in one queue", () => {
  let simulation: Simulation;
  let clock: Clock;

  beforeAll(async () => {
    clock = new Clock({ at: new Date("2026-12-01T12:00:00Z"), running: false });
    simulation = await simulate(synthesize(), { clock });
  });

  afterAll(() => simulation.close());

  beforeEach(() => {
    clock.advance(10 * MINUTE + 1);
    simulation.forgetTraffic();
    simulation.clearRecords();
    simulation.setNamedValue(CUT_OFF, "-");
  });

  async function bearer(issuer: string, claims: Readonly<Record<string, unknown>>): Promise<string> {
    const now = Math.floor(clock.now() / 1000);
    const times = { iss: issuer, iat: now, nbf: now, exp: now + 600 };
    return `Bearer ${await simulation.issueToken({ issuer, claims: { ...times, ...claims } })}`;
  }

  /** A token of a partner for a user of an application. */
  const user = (partner: string, sub: string, azp = "portal-app"): Promise<string> =>
    bearer(issuerOf(partner), { aud: "gateway", scope: "chat", azp, sub });

  function worker(): Promise<string> {
    const found = simulation.model.identities.find(({ name }) => name === WORKER);
    return bearer(`https://login.microsoftonline.com/${TENANT}/v2.0`, {
      ver: "2.0",
      tid: TENANT,
      aud: WORKER_AUDIENCE,
      azp: found?.clientId,
      oid: found?.principalId,
    });
  }

  async function call(
    target: string,
    authorization: string,
    { method = "POST", body, headers = {} }: { method?: string; body?: object; headers?: object } = {},
  ): Promise<Answer> {
    const done = await simulation.perform(target, {
      method,
      body: method === "POST" ? ((body ?? BODY) as Record<string, unknown>) : undefined,
      headers: { authorization, ...headers },
    });
    const told = (done.body === "" ? {} : JSON.parse(done.body)) as Record<string, unknown>;
    return { status: done.status, headers: done.headers, told };
  }

  async function accept(api: string, authorization: string, body = BODY): Promise<string> {
    const { status, told } = await call(`/${api}/openai/queued/${CHAT}`, authorization, { body });
    expect(status).toBe(202);
    return String(told["id"]);
  }

  /** What the worker is told of the request that came last. */
  function message(): Readonly<Record<string, string>> {
    const last = simulation.queue("requests").messages.at(-1);
    return JSON.parse(Buffer.from(last?.body ?? []).toString()) as Record<string, string>;
  }

  /** Asks for somebody as the worker does. */
  async function behalf(api: string, client: string, forUser?: string, body = BODY): Promise<Answer> {
    return call(`/${api}/openai/${CHAT}`, await worker(), {
      body,
      headers: {
        "x-ai-gateway-on-behalf-of": encodeURIComponent(client),
        "x-ai-gateway-queued-id": `${Math.floor(clock.now() / 1000)}-${"a".repeat(32)}`,
        ...(forUser === undefined ? {} : { "x-ai-gateway-on-behalf-of-user": encodeURIComponent(forUser) }),
      },
    });
  }

  const rule = (): unknown => simulation.messages.at(-1)?.metadata["Rule"];
  const code = ({ told }: Answer): unknown =>
    (told["error"] as Record<string, unknown> | undefined)?.["code"];
  const messageOf = ({ told }: Answer): unknown =>
    (told["error"] as Record<string, unknown> | undefined)?.["message"];
  const listed = async (api: string, authorization: string): Promise<unknown> =>
    (await call(`/${api}/openai/queued`, authorization, { method: "GET" })).told["data"];

  test.each([
    ["T-320 another API names by itself", "partner-a", "partner-b"],
    ["T-321 another issuer calls the same", "two", "two"],
  ])("of a user whom %s are not found, deleted or listed", async (_why, api, other) => {
    const [alice, namesake] = [await user("a", "alice"), await user("b", "alice")];
    const id = await accept(api, alice);

    for (const method of ["GET", "DELETE"]) {
      expect((await call(`/${other}/openai/queued/${id}`, namesake, { method })).status).toBe(404);
    }
    expect(await listed(other, namesake)).toEqual([]);
    expect(await listed(api, alice)).toEqual([expect.objectContaining({ id })]);
    expect((await call(`/${api}/openai/queued/${id}`, alice, { method: "DELETE" })).status).toBe(204);
  });

  test("T-321 answers are kept for the user of one issuer, whoever asks for it", async () => {
    const [alice, namesake] = [await user("a", "1001"), await user("b", "1001")];
    const cache = async (authorization: string): Promise<unknown> =>
      (await call(`/two/openai/${CHAT}`, authorization)).headers["x-ai-gateway-cache"];
    await accept("two", alice);
    const queued = await behalf("two", message()["client"] ?? "", message()["user"]);
    expect(queued.headers["x-ai-gateway-cache"]).toEqual(["miss"]);
    expect(simulation.account("oai-queue").requests.at(-1)?.headers["x-ai-gateway-user-id"]).toEqual([
      "1001",
    ]);

    expect([await cache(namesake), await cache(alice)]).toEqual([["miss"], ["hit"]]);
  });

  test("T-321 counts no user for its namesake", async () => {
    const statuses: number[] = [];
    for (let count = 0; count <= REQUESTS_OF_USER; count += 1) {
      statuses.push((await call(`/two/openai/${CHAT}`, await user("a", "1002"))).status);
    }
    expect([statuses.at(-2), statuses.at(-1)]).toEqual([200, 429]);
    expect((await call(`/two/openai/${CHAT}`, await user("b", "1002"))).status).toBe(200);
  });

  test.each([
    ["whom no issuer names", "1001"],
    ["of an issuer that the API does not take", `${issuerOf("b")}#1001`],
    ["of an issuer, and nobody", `${issuerOf("a")}#`],
    ["of an issuer whose name begins alike", `${issuerOf("a")}.evil#1001`],
  ])("T-321 asks for no user %s", async (_whom, name) => {
    const response = await behalf("partner-a", "partner/portal-app", name);
    expect([response.status, rule()]).toEqual([403, "on-behalf-of-user"]);
  });

  test.each([
    ["suspended", "client-suspended"],
    ["ended", "client-expired"],
  ])("T-322 a client that is %s is not served under the id that it had before", async (name, expected) => {
    const response = await behalf("open", `partner/${name}-app`, `${issuerOf("a")}#u`);
    expect([response.status, rule()]).toEqual([403, expected]);
  });

  test("T-322 a client has the limits that it was given since its request came", async () => {
    expect((await behalf("open", "partner/restricted-app")).status).toBe(400);
    expect((await behalf("open", "partner/other-app")).status).toBe(200);
  });

  test.each([
    ["a blank", "x partner/app y", "app", "u"],
    ["a new line", "x\npartner/app\r\ny", "app", "u"],
    ["a tab", "x\tpartner/app", "app", "u"],
    ["a semicolon", "x;partner/app", "app", "u"],
    ["a comma and a no-break space", "x,\u00a0partner/app", "app", "u"],
    ["a name with a blank, percent-encoded", "partner/my%20app", "my app", "u"],
    ["a user with commas, percent-encoded", "user:CN=alice%2COU=staff", "app", "CN=alice,OU=staff"],
    ["a user with a per cent sign, as it is", "user:100%25", "app", "100%25"],
    ["a user of any issuer", "user:alice", "app", "alice"],
    ["a user of its issuer", `user:${issuerOf("a")}#alice`, "app", "alice"],
  ])("T-323 a list is read as it was meant: %s", async (_how, list, azp, sub) => {
    simulation.setNamedValue(CUT_OFF, list);
    const response = await call(`/partner-a/openai/${CHAT}`, await user("a", sub, azp));
    expect([response.status, rule()]).toEqual([403, "client-cut-off"]);
  });

  test("T-323 a user of one issuer that is cut off leaves its namesake in, and none by way of the queue", async () => {
    simulation.setNamedValue(CUT_OFF, `user:${issuerOf("a")}#alice`);
    expect((await call(`/two/openai/${CHAT}`, await user("b", "alice"))).status).toBe(200);
    expect((await behalf("two", "portal", `${issuerOf("a")}#alice`)).status).toBe(403);
    expect((await behalf("two", "portal", `${issuerOf("b")}#alice`)).status).toBe(200);
  });

  test.each([
    ["a prompt", ask("word ".repeat(2_600)), "prompt-above-limit", /\b2000 tokens/],
    [
      "output",
      { ...(BODY as Record<string, unknown>), max_completion_tokens: 2_001 },
      "queued-output-tokens",
      /\b2000 tokens/,
    ],
  ])("T-324 %s that the queue can never take is refused at once", async (_what, body, expected, told) => {
    const alice = await user("a", "alice");
    const before = simulation.queue("requests").messages.length;
    const response = await call(`/partner-a/openai/queued/${CHAT}`, alice, { body });

    expect([response.status, code(response), rule()]).toEqual([400, "invalid_request", expected]);
    expect(messageOf(response)).toMatch(told);
    expect(simulation.queue("requests").messages).toHaveLength(before);
    expect((await call(`/partner-a/openai/${CHAT}`, alice, { body })).status).toBe(200);
  });

  test("T-324 what was accepted below another limit does not wait for ever", async () => {
    const response = await behalf("partner-a", "partner/app", undefined, ask("word ".repeat(2_600)));
    expect([response.status, rule()]).toEqual([400, "prompt-above-limit"]);
  });

  test("T-324 whoever is let in to wait is asked for, however long its name", async () => {
    const sub = "юзер".repeat(25);
    await accept("partner-a", await user("a", sub));
    expect((await behalf("partner-a", message()["client"] ?? "", message()["user"])).status).toBe(200);

    const response = await call(`/partner-a/openai/queued/${CHAT}`, await user("a", "ю".repeat(400)));
    expect([response.status, rule()]).toEqual([400, "queued-user"]);
  });
});

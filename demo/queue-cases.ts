import type { Simulation } from "../simulator";
import type { ApiSettings, EnvironmentSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import { API_VERSION } from "./api-version";
import { limitsOf } from "./caller-limits";
import type { CredentialSource } from "./credential-source";
import { describedCase } from "./described-case";
import { type Facts, pick, unequal } from "./differences";
import { presentCredentials } from "./presented-credentials";
import type { TokenRequirement } from "./requirement";
import { type Caller, callersOf, type TargetEnvironment } from "./target-environment";

type QueueSettings = NonNullable<EnvironmentSettings["requestQueue"]>;

const QUESTION = { messages: [{ role: "user", content: "Hello" }] };
const RETRY_SECONDS = 10;
const HOUR_SECONDS = 3_600;
const FULL_BYTES = 1;
/** More than there is room for in a message. */
const LARGE_BODY = 1_040_000;
const STORAGE_VERSION = "2023-11-03";
const BEHALF = {
  client: "x-ai-gateway-on-behalf-of",
  user: "x-ai-gateway-on-behalf-of-user",
  id: "x-ai-gateway-queued-id",
} as const;
/** Characters of a name of a client, and of a user, that a worker may speak for. */
const MAX_CLIENT = 1_024;
const MAX_USER = 2_048;
const NOBODY = "99999999-8888-4777-8666-555555555555";
const SOME_ID = `1796126400-${"a".repeat(32)}`;

/** An answer of the gateway. */
interface Answer {
  readonly status: number;
  readonly headers: Facts;
  /** Empty for an answer without JSON. */
  readonly body: Facts;
}

/** A request that waits, as its caller knows it. */
interface Accepted extends Answer {
  readonly id: string;
}

/**
 * Requests that wait: by the first caller of each way in, what it is told, what the queue and the place of results get,
 * and what it finds there; by their worker, in whose name it may ask.
 */
export function queueCases(
  simulation: Simulation,
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  const { requestQueue } = environment.settings;
  if (requestQueue === undefined || api.queued === undefined) {
    return [];
  }
  const callers = callersOf(environment, api).flatMap(([first]) => first ?? []);
  return callers.flatMap((caller, at) =>
    new QueueCaller(simulation, environment, source, {
      queue: requestQueue,
      caller,
      other: callers[at + 1] ?? callers[0] ?? caller,
    }).all(),
  );
}

interface QueueCallerProps {
  readonly queue: QueueSettings;
  readonly caller: Caller;
  /** Somebody else who may use the queue. */
  readonly other: Caller;
}

/** The cases of one caller: each ends in what is missing or too much, if anything is. */
class QueueCaller {
  private readonly queue: QueueSettings;
  private readonly caller: Caller;
  private readonly other: Caller;
  private readonly path: string;
  private readonly retentionSeconds: number;

  public constructor(
    private readonly simulation: Simulation,
    private readonly environment: TargetEnvironment,
    private readonly source: CredentialSource,
    { queue, caller, other }: QueueCallerProps,
  ) {
    this.queue = queue;
    this.caller = caller;
    this.other = other;
    this.path = `/${caller.api.path}/openai`;
    this.retentionSeconds = (queue.retentionHours ?? 24) * HOUR_SECONDS;
  }

  public all(): readonly AccessCase[] {
    return [
      this.case("a request that waits", () => this.accepted(this.dated())),
      this.case("a request that waits: v1", () =>
        this.accepted(this.v1(), { model: this.caller.deployment }),
      ),
      this.case("a result, once it is there", () => this.result("succeeded", "200")),
      this.case("a result, once it has failed", () => this.result("failed", "400")),
      this.case("a result of no known status", () => this.result("succeeded", "junk")),
      this.case("what waits, deleted", () => this.deleted()),
      this.case("what waits, past its time", () => this.expired()),
      this.case("what waits, listed", () => this.listed()),
      this.case("what waits for somebody else", () => this.ofSomebodyElse()),
      ...this.refusals(),
      this.case("a queue that is full", () => this.full()),
      this.case("a queue that is away", () => this.away("queue")),
      this.case("results that are away", () => this.away("results")),
      this.case("its worker", () => this.asWorker()),
      this.case("its worker, for a person", () => this.asWorker("a-person")),
      ...(this.other === this.caller
        ? []
        : [this.case("its worker, above what the queue takes in a minute", () => this.busyWorker())]),
      this.case("its worker, more often than a person may", () => this.eagerWorker()),
      ...this.impostors(),
    ];
  }

  private case(how: string, differences: () => Promise<readonly string[]>): AccessCase {
    return describedCase(this.environment, this.caller, how, differences);
  }

  private dated(operation = "chat/completions"): string {
    return `queued/deployments/${this.caller.deployment}/${operation}?api-version=${API_VERSION}`;
  }

  private v1(): string {
    return "queued/v1/chat/completions";
  }

  private async accepted(path: string, more: object = {}): Promise<readonly string[]> {
    const body = { ...more, ...QUESTION };
    const asked = this.asked();
    this.simulation.clearRecords();
    const answer = await this.accept(path, body);
    const { id } = answer;
    const createdAt = Number(id.split("-")[0]);
    const told = {
      id,
      status: "queued",
      created_at: createdAt,
      expires_at: createdAt + this.retentionSeconds,
    };
    const blob = this.blobs().find(({ name }) => name.endsWith(id));
    const message = this.messages().find(({ messageId }) => messageId === id);
    const sent = JSON.parse(Buffer.from(message?.body ?? []).toString() || "{}") as Facts;
    const [record] = this.simulation.messages;
    const metadata = record?.metadata ?? {};
    return [
      ...unequal("answer", this.waits(answer), this.waiting(id)),
      ...unequal("answer", answer.body, told),
      ...(/^\d{10}-[0-9a-f]{32}$/.test(id) ? [] : ["answer: no id"]),
      ...(Math.abs(createdAt - this.simulation.clock.now() / 1000) < HOUR_SECONDS ? [] : ["answer: no time"]),
      ...ofHeaders(answer),
      ...(this.asked() === asked ? [] : ["an account is asked"]),
      ...unequal(
        "place",
        {
          content: blob && Buffer.from(blob.content).toString(),
          type: blob?.contentType,
          metadata: blob?.metadata,
        },
        { content: JSON.stringify(told), type: "application/json", metadata: { status: "queued" } },
      ),
      ...(/^[0-9a-f]{64}\//.test(blob?.name ?? "") ? [] : ["place: not of a caller"]),
      ...unequal("message", sent, {
        version: 1,
        id,
        callerKey: blob?.name.split("/")[0],
        client: metadata.Client,
        user: metadata.User === "none" ? null : `${issuerOf(this.caller)}#${metadata.User}`,
        path: `${this.path}/${path.replace("queued/", "")}`,
        acceptedAt: createdAt,
        expiresAt: createdAt + this.retentionSeconds,
        body: JSON.stringify(body),
      }),
      ...unequal(
        "message",
        { type: message?.contentType, life: message?.timeToLiveMs },
        { type: "application/json", life: this.retentionSeconds * 1000 },
      ),
      ...unequal("record", pick(metadata, ["Status", "Code", "Rule", "QueuedId", "Deployment"]), {
        Status: "202",
        Code: "none",
        Rule: "none",
        QueuedId: id,
        Deployment: this.caller.deployment,
      }),
    ];
  }

  /** @param httpStatus as the worker notes it */
  private async result(status: string, httpStatus: string): Promise<readonly string[]> {
    const { id } = await this.accept();
    this.simulation.clearRecords();
    const waiting = await this.call("GET", `queued/${id}`);
    const meanwhile = this.record();
    await this.write(id, { status, http_status: httpStatus });
    this.simulation.clearRecords();
    const found = await this.call("GET", `queued/${id}`);
    return [
      ...unequal("meanwhile", this.waits(waiting), this.waiting(id)),
      ...ofHeaders(waiting),
      ...unequal("record", pick(meanwhile, ["Status", "QueuedId"]), { Status: "202", QueuedId: id }),
      ...unequal("meanwhile", { status: waiting.body.status }, { status: "queued" }),
      ...unequal(
        "result",
        { status: found.status, body: found.body, id: found.headers[BEHALF.id] },
        { status: Number(httpStatus) || 200, body: { result: true }, id },
      ),
      ...ofHeaders(found),
      ...unequal("record", pick(this.record(), ["Status", "QueuedId"]), {
        Status: String(Number(httpStatus) || 200),
        QueuedId: id,
      }),
    ];
  }

  private async deleted(): Promise<readonly string[]> {
    const { id } = await this.accept();
    const before = this.blobs().length;
    this.simulation.clearRecords();
    const answer = await this.call("DELETE", `queued/${id}`);
    const record = this.record();
    return [
      ...unequal("deleted", { status: answer.status }, { status: 204 }),
      ...ofEveryAnswer(answer),
      ...unequal("record", pick(record, ["Status", "QueuedId"]), { Status: "204", QueuedId: id }),
      ...(this.blobs().length === before - 1 ? [] : ["its place is still there"]),
      ...(await this.refused("found again", "GET", `queued/${id}`, 404, "not_found", "queued-unknown")),
      ...(await this.refused("deleted again", "DELETE", `queued/${id}`, 404, "not_found", "queued-unknown")),
    ];
  }

  private async expired(): Promise<readonly string[]> {
    const { clock } = this.simulation;
    const { id } = await this.accept();
    clock.advance((this.retentionSeconds - 60) * 1000);
    const { status } = await this.call("GET", `queued/${id}`);
    const { id: later } = await this.accept();
    clock.advance(61_000);
    const list = await this.call("GET", "queued");
    return [
      ...unequal("just in time", { status }, { status: 202 }),
      ...(await this.refused("too late", "GET", `queued/${id}`, 410, "gone", "queued-expired")),
      ...unequal("list", { ids: idsOf(list) }, { ids: [later] }),
    ];
  }

  private async listed(): Promise<readonly string[]> {
    this.simulation.forgetTraffic();
    const none = await this.call("GET", "queued");
    const ids = [(await this.accept()).id, (await this.accept()).id].sort();
    await this.write(ids[0] ?? "", { status: "succeeded", http_status: "200" });
    this.simulation.clearRecords();
    const list = await this.call("GET", `queued?api-version=${API_VERSION}`);
    const createdAt = Number(ids[0]?.split("-")[0]);
    const [first] = (list.body.data as readonly Facts[] | undefined) ?? [];
    return [
      ...unequal("empty list", none.body, { object: "list", data: [], has_more: false }),
      ...unequal("list", { status: list.status, ids: idsOf(list) }, { status: 200, ids }),
      ...unequal("list", first ?? {}, {
        id: ids[0],
        status: "succeeded",
        created_at: createdAt,
        expires_at: createdAt + this.retentionSeconds,
      }),
      ...ofHeaders(list),
      ...unequal("record", pick(this.record(), ["Status", "Code"]), { Status: "200", Code: "none" }),
      ...unequal(
        "after a place",
        { status: (await this.call("GET", "queued?after=abc")).status },
        { status: 200 },
      ),
    ];
  }

  private async ofSomebodyElse(): Promise<readonly string[]> {
    if (this.other === this.caller) {
      return [];
    }
    const { id } = await this.accept();
    const missing = [404, "not_found", "queued-unknown"] as const;
    return [
      ...(await this.refused("found", "GET", `queued/${id}`, ...missing, this.other)),
      ...(await this.refused("deleted", "DELETE", `queued/${id}`, ...missing, this.other)),
      ...unequal(
        "list",
        { ids: idsOf(await this.call("GET", "queued", { caller: this.other })) },
        { ids: [] },
      ),
      ...unequal("still", { status: (await this.call("GET", `queued/${id}`)).status }, { status: 202 }),
    ];
  }

  /** What leaves neither a message nor a place behind. */
  private refusals(): readonly AccessCase[] {
    const refused = (
      how: string,
      path: string,
      body: object,
      ...told: readonly [number, string, string?]
    ): AccessCase =>
      this.case(how, async () => {
        const before = [this.blobs().length, this.messages().length];
        return [
          ...(await this.refused("request", "POST", path, told[0], told[1], told[2], this.caller, body)),
          ...unequal("kept", { before: [this.blobs().length, this.messages().length] }, { before }),
        ];
      });
    const large = { messages: [{ role: "user", content: "x".repeat(LARGE_BODY) }] };
    return [
      refused(
        "a stream that waits",
        this.dated(),
        { ...QUESTION, stream: true },
        400,
        "invalid_request",
        "queued-stream",
      ),
      refused("more than a message holds", this.dated(), large, 413, "request_too_large", "queued-size"),
      refused(
        "an answer above what the queue takes in a minute",
        this.dated(),
        { ...QUESTION, max_tokens: this.tokensPerMinute() + 1 },
        400,
        "invalid_request",
        "queued-output-tokens",
      ),
      refused(
        "a prompt above what the queue takes in a minute",
        this.dated(),
        this.prompt(1),
        400,
        "invalid_request",
      ),
      refused("a wrong body that waits", this.dated(), { ...QUESTION, n: 99 }, 400, "invalid_request"),
      refused("an operation that cannot wait", this.dated("embeddings"), QUESTION, 404, "not_found"),
      this.case("an id that is none", () =>
        this.refused("request", "GET", "queued/x", 404, "not_found", "queued-unknown"),
      ),
      this.case("a list after no place", () =>
        this.refused("list", "GET", "queued?after=%3Cx%3E", 400, "invalid_request", "queued-after"),
      ),
      this.case("a list of no version", () =>
        this.refused("list", "GET", "queued?api-version=x", 400, "invalid_request"),
      ),
      this.case("a list after a place that is too long", () =>
        this.refused(
          "list",
          "GET",
          `queued?after=${"a".repeat(600)}`,
          400,
          "invalid_request",
          "queued-after",
        ),
      ),
    ];
  }

  private async full(): Promise<readonly string[]> {
    const queue = this.simulation.queue(this.queueName());
    const { maxBytes } = this.queueModel();
    queue.limit(FULL_BYTES);
    try {
      return await this.unavailable("queue-full");
    } finally {
      queue.limit(maxBytes);
    }
  }

  private async away(what: "queue" | "results"): Promise<readonly string[]> {
    const { network, model } = this.simulation;
    const [namespace] = model.serviceBusNamespaces ?? [];
    const host =
      what === "queue"
        ? `${namespace?.name}.servicebus.windows.net`
        : `${this.storage().name}.blob.core.windows.net`;
    const { id } = await this.accept();
    network.setCertificateFault(host, "expired");
    try {
      const asking = ["GET", "DELETE"] as const;
      const ofResults =
        what === "queue"
          ? []
          : [
              ...(await Promise.all(
                asking.map((method) =>
                  this.refused(method, method, `queued/${id}`, 503, "queue_unavailable", "queue-results"),
                ),
              )),
              await this.refused("list", "GET", "queued", 503, "queue_unavailable", "queue-results"),
            ].flat();
      return [...(await this.unavailable(`queue-${what === "queue" ? "send" : "results"}`)), ...ofResults];
    } finally {
      network.setCertificateFault(host, undefined);
    }
  }

  /** Nothing is left behind of what could not wait. */
  private async unavailable(rule: string): Promise<readonly string[]> {
    const before = [this.blobs().length, this.messages().length];
    this.simulation.clearRecords();
    const answer = await this.call("POST", this.dated(), { body: QUESTION });
    return [
      ...unequal(
        "answer",
        { status: answer.status, code: codeOf(answer), retry: answer.headers["retry-after"] },
        { status: 503, code: "queue_unavailable", retry: String(RETRY_SECONDS) },
      ),
      ...unequal("record", pick(this.record(), ["Rule"]), { Rule: rule }),
      ...unequal("kept", { before: [this.blobs().length, this.messages().length] }, { before }),
    ];
  }

  /** It asks in the name of the caller, and is counted and recorded as the caller. */
  private async asWorker(person?: string): Promise<readonly string[]> {
    const user = person === undefined ? undefined : `${this.userIssuer()}#${person}`;
    const { id } = await this.accept();
    const client = String(this.record().Client);
    const accounts = this.simulation.model.accounts.map(({ name }) => this.simulation.account(name));
    const before = accounts.map(({ requests }) => requests.length);
    this.simulation.clearRecords();
    const answer = await this.ask({ client, user, id });
    const [request] = accounts.flatMap(({ requests }, at) => requests.slice(before[at]));
    const header = (name: string): string | undefined => request?.headers[name]?.[0];
    return [
      ...unequal("answer", { status: answer.status }, { status: 200 }),
      ...unequal(
        "account",
        {
          client: header("x-ai-gateway-client-id"),
          user: header("x-ai-gateway-user-id") ?? "",
          method: header("x-ai-gateway-auth-method"),
          ...Object.fromEntries(Object.values(BEHALF).map((name) => [name, header(name)])),
        },
        {
          client: encodeURIComponent(client),
          user: person ?? "",
          method: "on-behalf-of",
          ...Object.fromEntries(Object.values(BEHALF).map((name) => [name, undefined])),
        },
      ),
      ...unequal(
        "record",
        pick(this.record(), ["AuthMethod", "Client", "Issuer", "User", "QueuedId", "Status"]),
        {
          AuthMethod: "on-behalf-of",
          Client: client,
          Issuer: person === undefined ? "none" : this.userIssuer(),
          User: person ?? "none",
          QueuedId: id,
          Status: "200",
        },
      ),
    ];
  }

  /** For two callers, neither of whom is above its own limit. */
  private async busyWorker(): Promise<readonly string[]> {
    const statuses: Facts[string][] = [];
    for (const caller of [this.caller, this.other]) {
      this.simulation.clearRecords();
      const { body: accepted } = await this.call("POST", this.dated(), { caller, body: QUESTION });
      const client = String(this.record().Client);
      const { status } = await this.ask({ client, id: String(accepted.id), body: this.prompt(0.6) });
      statuses.push(status);
    }
    return unequal("answers", { statuses }, { statuses: [200, 429] });
  }

  /** Requests were counted when they came. */
  private async eagerWorker(): Promise<readonly string[]> {
    const { id } = await this.accept();
    const client = String(this.record().Client);
    const user = `${this.userIssuer()}#a-person`;
    const { requestsPerMinute } = limitsOf(this.caller);
    // A person may ask half as often, unless settings say otherwise.
    for (let asked = 0; asked <= requestsPerMinute / 2; asked++) {
      const { status } = await this.ask({ client, user, id });
      if (status !== 200) {
        return [`request ${asked + 1}: ${status}`];
      }
    }
    return [];
  }

  /** Who is not the worker speaks for nobody, and the worker for nobody who could not speak himself. */
  private impostors(): readonly AccessCase[] {
    const client = async (): Promise<string> => {
      await this.accept();
      return String(this.record().Client);
    };
    const refused = (
      how: string,
      expected: readonly [number, string, string?],
      ask: (client: string) => Promise<Answer>,
    ): AccessCase =>
      this.case(how, async () => {
        const name = await client();
        const asked = this.asked();
        this.simulation.clearRecords();
        const answer = await ask(name);
        const [status, code, rule = this.record().Rule] = expected;
        return [
          ...unequal("answer", { status: answer.status, code: codeOf(answer) }, { status, code }),
          ...unequal("record", pick(this.record(), ["Rule"]), { Rule: rule }),
          ...(this.asked() === asked ? [] : ["an account is asked"]),
        ];
      });
    const forbidden = [403, "forbidden", "on-behalf-of"] as const;
    const worker = this.worker();
    return [
      refused("in its name, by itself", [401, "unauthorized"], async (name) =>
        this.call("POST", this.usual(), {
          body: QUESTION,
          headers: { [BEHALF.client]: name, [BEHALF.id]: SOME_ID },
        }),
      ),
      ...Object.values(BEHALF).map((name) =>
        refused(`with ${name}, by itself`, [401, "unauthorized"], async () =>
          this.call("POST", this.usual(), { body: QUESTION, headers: { [name]: "x" } }),
        ),
      ),
      refused("a worker without a name", [401, "unauthorized"], async () => this.ask({})),
      refused("a worker of another application", [403, "forbidden", "token-principal"], (name) =>
        this.ask({ client: name, id: SOME_ID, token: { ...worker, clientIds: [NOBODY] } }),
      ),
      refused("a worker of another identity", [403, "forbidden", "token-principal"], (name) =>
        this.ask({ client: name, id: SOME_ID, objectId: NOBODY }),
      ),
      refused("a worker of another tenant", [401, "unauthorized"], async (name) =>
        this.ask({
          client: name,
          id: SOME_ID,
          authorization: await this.source.token({ ...worker, role: "any" }, "other tenant"),
        }),
      ),
      refused("a worker with a token for something else", [401, "unauthorized"], (name) =>
        this.ask({ client: name, id: SOME_ID, token: { ...worker, audience: NOBODY } }),
      ),
      refused("a worker without a request", forbidden, (name) => this.ask({ client: name })),
      refused("a worker with an id that is none", forbidden, (name) => this.ask({ client: name, id: "x" })),
      refused("a worker for an empty name", forbidden, () => this.ask({ client: "%20", id: SOME_ID })),
      refused("a worker for a long name", forbidden, () =>
        this.ask({ client: "x".repeat(MAX_CLIENT + 1), id: SOME_ID }),
      ),
      refused("a worker for a long user", forbidden, (name) =>
        this.ask({
          client: name,
          user: `${this.userIssuer()}#`.padEnd(MAX_USER + 1, "x"),
          id: SOME_ID,
        }),
      ),
      ...Object.entries({
        "a user of no issuer": "a-person",
        "a user of an issuer that nobody trusts": "https://issuer.invalid/#a-person",
        "an issuer without a user": `${this.userIssuer()}#`,
      }).map(([whom, user]) =>
        refused(`a worker for ${whom}`, [403, "forbidden", "on-behalf-of-user"], (name) =>
          this.ask({ client: name, user, id: SOME_ID }),
        ),
      ),
      refused("a worker for nobody who is known", [403, "forbidden"], () =>
        this.ask({ client: "nobody/that-is-known", id: SOME_ID }),
      ),
      refused("a worker that fills the queue", [403, "forbidden", "on-behalf-of-operation"], (name) =>
        this.ask({ client: name, id: SOME_ID, path: this.dated() }),
      ),
      refused(
        "a worker that asks for what cannot wait",
        [403, "forbidden", "on-behalf-of-operation"],
        (name) =>
          this.ask({
            client: name,
            id: SOME_ID,
            path: `deployments/${this.caller.deployment}/embeddings?api-version=${API_VERSION}`,
          }),
      ),
    ];
  }

  private usual(): string {
    return this.dated().replace("queued/", "");
  }

  /** The first whose tokens the API takes. */
  private userIssuer(): string {
    const issuer = callersOf(this.environment, this.caller.api).flat().map(issuerOf).find(Boolean);
    if (issuer === undefined) {
      throw new Error(`nobody comes to '${this.caller.api.name}' with a token`);
    }
    return issuer;
  }

  /** Of the queue, for all its callers. */
  private tokensPerMinute(): number {
    const { tokensPerMinute } = this.caller.api.queued ?? {};
    if (tokensPerMinute === undefined) {
      throw new Error(`'${this.caller.api.name}' says not what its queue takes in a minute`);
    }
    return tokensPerMinute;
  }

  /** A question of as many tokens as the queue takes in a minute. @param share of them */
  private prompt(share: number): object {
    const content = "word ".repeat(Math.ceil(this.tokensPerMinute() * share));
    return { messages: [{ role: "user", content }] };
  }

  /** What the worker's identity has tokens for. */
  private worker(): TokenRequirement {
    const { tenantId } = this.environment.settings;
    return {
      kind: "token",
      name: "worker",
      issuer: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      tenantId,
      audience: this.queue.audience,
      clientIdClaim: "azp",
      clientIds: [this.identity().clientId],
      scopesClaim: "scp",
    };
  }

  private identity(): Simulation["model"]["identities"][number] {
    const found = this.simulation.model.identities.find(({ name }) => name.endsWith("queue"));
    if (found === undefined) {
      throw new Error("the worker of the queue has no identity");
    }
    return found;
  }

  /** Calls as the worker. */
  private async ask({
    client,
    user,
    id,
    path = this.usual(),
    body = QUESTION,
    token = this.worker(),
    objectId = this.identity().principalId,
    authorization,
  }: {
    readonly client?: string;
    readonly user?: string;
    readonly id?: string;
    readonly path?: string;
    readonly body?: object;
    readonly token?: TokenRequirement;
    readonly objectId?: string;
    readonly authorization?: string;
  }): Promise<Answer> {
    const now = Math.floor(this.simulation.clock.now() / 1000);
    const own =
      authorization ??
      (await this.simulation.issueToken({
        issuer: token.issuer,
        claims: {
          iss: token.issuer,
          aud: token.audience,
          tid: token.tenantId,
          ver: "2.0",
          idtyp: "app",
          azp: token.clientIds[0],
          oid: objectId,
          iat: now,
          nbf: now,
          exp: now + HOUR_SECONDS,
        },
      }));
    return this.perform("POST", path, body, {
      authorization: `Bearer ${own}`,
      ...(client === undefined ? {} : { [BEHALF.client]: client }),
      ...(user === undefined ? {} : { [BEHALF.user]: user }),
      ...(id === undefined ? {} : { [BEHALF.id]: id }),
    });
  }

  private async accept(path = this.dated(), body: object = QUESTION): Promise<Accepted> {
    const answer = await this.call("POST", path, { body });
    return { ...answer, id: String(answer.body.id) };
  }

  private async refused(
    what: string,
    method: string,
    path: string,
    status: number,
    code: string,
    rule?: string,
    caller = this.caller,
    body?: object,
  ): Promise<readonly string[]> {
    this.simulation.clearRecords();
    const answer = await this.call(method, path, { caller, body });
    const retry = status === 503 ? String(RETRY_SECONDS) : undefined;
    return [
      ...unequal(
        what,
        { status: answer.status, code: codeOf(answer), retry: answer.headers["retry-after"] },
        { status, code, retry },
      ),
      ...(rule === undefined ? [] : unequal(what, pick(this.record(), ["Rule"]), { Rule: rule })),
    ];
  }

  private async call(
    method: string,
    path: string,
    {
      caller = this.caller,
      body,
      headers = {},
    }: { readonly caller?: Caller; readonly body?: object; readonly headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const presented = await presentCredentials(this.source, caller, { headers });
    return this.perform(method, path, body, presented.headers ?? {}, presented.certificate);
  }

  private async perform(
    method: string,
    path: string,
    body: object | undefined,
    headers: Readonly<Record<string, string>>,
    certificate?: Awaited<ReturnType<CredentialSource["certificate"]>>,
  ): Promise<Answer> {
    const answer = await this.simulation.perform(`${this.path}/${path}`, {
      method,
      certificate,
      headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const told = Object.entries(answer.headers).map(([name, value]) => [name, value?.toString()] as const);
    return { status: answer.status, headers: Object.fromEntries(told), body: jsonOf(answer.body) };
  }

  /** Puts a result in its place, as the worker does. */
  private async write(id: string, metadata: Readonly<Record<string, string>>): Promise<void> {
    const blob = this.blobs().find(({ name }) => name.endsWith(id));
    const now = Math.floor(this.simulation.clock.now() / 1000);
    const { issuer, tenantId } = this.worker();
    const token = await this.simulation.issueToken({
      issuer,
      claims: {
        iss: issuer,
        aud: "https://storage.azure.com",
        tid: tenantId,
        oid: this.identity().principalId,
        iat: now,
        nbf: now,
        exp: now + HOUR_SECONDS,
      },
    });
    const { status } = await this.simulation.network.fetch({
      method: "PUT",
      url: `https://${this.storage().name}.blob.core.windows.net/${this.containerName()}/${blob?.name}`,
      headers: Object.fromEntries(
        Object.entries({
          authorization: `Bearer ${token}`,
          "x-ms-version": STORAGE_VERSION,
          "x-ms-blob-type": "BlockBlob",
          "content-type": "application/json",
          ...Object.fromEntries(
            Object.entries(metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]),
          ),
        }).map(([name, value]) => [name, [value]]),
      ),
      body: oneChunk(JSON.stringify({ result: true })),
    });
    if (status !== 201) {
      throw new Error(`the worker cannot write a result: ${status}`);
    }
  }

  private waits({ status, headers }: Answer): Facts {
    return { status, location: headers.location, retry: headers["retry-after"] };
  }

  private waiting(id: string): Facts {
    return { status: 202, location: `${this.path}/queued/${id}`, retry: String(RETRY_SECONDS) };
  }

  private record(): Facts {
    return this.simulation.messages.at(-1)?.metadata ?? {};
  }

  private asked(): number {
    return this.simulation.model.accounts
      .map(({ name }) => this.simulation.account(name).requests.length)
      .reduce((sum, count) => sum + count, 0);
  }

  private queueModel(): { readonly name: string; readonly maxBytes: number } {
    const [namespace] = this.simulation.model.serviceBusNamespaces ?? [];
    const [queue] = namespace?.queues ?? [];
    if (queue === undefined) {
      throw new Error("the stack has no queue");
    }
    return queue;
  }

  private queueName(): string {
    return this.queueModel().name;
  }

  private messages(): ReturnType<Simulation["queue"]>["messages"] {
    return this.simulation.queue(this.queueName()).messages;
  }

  private storage(): NonNullable<Simulation["model"]["storageAccounts"]>[number] {
    const found = this.simulation.model.storageAccounts?.find(({ containers }) => containers.length > 0);
    if (found === undefined) {
      throw new Error("the stack has no place for results");
    }
    return found;
  }

  private containerName(): string {
    return this.storage().containers[0]?.name ?? "";
  }

  private blobs(): ReturnType<Simulation["container"]>["blobs"] {
    return this.simulation.container(this.storage().name, this.containerName()).blobs;
  }
}

function ofHeaders(answer: Answer): readonly string[] {
  return [
    ...(String(answer.headers["content-type"]).startsWith("application/json") ? [] : ["answer: no JSON"]),
    ...ofEveryAnswer(answer),
  ];
}

/** Of one without a body as well. */
function ofEveryAnswer({ headers }: Answer): readonly string[] {
  return [
    ...(headers["cache-control"] === "no-store" ? [] : ["answer: may be kept"]),
    ...(headers["x-content-type-options"] === "nosniff" ? [] : ["answer: may be taken for something else"]),
    ...(headers["x-request-id"] === undefined ? ["answer: has no id"] : []),
  ];
}

/** Issuer of the caller's tokens, if it comes with one. */
function issuerOf({ requirements }: Caller): string | undefined {
  return requirements.find((each) => each.kind === "token")?.issuer;
}

function codeOf({ body }: Answer): unknown {
  return (body.error as Facts | undefined)?.code;
}

function idsOf({ body }: Answer): readonly unknown[] {
  return ((body.data as readonly Facts[] | undefined) ?? []).map(({ id }) => id).sort();
}

function jsonOf(text: string): Facts {
  try {
    return JSON.parse(text) as Facts;
  } catch {
    return {};
  }
}

async function* oneChunk(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(await Promise.resolve(text));
}

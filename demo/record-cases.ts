import type { Simulation } from "../simulator";
import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import { shapesOf } from "./access-cases";
import type { CredentialSource } from "./credential-source";
import { describedCase } from "./described-case";
import { type Facts, pick, unequal } from "./differences";
import { callGateway, type GatewayCallProps, type PerformCall } from "./gateway-call";
import { presentCredentials } from "./presented-credentials";
import type { Requirement } from "./requirement";
import { type Caller, differentCallers, type TargetEnvironment, wayTo } from "./target-environment";

type Answer = Awaited<ReturnType<PerformCall>>;

/** What there is to see of one call. */
interface Observed {
  readonly answer: Answer;
  readonly records: Simulation["messages"];
  readonly metrics: Simulation["metrics"];
  /** That reached any account. */
  readonly requests: readonly AccountRequest[];
}

type AccountRequest = ReturnType<Simulation["account"]>["requests"][number];

/** Headers of a client that an account gets, as it sent them. */
const PASSED = {
  accept: "application/json",
  "user-agent": "client/1.0",
  "x-ms-client-request-id": "8a1f",
  traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  tracestate: "a=1",
};
/** Headers that no account gets from a client. */
const KEPT_BACK = { cookie: "a=b", "proxy-authorization": "Basic eA==", forwarded: "for=192.0.2.1" };
/** Headers of an answer, whatever the account says besides. */
const ANSWERED = [
  "age",
  "cache-control",
  "content-length",
  "content-type",
  "date",
  "retry-after",
  "strict-transport-security",
  "transfer-encoding",
  "www-authenticate",
  "x-accel-buffering",
  "x-ai-gateway-cache",
  "x-content-type-options",
  "x-ratelimit-remaining-tokens",
  "x-request-id",
];
/** Says what is left, to callers that have a quota. */
const QUOTA_HEADER = "x-quota-remaining-tokens";
/** Says what is left, to clients whose budget cuts them off. */
const BUDGET_HEADER = "x-budget-remaining";
/** What an account is told of a caller. */
const TOLD = [
  "x-ai-gateway-client-id",
  "x-ai-gateway-user-id",
  "x-ai-gateway-auth-method",
  "x-ai-gateway-request-id",
];
/** Members of a record; a gateway with a queue says whose request it was that waited, one with budgets what was cached. */
const MEMBERS = [
  "Api",
  "AuthMethod",
  "Backend",
  "Cache",
  "Client",
  "Code",
  "Deployment",
  "Issuer",
  "Milliseconds",
  "Operation",
  "RequestId",
  "Rule",
  "Status",
  "Stream",
  "Tries",
  "User",
];

/**
 * What is written down of calls, what accounts are told of callers, and what callers are told besides the answer: by
 * the first caller of each way in.
 */
export function recordCases(
  simulation: Simulation,
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  return differentCallers(environment, api).flatMap((caller) =>
    new Records(simulation, environment, source, caller).all(),
  );
}

/** The cases of one caller: each ends in what is missing or too much, if anything is. */
class Records {
  public constructor(
    private readonly simulation: Simulation,
    private readonly environment: TargetEnvironment,
    private readonly source: CredentialSource,
    private readonly caller: Caller,
  ) {}

  public all(): readonly AccessCase[] {
    const { operations, operation } = this.caller;
    return [
      this.case("what is recorded of an answer, and told", {}, (observed) =>
        this.ofAnswer(observed, "false"),
      ),
      ...(operation === "chat"
        ? [
            this.case("what is recorded of a stream", { body: { stream: true } }, (observed) =>
              this.ofAnswer(observed, "true"),
            ),
          ]
        : []),
      this.case("what is recorded of a refused body, and told", { body: { n: 100 } }, (observed) =>
        this.ofRefusal(observed, { status: 400, code: "invalid_request", rule: "body-choices", param: "n" }),
      ),
      this.case(
        "what is recorded of nobody, and told",
        {},
        (observed) => this.ofRefusal(observed, { status: 401, code: "unauthorized" }),
        false,
      ),
      ...(this.caller.api.cache === undefined
        ? []
        : [
            this.case(
              "what is recorded of an answer from the cache, and told",
              {},
              (observed) => this.ofCached(observed),
              true,
              2,
            ),
          ]),
      ...(operations.includes("models")
        ? [this.case("the list of models", { operation: "models" }, (observed) => this.ofModels(observed))]
        : []),
    ];
  }

  private case(
    how: string,
    sent: Partial<GatewayCallProps>,
    differences: (observed: Observed) => readonly string[],
    isKnown = true,
    times = 1,
  ): AccessCase {
    return describedCase(this.environment, this.caller, how, async () =>
      differences(await this.observe(sent, isKnown, times)),
    );
  }

  /** @param times how often, from the cache if more than once: the last call is what is seen */
  private async observe(sent: Partial<GatewayCallProps>, isKnown: boolean, times: number): Promise<Observed> {
    for (let made = 1; made < times; made++) {
      await this.observe(sent, isKnown, 0);
    }
    const { api, operation, deployment } = this.caller;
    const headers = { ...PASSED, ...KEPT_BACK, ...(times === 1 ? { "cache-control": "no-store" } : {}) };
    const way = wayTo(this.environment, api);
    let answer: Answer | undefined;
    const accounts = this.simulation.model.accounts.map(({ name }) => this.simulation.account(name));
    const before = accounts.map(({ requests }) => requests.length);
    this.simulation.clearRecords();
    await callGateway({
      ...way,
      operation,
      deployment,
      shape: shapesOf(api)[0],
      perform: async (target, call) => {
        answer = await this.simulation.perform(target, call);
        return answer;
      },
      ...sent,
      ...(isKnown ? await presentCredentials(this.source, this.caller, { headers }) : { headers }),
    });
    if (answer === undefined) {
      throw new Error("no answer");
    }
    return {
      answer,
      records: this.simulation.messages,
      metrics: this.simulation.metrics,
      requests: accounts.flatMap(({ requests }, at) => requests.slice(before[at])),
    };
  }

  private ofAnswer({ answer, records, metrics, requests }: Observed, stream: string): readonly string[] {
    const [request, ...more] = requests;
    const told: Readonly<Record<string, string | undefined>> = Object.fromEntries(
      Object.entries(request?.headers ?? {}).map(([name, values]) => [name, values?.join(", ")]),
    );
    const client = decodeURIComponent(told["x-ai-gateway-client-id"] ?? "");
    const user = decodeURIComponent(told["x-ai-gateway-user-id"] ?? "none");
    const method = methodOf(this.caller.requirements);
    const dimensions = { API: this.caller.api.name, Client: client, Deployment: this.caller.deployment };
    return [
      ...(more.length > 0 ? ["more than one request"] : []),
      ...unequal(
        "answer",
        {
          status: answer.status,
          hasQuota: isAmount(answer.headers[QUOTA_HEADER]),
          hasBudget: isAmount(answer.headers[BUDGET_HEADER]),
        },
        { status: 200, hasQuota: this.hasQuota(), hasBudget: this.hasBudget() },
      ),
      ...this.ofHeaders(answer, stream === "true" ? "text/event-stream" : "application/json"),
      ...unequal("account", pick(told, Object.keys(PASSED)), PASSED),
      ...Object.keys(KEPT_BACK)
        .filter((name) => told[name] !== undefined)
        .map((name) => `account: gets ${name}`),
      ...unequal("account", pick(told, ["x-ai-gateway-auth-method", "x-ai-gateway-request-id"]), {
        "x-ai-gateway-auth-method": method,
        "x-ai-gateway-request-id": answer.headers["x-request-id"]?.toString(),
      }),
      ...unequal("client", { client }, { client: this.caller.client?.name ?? client }),
      ...this.ofRecord(records, {
        Api: this.caller.api.name,
        AuthMethod: method,
        Client: client,
        Code: "none",
        Deployment: this.caller.deployment,
        Issuer: this.caller.requirements.find((each) => each.kind === "token")?.issuer ?? "none",
        RequestId: answer.headers["x-request-id"]?.toString(),
        Rule: "none",
        // Of streams, and of vectors, the answer says nothing of it.
        ...(this.environment.settings.budgets === undefined
          ? {}
          : { CachedTokens: stream === "true" || this.caller.operation !== "chat" ? "none" : "0" }),
        Status: "200",
        Stream: stream,
        Tries: "1",
        User: user === "" ? "none" : user,
      }),
      ...(records[0]?.metadata.Backend === "none" ? ["record: no backend"] : []),
      ...(metrics.length === 0 ? ["no metric"] : []),
      ...metrics.flatMap((metric) => [
        ...unequal(metric.name, pick(metric.dimensions, Object.keys(dimensions)), dimensions),
        ...(metric.namespace === "ai-gateway" ? [] : [`${metric.name}: in ${metric.namespace}`]),
        ...(metric.dimensions.Operation === records[0]?.metadata.Operation
          ? []
          : [`${metric.name}: no operation`]),
      ]),
    ];
  }

  /** The second time, no account is asked. */
  private ofCached({ answer, records, metrics, requests }: Observed): readonly string[] {
    const client = records[0]?.metadata.Client;
    const told = Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name, value?.toString()]),
    );
    const saved = metrics.find(({ name }) => name === "Tokens Saved");
    // A similar question is found by its embedding, and API Management does not tell when it kept the answer.
    const isSemantic = this.caller.api.cache?.kind === "semantic";
    const asked = requests.filter(({ path }) => !(isSemantic && /\/embeddings(?:\?|$)/.test(path)));
    const user = String(records[0]?.metadata.User);
    return [
      ...(asked.length > 0 ? ["an account is asked"] : []),
      ...unequal(
        "answer",
        { status: answer.status, cache: told["x-ai-gateway-cache"] },
        { status: 200, cache: "hit" },
      ),
      ...(isSemantic === (told.age === undefined) && /^\d*$/.test(told.age ?? "")
        ? []
        : [`answer: its age is ${told.age}`]),
      ...(answer.body.includes('"usage"') ? [] : ["answer: has another body"]),
      // No account is told of the caller, so that logs have it from the answer.
      ...this.ofHeaders(
        {
          ...answer,
          headers: { ...answer.headers, ...Object.fromEntries(TOLD.map((name) => [name, undefined])) },
        },
        "application/json",
      ),
      ...unequal("answer", pick(told, TOLD), {
        "x-ai-gateway-client-id": encodeURIComponent(client ?? ""),
        "x-ai-gateway-user-id": user === "none" ? "" : encodeURIComponent(user),
        "x-ai-gateway-auth-method": methodOf(this.caller.requirements),
        "x-ai-gateway-request-id": told["x-request-id"],
      }),
      ...this.ofRecord(records, { Cache: "hit", Status: "200", RequestId: told["x-request-id"], Tries: "0" }),
      ...unequal(
        "Tokens Saved",
        pick(saved?.dimensions ?? {}, ["API", "Operation", "Client", "Deployment"]),
        {
          API: this.caller.api.name,
          Operation: records[0]?.metadata.Operation,
          Client: client,
          Deployment: this.caller.deployment,
        },
      ),
    ];
  }

  private ofRefusal(
    { answer, records, metrics, requests }: Observed,
    {
      status,
      code,
      rule,
      param,
    }: { readonly status: number; readonly code: string; readonly rule?: string; readonly param?: string },
  ): readonly string[] {
    const isKnown = status !== 401;
    const client = records[0]?.metadata.Client;
    return [
      ...(requests.length > 0 ? ["an account is asked"] : []),
      ...unequal("answer", { status: answer.status }, { status }),
      ...this.ofHeaders(answer, "application/json"),
      ...(isKnown === (answer.headers["www-authenticate"] === undefined)
        ? []
        : [`answer: WWW-Authenticate is ${String(answer.headers["www-authenticate"])}`]),
      ...unequal("error", pick(errorOf(answer), ["code", "param", "type"]), {
        code,
        param,
        type: param === undefined ? undefined : "invalid_request_error",
      }),
      ...(errorOf(answer).request_id === records[0]?.metadata.RequestId ? [] : ["error: has no id"]),
      ...(answer.headers["retry-after"] === undefined ? [] : ["answer: Retry-After"]),
      ...this.ofRecord(records, {
        Api: this.caller.api.name,
        AuthMethod: isKnown ? methodOf(this.caller.requirements) : "none",
        Client: isKnown ? (this.caller.client?.name ?? client) : "unknown",
        Code: code,
        Rule: rule ?? records[0]?.metadata.Rule,
        Status: String(status),
        Stream: "false",
      }),
      ...(isKnown && client === "unknown" ? ["record: no client"] : []),
      ...(records[0]?.metadata.Rule === "" ? ["record: no rule"] : []),
      ...(metrics.some(({ name }) => name === "Refusals") ? [] : ["no metric of refusals"]),
      ...metrics.flatMap(({ name, dimensions }) =>
        unequal(name, dimensions, {
          API: this.caller.api.name,
          Client: client,
          Code: code,
          Rule: records[0]?.metadata.Rule,
        }),
      ),
    ];
  }

  private ofModels({ answer, records }: Observed): readonly string[] {
    const { object, data } = JSON.parse(answer.body) as {
      readonly object: string;
      readonly data: readonly { readonly id: string }[];
    };
    const listed = data.map(({ id }) => id);
    return [
      ...this.ofHeaders(answer, "application/json"),
      ...unequal(
        "list",
        { object, missing: this.caller.deployments.filter((id) => !listed.includes(id)) },
        {
          object: "list",
          missing: [],
        },
      ),
      // Whoever is not registered may call models of other servers, too.
      ...(this.caller.client === undefined
        ? []
        : unequal(
            "list",
            { more: listed.filter((id) => !this.caller.deployments.includes(id)) },
            { more: [] },
          )),
      ...this.ofRecord(records, { Status: "200", Code: "none" }),
    ];
  }

  private ofHeaders({ headers, status }: Answer, type: string): readonly string[] {
    const given = Object.keys(headers).filter((name) => headers[name] !== undefined);
    const known = [
      ...ANSWERED,
      ...(this.hasQuota() ? [QUOTA_HEADER] : []),
      ...(this.hasBudget() ? [BUDGET_HEADER] : []),
    ];
    return [
      ...given.filter((name) => !known.includes(name)).map((name) => `answer: has ${name}`),
      ...(String(headers["content-type"]).startsWith(type)
        ? []
        : [`answer: is ${String(headers["content-type"])}`]),
      ...(String(headers["cache-control"]) === "no-store" ? [] : ["answer: may be kept"]),
      ...(status === 200 && String(headers["x-content-type-options"]) !== "nosniff"
        ? ["answer: may be taken for something else"]
        : []),
      ...(status === 200 && headers["x-request-id"] === undefined ? ["answer: has no id"] : []),
    ];
  }

  private hasQuota(): boolean {
    const { client, api } = this.caller;
    return (client?.tokenQuota ?? api.tokenQuota) !== undefined;
  }

  /** Whether a budget ends the caller's month: of the client, of its users or of its owner. */
  private hasBudget(): boolean {
    const { budgets } = this.environment.settings;
    const { budget, owner } = this.caller.client?.contract ?? {};
    return (
      budgets !== undefined &&
      (budget?.atLimit === "cutOff" ||
        budget?.monthlyAmountPerUser !== undefined ||
        budgets.owners?.[owner?.team ?? ""] !== undefined)
    );
  }

  private ofRecord(records: Observed["records"], expected: Facts): readonly string[] {
    const { requestQueue, budgets } = this.environment.settings;
    const queued = requestQueue === undefined ? [] : ["QueuedId"];
    // A refusal costs nothing.
    const priced = budgets === undefined || expected.Status !== "200" ? [] : ["CachedTokens"];
    const [record, ...more] = records;
    if (record === undefined || more.length > 0) {
      return [`${records.length} records`];
    }
    const { metadata, message } = record;
    return [
      ...unequal(
        "record",
        { message, members: Object.keys(metadata).sort().join(" ") },
        {
          message: "ai-gateway-audit",
          members: [...MEMBERS, ...queued, ...priced].sort().join(" "),
        },
      ),
      ...unequal("record", pick(metadata, Object.keys(expected)), expected),
      ...(/^\d+$/.test(String(metadata.Milliseconds)) ? [] : ["record: no time"]),
    ];
  }
}

/** How the gateway names a way in. */
function methodOf(requirements: readonly Requirement[]): string {
  return requirements.map(({ kind }) => kind).join("+");
}

function isAmount(header: unknown): boolean {
  return /^\d+(?:\.\d+)?$/.test(String(header));
}

function errorOf({ body }: Answer): Facts {
  return (JSON.parse(body) as { readonly error: Facts }).error;
}

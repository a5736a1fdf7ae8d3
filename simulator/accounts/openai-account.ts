import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { EntraTenant, RoleAssignments } from "../identity";
import type { AccountModel, DeploymentModel } from "../model";
import {
  headerValue,
  type HttpRequest,
  type HttpResponse,
  jsonResponse,
  NetworkError,
  readBytes,
  reasonPhrase,
  singleChunk,
  WholeBody,
} from "../network";
import { AccountAccess, type AccountCaller } from "./account-access";
import {
  AccountError,
  badRequest,
  deploymentNotFound,
  injectedStatus,
  internalError,
  invalidRequest,
  modelRetired,
  operationNotSupported,
  promptFiltered,
  rateLimited,
  resourceNotFound,
} from "./account-error";
import { type AccountFault, AccountFaults } from "./account-faults";
import { type AccountRoute, type InferenceRoute, routeOf } from "./account-route";
import { type CapacityDecision, DeploymentCapacity } from "./deployment-capacity";
import { faultyStream } from "./faulty-stream";
import { DATA_ACTIONS, dataActionOfFormat, servedModel } from "./inference-operation";
import { failsAt } from "./known-failures";
import { RequestBody } from "./request-body";
import { readForm, type RequestForm } from "./request-form";
import { type AccountRequest, RequestLog } from "./request-log";
import { isRetired } from "./retired-models";
import { ignoredHeaders, steeredContentFilter, steeredDeployment } from "./steering-headers";
import { encodingOf } from "./tokenizer";

export interface OpenAiAccountProps {
  readonly model: AccountModel;
  /** Tenant whose tokens the account accepts. */
  readonly tenant: EntraTenant;
  readonly roleAssignments: RoleAssignments;
  readonly clock: Clock;
}

/** Stored responses that an account remembers. */
const MAX_STORED_RESPONSES = 1000;

/** The data plane of one Azure OpenAI account: who gets in, what it answers, when it has had enough. */
export class OpenAiAccount {
  public readonly model: AccountModel;
  public readonly faults = new AccountFaults();
  public readonly log = new RequestLog();
  private readonly access: AccountAccess;
  private readonly clock: Clock;
  private capacities: ReadonlyMap<string, DeploymentCapacity>;
  private readonly storedResponses = new Map<string, object>();

  public constructor(props: OpenAiAccountProps) {
    this.model = props.model;
    this.clock = props.clock;
    this.access = new AccountAccess(props.model, props.tenant, props.roleAssignments);
    this.capacities = this.unusedCapacities();
  }

  /** Capacity, stored responses and the log as at the start; faults stay. */
  public forgetTraffic(): void {
    this.capacities = this.unusedCapacities();
    this.storedResponses.clear();
    this.log.clear();
  }

  private unusedCapacities(): ReadonlyMap<string, DeploymentCapacity> {
    return new Map(
      this.model.deployments.map((deployment) => [
        deployment.name.toLowerCase(),
        new DeploymentCapacity(deployment, this.clock),
      ]),
    );
  }

  /** Answers a request to one of the account's host names. */
  public async handle(request: HttpRequest): Promise<HttpResponse> {
    const exchange = new Exchange(request, this.clock.now());
    try {
      const bytes = await readBytes(request.body);
      exchange.body = bytes.toString("utf8");
      const route = routeOf(request);
      const type = headerValue(request.headers, "content-type");
      exchange.form = takesForm(route) ? await readForm(type, new Uint8Array(bytes)) : undefined;
      exchange.deployment =
        steeredDeployment(request.headers) ??
        route?.deployment ??
        exchange.form?.fields.model ??
        deploymentInBody(exchange.body);
      const fault = this.faults.next(exchange.deployment, exchange.body);
      if (fault.down === true) {
        throw new NetworkError("ECONNREFUSED", `${request.url.host}: connection refused`);
      }
      if (fault.latencyMs !== undefined) {
        await this.clock.sleep(fault.latencyMs, request.signal);
      }
      if (fault.status !== undefined) {
        throw injectedStatus(fault.status, fault.retryAfterSeconds);
      }
      return this.finish(exchange, await this.answer(request, route, exchange, fault));
    } catch (error) {
      if (error instanceof AccountError) {
        return this.finish(exchange, jsonResponse(error.status, error.body, error.headers));
      }
      this.log.add(exchange.entry(undefined, true));
      throw error;
    }
  }

  private async answer(
    request: HttpRequest,
    route: AccountRoute | undefined,
    exchange: Exchange,
    fault: AccountFault,
  ): Promise<HttpResponse> {
    this.access.checkNetwork(request.origin, request.sourceAddress);
    const caller = await this.access.authenticate(request.headers, route?.family === "v1");
    exchange.callerObjectId = caller.objectId;
    if (route === undefined) {
      throw resourceNotFound();
    }
    switch (route.kind) {
      case "unsupportedVersion":
        throw badRequest(route.problem);
      case "models":
        this.access.authorize(caller, DATA_ACTIONS.models, "GET /openai/models");
        return jsonResponse(200, { object: "list", data: this.models() });
      case "model":
        this.access.authorize(caller, DATA_ACTIONS.models, "GET /openai/models/{model}");
        return jsonResponse(200, this.knownModel(route.id));
      case "storedResponse":
        return this.storedResponse(request, route.id, caller);
      case "inference":
        return this.infer(request, route, caller, exchange, fault);
    }
  }

  private infer(
    request: HttpRequest,
    { operation, apiVersion, family, deployment: inPath }: InferenceRoute,
    caller: AccountCaller,
    exchange: Exchange,
    fault: AccountFault,
  ): HttpResponse {
    const place = family === "v1" ? "v1/" : inPath === undefined ? "" : "deployments/{deployment-id}/";
    const route = `POST /openai/${place}${operation.path}`;
    this.access.authorize(caller, operation.dataAction, route);
    const { form } = exchange;
    const body = form === undefined ? RequestBody.parse(exchange.body) : RequestBody.ofFields(form.fields);
    if (failsAt(operation, body)) {
      throw internalError(exchange.id);
    }
    const deployment = this.deployment(exchange.deployment);
    const ofFormat = dataActionOfFormat(deployment.modelFormat, operation);
    if (ofFormat !== undefined) {
      this.access.authorize(caller, ofFormat, route);
    }
    if (isRetired(deployment.modelName, deployment.modelVersion, this.clock.now())) {
      throw modelRetired();
    }
    if (!operation.supports(deployment.modelName)) {
      throw operationNotSupported(operation.name, deployment.modelName);
    }
    exchange.contentFilter = steeredContentFilter(exchange.request.headers, this.model.contentFilters ?? []);
    const encoding = encodingOf(deployment.modelName);
    const prepared = operation.prepare({
      body,
      form,
      deployment,
      encoding,
      created: Math.floor(this.clock.now() / 1000),
      newId: () => randomBytes(15).toString("hex").slice(0, 29),
    });
    const capacity = this.capacities.get(deployment.name.toLowerCase())?.take(prepared.estimate);
    if (capacity?.exceeded !== undefined) {
      const { operationId } = operation;
      throw rateLimited(operationId, apiVersion, capacity.exceeded, capacity.resetMs, this.model.kind);
    }
    exchange.promptTokens = prepared.promptTokens;
    if (fault.filter === "prompt") {
      throw promptFiltered();
    }
    const answer = prepared.answer(fault.filter === "completion");
    exchange.ignoredMembers = body.ignored.filter((name) => name !== "model" || inPath !== undefined);
    exchange.completionTokens = answer.completionTokens;
    this.remember(body, answer.json);
    const headers = rateHeaders(capacity, deployment);
    if (answer.media !== undefined) {
      const { type, bytes } = answer.media;
      return {
        status: 200,
        reason: reasonPhrase(200),
        headers: listed({ ...headers, "content-type": type }),
        body: singleChunk(bytes),
      };
    }
    if (!prepared.stream) {
      return jsonResponse(200, answer.json, headers);
    }
    return {
      status: 200,
      reason: reasonPhrase(200),
      headers: listed({
        ...headers,
        "content-type": "text/event-stream; charset=utf-8",
        "x-accel-buffering": "no",
      }),
      body: faultyStream(answer.events, {
        fault,
        clock: this.clock,
        signal: request.signal,
        dropped: "the account dropped the connection",
      }),
    };
  }

  private deployment(name: string | undefined): DeploymentModel {
    if (name === undefined) {
      throw invalidRequest("'model' is a required property", "model");
    }
    const found = this.model.deployments.find(
      (candidate) => candidate.name.toLowerCase() === name.toLowerCase(),
    );
    if (found === undefined) {
      throw deploymentNotFound();
    }
    return found;
  }

  private models(): readonly { readonly id: string }[] {
    const ids = new Set(this.model.deployments.map(servedModel));
    return [...ids].map((id) => ({
      id,
      object: "model",
      status: "succeeded",
      lifecycle_status: "generally-available",
      capabilities: { inference: true, fine_tune: false },
    }));
  }

  private knownModel(id: string): object {
    const found = this.models().find((candidate) => candidate.id === id);
    if (found === undefined) {
      throw resourceNotFound();
    }
    return found;
  }

  private remember(body: RequestBody, answer: object): void {
    const { id, object } = answer as { readonly id?: string; readonly object?: string };
    if (object === "response" && id !== undefined && body.get("store") !== false) {
      this.storedResponses.set(id, answer);
      const [oldest] = this.storedResponses.keys();
      if (this.storedResponses.size > MAX_STORED_RESPONSES && oldest !== undefined) {
        this.storedResponses.delete(oldest);
      }
    }
  }

  private storedResponse(request: HttpRequest, id: string, caller: AccountCaller): HttpResponse {
    const action = request.method === "DELETE" ? DATA_ACTIONS.responsesDelete : DATA_ACTIONS.responsesRead;
    this.access.authorize(caller, action, `${request.method} /openai/responses/{response_id}`);
    const stored = this.storedResponses.get(id);
    if (stored === undefined) {
      throw new AccountError(404, {
        error: {
          message: `Response with id '${id}' not found.`,
          type: "invalid_request_error",
          param: "id",
          code: null,
        },
      });
    }
    if (request.method === "DELETE") {
      this.storedResponses.delete(id);
      return jsonResponse(200, { id, object: "response", deleted: true });
    }
    return jsonResponse(200, stored);
  }

  /** Adds what every answer of the service carries, and logs the exchange. */
  private finish(exchange: Exchange, response: HttpResponse): HttpResponse {
    const clientId = headerValue(exchange.request.headers, "x-ms-client-request-id");
    const headers = listed({
      "apim-request-id": exchange.id,
      "x-request-id": exchange.id,
      "x-ms-region": this.model.location,
      "x-content-type-options": "nosniff",
      "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
      ...(clientId === undefined ? {} : { "x-ms-client-request-id": clientId }),
    });
    const entry = exchange.entry(response.status, false);
    this.log.add(entry);
    const body = response.body instanceof WholeBody ? response.body : watched(entry, response.body);
    return { ...response, headers: { ...response.headers, ...headers }, body };
  }
}

/** Notes in the log when the body does not reach its end. */
async function* watched(
  entry: { aborted: boolean },
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let complete = false;
  try {
    yield* body;
    complete = true;
  } finally {
    entry.aborted = !complete;
  }
}

/** What becomes known of a request while it is handled. */
class Exchange {
  public readonly id = randomUUID();
  public body = "";
  public form: RequestForm | undefined;
  public callerObjectId: string | undefined;
  public deployment: string | undefined;
  public contentFilter: string | undefined;
  public ignoredMembers: readonly string[] | undefined;
  public promptTokens: number | undefined;
  public completionTokens: number | undefined;

  public constructor(
    public readonly request: HttpRequest,
    private readonly time: number,
  ) {}

  public entry(status: number | undefined, aborted: boolean): AccountRequest & { aborted: boolean } {
    const { method, url, headers } = this.request;
    return {
      time: this.time,
      method,
      path: `${url.pathname}${url.search}`,
      headers,
      body: this.body,
      status,
      callerObjectId: this.callerObjectId,
      deployment: this.deployment,
      contentFilter: this.contentFilter,
      ignoredHeaders: ignoredHeaders(headers),
      ignoredMembers: this.ignoredMembers,
      promptTokens: this.promptTokens,
      completionTokens: this.completionTokens,
      aborted,
    };
  }
}

function rateHeaders(
  { remainingTokens, remainingRequests }: Partial<CapacityDecision> = {},
  { name }: DeploymentModel,
): Record<string, string> {
  return {
    "x-ms-deployment-name": name,
    "azureml-model-session": "simulator",
    ...(remainingTokens === undefined ? {} : { "x-ratelimit-remaining-tokens": String(remainingTokens) }),
    ...(remainingRequests === undefined
      ? {}
      : { "x-ratelimit-remaining-requests": String(remainingRequests) }),
  };
}

function listed(headers: Readonly<Record<string, string>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
}

function takesForm(route: AccountRoute | undefined): boolean {
  return route?.kind === "inference" && route.operation.takesForm === true;
}

/** The deployment that `model` names, where the path names none. */
function deploymentInBody(text: string): string | undefined {
  try {
    const { model } = JSON.parse(text) as { readonly model?: unknown };
    return typeof model === "string" ? model : undefined;
  } catch {
    return undefined;
  }
}

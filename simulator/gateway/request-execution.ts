import type { PolicyContext } from "../expressions";
import {
  type CompiledPolicy,
  type CompletedResponse,
  type ForwardOptions,
  type GatewayServices,
  type MutableMessage,
  type MutableRequest,
  type MutableResponse,
  PolicyError,
  type PolicyExecution,
  type SectionName,
} from "../policies";
import type { StepOutcome } from "../sinks";
import type { Exchange } from "./exchange";
import { GatewayRequest, GatewayResponse } from "./gateway-message";
import { lastErrorOf, policyErrorOf, preparedResponse } from "./gateway-error";
import { MessageContent } from "./message-content";
import { CachedAnswer, PolicyFailure, ResponseReturned } from "./pipeline-end";

/** What an execution needs of its gateway. */
export interface ExecutionGateway {
  readonly services: GatewayServices;
  /** Bytes of a body that may be held in memory. */
  readonly bufferLimit: number;
  forward(exchange: Exchange, options: ForwardOptions, signal: AbortSignal): Promise<GatewayResponse>;
}

interface Scope {
  readonly request: MutableRequest;
  /** The response under construction, instead of the exchange's. */
  readonly response?: GatewayResponse;
  readonly message?: MutableMessage;
  readonly signal: AbortSignal;
}

/** Runs policies over one exchange. */
export class RequestExecution implements PolicyExecution {
  /** Of the policy that runs: what `trace` adds to. */
  private detail: Record<string, unknown> = {};
  private running: CompiledPolicy | undefined;

  public constructor(
    private readonly exchange: Exchange,
    public readonly context: PolicyContext,
    private readonly gateway: ExecutionGateway,
    private readonly scope: Scope = { request: exchange.request, signal: exchange.incoming.signal },
  ) {}

  public get services(): GatewayServices {
    return this.gateway.services;
  }

  public get section(): SectionName {
    return this.exchange.section;
  }

  public get preflight(): boolean {
    return this.exchange.preflight;
  }

  public get clientCertificateChain(): readonly Uint8Array[] {
    return this.exchange.incoming.certificateChain;
  }

  public get request(): MutableRequest {
    return this.scope.request;
  }

  public get response(): MutableResponse | undefined {
    return this.scope.response ?? this.exchange.response;
  }

  public set response(response: MutableResponse | undefined) {
    if (this.exchange.response !== response) {
      this.exchange.response?.content.discard();
    }
    this.exchange.response = response === undefined ? undefined : asGatewayResponse(response);
  }

  public get message(): MutableMessage {
    if (this.scope.message !== undefined) {
      return this.scope.message;
    }
    if (this.section === "inbound" || this.section === "backend") {
      return this.request;
    }
    this.exchange.response ??= this.createResponse(200);
    return this.exchange.response;
  }

  public get signal(): AbortSignal {
    return this.scope.signal;
  }

  public setVariable(name: string, value: unknown): void {
    this.exchange.variables.set(name, value);
  }

  public getVariable(name: string): unknown {
    return this.exchange.variables.get(name);
  }

  public onCall(request: MutableRequest): PolicyExecution {
    return this.derive({ ...this.scope, request, message: request });
  }

  public onResponse(response: MutableResponse): PolicyExecution {
    return this.derive({ ...this.scope, response: asGatewayResponse(response), message: response });
  }

  public withSignal(signal: AbortSignal): PolicyExecution {
    return this.derive({ ...this.scope, signal });
  }

  public createResponse(status: number, reason?: string): GatewayResponse {
    return new GatewayResponse(status, reason, MessageContent.none(this.gateway.bufferLimit));
  }

  public createRequest(method: string, url: string): MutableRequest {
    const request = new GatewayRequest(method, MessageContent.none(this.gateway.bufferLimit));
    request.backend = { baseUrl: url };
    return request;
  }

  public returnResponse(response: MutableResponse): never {
    throw new ResponseReturned(asGatewayResponse(response));
  }

  public answerFromCache(response: MutableResponse, store: string): never {
    throw new CachedAnswer(asGatewayResponse(response), store);
  }

  public beforeOutbound(work: () => Promise<void> | void): void {
    this.exchange.beforeOutbound.push(this.deferred(work));
  }

  public afterPolicies(work: () => Promise<void> | void): void {
    this.exchange.afterPolicies.push(this.deferred(work));
  }

  public onResponseComplete(work: (completed: CompletedResponse) => void): void {
    const { detail } = this;
    this.exchange.onResponseComplete.push((completed) => {
      const outer = this.detail;
      this.detail = detail;
      try {
        work(completed);
      } finally {
        this.detail = outer;
      }
    });
  }

  public trace(detail: Readonly<Record<string, unknown>>): void {
    Object.assign(this.detail, detail);
  }

  public async forward(options: ForwardOptions): Promise<void> {
    // A response that is retried is dropped without having been the backend's answer.
    this.exchange.forwarded = undefined;
    this.response = undefined;
    const response = await this.gateway.forward(this.exchange, options, this.signal);
    this.response = response;
    this.trace({ status: response.status });
    if (options.failOnErrorStatusCode && response.status >= 400 && response.status <= 599) {
      const message = `The backend answered with status code ${response.status}.`;
      throw new PolicyError("forward-request", "BackendErrorStatusCode", message, undefined);
    }
  }

  public async bufferBodies(): Promise<void> {
    const policy = this.running;
    if (policy?.readsRequestBody === true) {
      await this.exchange.request.content.buffer();
    }
    if (policy?.readsResponseBody === true) {
      await this.exchange.response?.content.buffer();
    }
  }

  public async duringFailure<T>(failure: unknown, work: () => Promise<T>): Promise<T> {
    if (!(failure instanceof PolicyFailure)) {
      throw failure;
    }
    const { lastError } = this.exchange;
    this.exchange.lastError = lastErrorOf(failure);
    if (failure.error.prepared !== undefined) {
      this.response = preparedResponse(this.exchange, failure.error.prepared, this.gateway.bufferLimit);
    }
    try {
      return await work();
    } finally {
      this.exchange.lastError = lastError;
    }
  }

  public async run(policies: readonly CompiledPolicy[]): Promise<void> {
    const { detail, running } = this;
    try {
      for (const policy of policies) {
        await this.step(policy);
      }
    } finally {
      this.detail = detail;
      this.running = running;
    }
  }

  private async step(policy: CompiledPolicy): Promise<void> {
    const detail: Record<string, unknown> = {};
    this.detail = detail;
    this.running = policy;
    const { name: element, id, position } = policy;
    const index = this.exchange.steps.length;
    const start = performance.now();
    const note = (outcome: StepOutcome): void => {
      const durationMs = performance.now() - start;
      this.exchange.steps[index] = { element, id, position, outcome, durationMs, detail };
    };
    note("cancelled");
    try {
      this.signal.throwIfAborted();
      if (policy.readsRequestBody || policy.readsResponseBody) {
        await this.bufferBodies();
      }
      // Most policies answer at once; awaiting those would cost a turn of the event loop each.
      const pending = policy.execute(this);
      if (pending !== undefined) {
        await pending;
      }
      note("completed");
    } catch (error) {
      if (error instanceof ResponseReturned || error instanceof CachedAnswer) {
        note("endedPipeline");
        throw error;
      }
      if (this.signal.aborted && !this.exchange.incoming.signal.aborted) {
        throw error;
      }
      note("failed");
      throw this.failureOf(error, policy);
    }
  }

  /** Work for later counts as the policy's own: its expressions find their bodies, its errors their place. */
  private deferred(work: () => Promise<void> | void): () => Promise<void> {
    const { running: policy, detail } = this;
    return async () => {
      const outer = this.detail;
      this.running = policy;
      this.detail = detail;
      try {
        await this.bufferBodies();
        await work();
      } catch (error) {
        throw policy === undefined ? error : this.failureOf(error, policy);
      } finally {
        this.running = undefined;
        this.detail = outer;
      }
    };
  }

  /** The innermost policy is the one that failed; its parents pass the failure on. */
  private failureOf(error: unknown, policy: CompiledPolicy): unknown {
    if (error instanceof PolicyFailure) {
      return error;
    }
    const converted = policyErrorOf(error, policy.name);
    return converted === undefined ? error : new PolicyFailure(converted, policy.position, policy.id);
  }

  private derive(scope: Scope): RequestExecution {
    const execution = new RequestExecution(this.exchange, this.context, this.gateway, scope);
    execution.running = this.running;
    return execution;
  }
}

/** Every response of a run was made by `createResponse` or by `forward`. */
function asGatewayResponse(response: MutableResponse): GatewayResponse {
  if (response instanceof GatewayResponse) {
    return response;
  }
  throw new TypeError("a policy passed a response that this execution did not create");
}

import type { PolicyContext } from "../../expressions";
import type { CancellationSignal } from "../network";
import {
  type CompiledPolicy,
  type CompletedResponse,
  type ForwardOptions,
  type MutableMessage,
  type MutableRequest,
  type MutableResponse,
  PolicyError,
  type PolicyExecution,
  type PolicyServices,
  type SectionName,
} from "../policies";
import type { Exchange } from "./exchange";
import { lastErrorOf, policyErrorOf, preparedResponse } from "./gateway-error";
import { GatewayRequest, GatewayResponse } from "./gateway-message";
import { MessageContent } from "./message-content";
import { CachedAnswer, PolicyFailure, ResponseReturned } from "./pipeline-end";

/** What an execution needs of its gateway. */
export interface ExecutionGateway {
  readonly services: PolicyServices;
  /** Bytes of a body that may be held in memory. */
  readonly bufferLimit: number;
  forward(exchange: Exchange, options: ForwardOptions, signal: CancellationSignal): Promise<GatewayResponse>;
}

interface Scope {
  readonly request: MutableRequest;
  /** The response under construction, instead of the exchange's. */
  readonly response?: GatewayResponse;
  readonly message?: MutableMessage;
  readonly signal: CancellationSignal;
}

/** Runs policies over one exchange. */
export class RequestExecution implements PolicyExecution {
  /** The step that runs. */
  private running: number | undefined;

  public constructor(
    private readonly exchange: Exchange,
    public readonly context: PolicyContext,
    private readonly gateway: ExecutionGateway,
    private readonly scope: Scope = { request: exchange.request, signal: exchange.incoming.signal },
    /** The step on whose behalf policies run; none for those of the request itself. */
    private readonly client?: number,
  ) {}

  public get services(): PolicyServices {
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

  public get signal(): CancellationSignal {
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

  public withSignal(signal: CancellationSignal): PolicyExecution {
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
    const step = this.running;
    this.exchange.onResponseComplete.push((completed) => {
      const outer = this.running;
      this.running = step;
      try {
        work(completed);
      } finally {
        this.running = outer;
      }
    });
  }

  public trace(detail: Readonly<Record<string, unknown>>): void {
    // What runs on behalf of another step does not add to its details.
    if (this.running !== undefined) {
      this.exchange.steps.tell(this.running, detail);
    }
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
    const policy = this.policyOf(this.running ?? this.client);
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

  public run(policies: readonly CompiledPolicy[]): Promise<void> | void {
    const outer = this.running;
    this.exchange.steps.resume();
    try {
      for (let index = 0; index < policies.length; index += 1) {
        const pending = this.start(policies[index]!);
        if (pending !== undefined) {
          return this.finish(pending, policies, index + 1, outer);
        }
      }
    } catch (error) {
      this.running = outer;
      throw error;
    }
    this.running = outer;
  }

  /** The rest of a run, from the first policy on that does not answer at once. */
  private async finish(
    first: Promise<void>,
    policies: readonly CompiledPolicy[],
    next: number,
    outer: number | undefined,
  ): Promise<void> {
    try {
      await first;
      for (let index = next; index < policies.length; index += 1) {
        const pending = this.start(policies[index]!);
        if (pending !== undefined) {
          await pending;
        }
      }
    } finally {
      this.running = outer;
    }
  }

  /** Most policies answer at once: a promise for each of them would cost more than the policy. */
  private start(policy: CompiledPolicy): Promise<void> | void {
    const { steps } = this.exchange;
    const { started } = steps;
    const step = steps.begin(policy);
    this.running = step;
    try {
      this.signal.throwIfAborted();
      const pending = this.needsBuffering(policy)
        ? this.bufferBodies().then(() => policy.execute(this))
        : policy.execute(this);
      if (pending !== undefined) {
        return this.settle(step, started, pending);
      }
      steps.end(step, "completed", started);
    } catch (error) {
      throw this.ended(step, started, error);
    }
  }

  private async settle(step: number, started: number, pending: Promise<void>): Promise<void> {
    try {
      await pending;
      this.exchange.steps.end(step, "completed", started);
    } catch (error) {
      throw this.ended(step, started, error);
    }
  }

  /** Notes how a step ended that threw. @returns what to throw on */
  private ended(step: number, started: number, error: unknown): unknown {
    const { steps } = this.exchange;
    if (error instanceof ResponseReturned || error instanceof CachedAnswer) {
      steps.end(step, "endedPipeline", started);
      return error;
    }
    if (this.signal.aborted && !this.exchange.incoming.signal.aborted) {
      steps.end(step, "cancelled", started);
      return error;
    }
    steps.end(step, "failed", started);
    return this.failureOf(error, steps.policy(step));
  }

  private needsBuffering({ readsRequestBody, readsResponseBody }: CompiledPolicy): boolean {
    const { request, response } = this.exchange;
    return (
      (readsRequestBody && request.content.isStreaming) ||
      (readsResponseBody && response?.content.isStreaming === true)
    );
  }

  /** Work for later counts as the policy's own: its expressions find their bodies, its errors their place. */
  private deferred(work: () => Promise<void> | void): () => Promise<void> | void {
    const step = this.running;
    const policy = this.policyOf(step ?? this.client);
    return () => {
      const outer = this.running;
      let pending: Promise<void> | void = undefined;
      this.running = step;
      try {
        pending =
          policy !== undefined && this.needsBuffering(policy) ? this.bufferBodies().then(work) : work();
      } catch (error) {
        throw policy === undefined ? error : this.failureOf(error, policy);
      } finally {
        if (pending === undefined) {
          this.running = outer;
        }
      }
      return pending && this.settleDeferred(pending, policy, outer);
    };
  }

  private async settleDeferred(
    pending: Promise<void>,
    policy: CompiledPolicy | undefined,
    outer: number | undefined,
  ): Promise<void> {
    try {
      await pending;
    } catch (error) {
      throw policy === undefined ? error : this.failureOf(error, policy);
    } finally {
      this.running = outer;
    }
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
    // Its policies become steps of their own.
    return new RequestExecution(
      this.exchange,
      this.context,
      this.gateway,
      scope,
      this.running ?? this.client,
    );
  }

  private policyOf(step: number | undefined): CompiledPolicy | undefined {
    return step === undefined ? undefined : this.exchange.steps.policy(step);
  }
}

/** Every response of a run was made by `createResponse` or by `forward`. */
function asGatewayResponse(response: MutableResponse): GatewayResponse {
  if (response instanceof GatewayResponse) {
    return response;
  }
  throw new TypeError("a policy passed a response that this execution did not create");
}

import { type BackendInfo, type DeploymentInfo, ExpressionUnsupportedError } from "../../expressions";
import {
  type CompiledPolicy,
  INTERNAL_SERVER_ERROR,
  PolicyError,
  type PreparedResponse,
  type SectionName,
} from "../policies";
import type { ApiRouter } from "./api-router";
import type { Exchange } from "./exchange";
import { ExpressionContext } from "./expression-context";
import { lastErrorOf, policyErrorOf, preparedResponse } from "./gateway-error";
import type { GatewayResponse } from "./gateway-message";
import { CachedAnswer, PolicyFailure, ResponseReturned } from "./pipeline-end";
import type { PolicyScopes } from "./policy-scopes";
import { type ExecutionGateway, RequestExecution } from "./request-execution";
import type { SubscriptionAccess } from "./subscription-access";

/** What a pipeline runs with. */
export interface PipelineProps {
  readonly address: string;
  readonly router: ApiRouter;
  readonly access: SubscriptionAccess;
  readonly scopes: PolicyScopes;
  readonly deployment: DeploymentInfo;
  /** Backends by name, as expressions see them. */
  readonly backends: ReadonlyMap<string, BackendInfo>;
  /** Whether Microsoft's pages hold where deployed policies contradict them. */
  readonly isStrict: boolean;
  readonly gateway: ExecutionGateway;
}

const NOT_FOUND: PreparedResponse = { status: 404, message: "Resource not found" };

/** One request from matching to the response that the caller gets. */
export class RequestPipeline {
  public constructor(private readonly props: PipelineProps) {}

  /**
   * @returns the response; its body may still stream
   * @throws ClientDisconnectedError when there is nobody left to answer
   */
  public async run(exchange: Exchange): Promise<GatewayResponse> {
    const context = new ExpressionContext(exchange, this.props);
    const execution = new RequestExecution(exchange, context, this.props.gateway);
    try {
      await this.normal(exchange, execution);
    } catch (error) {
      await this.afterError(exchange, execution, error);
    }
    exchange.incoming.signal.throwIfAborted();
    return exchange.response ?? execution.createResponse(200);
  }

  /** Matching, key check, inbound, backend, outbound. */
  private async normal(exchange: Exchange, execution: RequestExecution): Promise<void> {
    try {
      this.match(exchange);
      const sections = this.props.scopes.for(exchange);
      if (exchange.preflight) {
        await execution.run(corsPolicies(sections.inbound));
        throw new ResponseReturned(execution.createResponse(200));
      }
      const outbound = await this.untilOutbound(exchange, execution);
      await runAll(exchange.beforeOutbound);
      exchange.section = "outbound";
      await execution.run(outbound);
    } catch (error) {
      if (!(error instanceof ResponseReturned)) {
        throw error;
      }
      execution.response = error.response;
    }
    await runAll(exchange.afterPolicies);
  }

  /** @returns what is left to run in outbound */
  private async untilOutbound(
    exchange: Exchange,
    execution: RequestExecution,
  ): Promise<readonly CompiledPolicy[]> {
    const { inbound, backend, outbound } = this.props.scopes.for(exchange);
    try {
      await execution.run(inbound);
      exchange.section = "backend";
      await execution.run(backend);
      return outbound;
    } catch (error) {
      if (!(error instanceof CachedAnswer)) {
        throw error;
      }
      execution.response = error.response;
      exchange.beforeOutbound.length = 0;
      const store = outbound.findIndex(({ name }) => name === error.store);
      return outbound.slice(store + 1);
    }
  }

  /** On-error, with the response the failure prepared. A failure in on-error itself gives a plain 500. */
  private async afterError(exchange: Exchange, execution: RequestExecution, error: unknown): Promise<void> {
    exchange.incoming.signal.throwIfAborted();
    const failure = asFailure(error, exchange, this.props.address);
    if (failure === undefined) {
      this.fault(exchange, execution, error);
      return;
    }
    exchange.lastError = lastErrorOf(failure);
    if (failure.error.prepared !== undefined || exchange.response === undefined) {
      execution.response = this.prepared(exchange, failure.error.prepared ?? INTERNAL_SERVER_ERROR);
    }
    exchange.section = "on-error";
    try {
      await this.onError(exchange, execution);
    } catch (second) {
      exchange.incoming.signal.throwIfAborted();
      const secondFailure = asFailure(second, exchange, this.props.address);
      if (secondFailure === undefined) {
        this.fault(exchange, execution, second);
        return;
      }
      exchange.lastError = lastErrorOf(secondFailure);
      execution.response = this.prepared(exchange, INTERNAL_SERVER_ERROR);
    }
  }

  private async onError(exchange: Exchange, execution: RequestExecution): Promise<void> {
    try {
      await execution.run(this.props.scopes.for(exchange)["on-error"]);
    } catch (error) {
      if (!(error instanceof ResponseReturned)) {
        throw error;
      }
      execution.response = error.response;
    }
    await runAll(exchange.afterPolicies);
  }

  /** A limit or defect of the simulator: the caller gets a 500, the trace the reason. On-error does not run. */
  private fault(exchange: Exchange, execution: RequestExecution, error: unknown): void {
    exchange.fault = faultText(error);
    execution.response = this.prepared(exchange, INTERNAL_SERVER_ERROR);
  }

  private prepared(exchange: Exchange, response: PreparedResponse): GatewayResponse {
    return preparedResponse(exchange, response, this.props.gateway.bufferLimit);
  }

  /** API, operation and the right to call them. @throws PolicyError */
  private match(exchange: Exchange): void {
    const { incoming, request } = exchange;
    const api = this.props.router.match(incoming.path, request);
    const method = preflightMethod(exchange);
    const own = api?.find(incoming.method);
    const preflight = own === undefined && method !== undefined;
    const operation = preflight ? api?.find(method) : own;
    if (api === undefined || operation === undefined) {
      const message = "Unable to match incoming request to an operation.";
      throw new PolicyError("configuration", "OperationNotFound", message, NOT_FOUND);
    }
    exchange.api = api.api;
    exchange.operation = operation.operation;
    exchange.matchedParameters = operation.parameters;
    exchange.preflight = preflight;
    request.path = api.path;

    const access = this.props.access.decide(api.api, keyOf(exchange), incoming.hostName);
    if (access.allowed) {
      exchange.subscription = access.subscription;
      exchange.product = access.product;
    } else if (!preflight) {
      throw new PolicyError("authorization", access.reason, access.prepared.message, access.prepared);
    }
    // An API without cors answers a preflight as it answers any operation it does not have.
    if (preflight && corsPolicies(this.props.scopes.for(exchange).inbound).length === 0) {
      const message = "Unable to match incoming request to an operation.";
      throw new PolicyError("configuration", "OperationNotFound", message, NOT_FOUND);
    }
  }
}

function corsPolicies(policies: readonly CompiledPolicy[]): readonly CompiledPolicy[] {
  return policies.filter(({ name }) => name === "cors");
}

/** The method a CORS preflight asks for; none for any other request. */
function preflightMethod({ incoming, request }: Exchange): string | undefined {
  const isPreflight = incoming.method === "OPTIONS" && request.headers.get("Origin") !== undefined;
  return isPreflight ? request.headers.get("Access-Control-Request-Method")?.[0] : undefined;
}

/** The header decides if it is there at all, even empty. */
function keyOf({ api, request }: Exchange): string | undefined {
  const names = api?.subscriptionKeyParameterNames;
  if (names === undefined) {
    return undefined;
  }
  const header = request.headers.get(names.header);
  return header === undefined ? request.query.get(names.query)?.join(",") : header.join(",");
}

/** Errors outside any policy (matching, key check, work that policies left for later) get a place, too. */
function asFailure(error: unknown, exchange: Exchange, address: string): PolicyFailure | undefined {
  if (error instanceof PolicyFailure) {
    return error;
  }
  const converted = policyErrorOf(error, "gateway");
  if (converted === undefined) {
    return undefined;
  }
  const section: SectionName = exchange.section;
  return new PolicyFailure(
    converted,
    { address, scope: "global", section, line: 0, column: 0, path: "" },
    undefined,
  );
}

function faultText(error: unknown): string {
  if (error instanceof ExpressionUnsupportedError) {
    return error.message;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function runAll(work: (() => Promise<void> | void)[]): Promise<void> {
  for (let item = work.shift(); item !== undefined; item = work.shift()) {
    const pending = item();
    if (pending !== undefined) {
      await pending;
    }
  }
}

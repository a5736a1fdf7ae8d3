import { randomUUID } from "node:crypto";
import type { BackendInfo, DeploymentInfo, X509Certificate2 } from "../../expressions";
import type { BackendModel, GatewayModel } from "../model";
import { type CancellationSignal, type HttpResponse, WholeBody } from "../network";
import {
  type GatewayServices,
  HeaderMap,
  NamedValues,
  OPEN_ID_PROVIDERS,
  POLICY_COMPILERS,
  type PolicyCoverage,
  PolicyDocumentCompiler,
  PolicyDocumentError,
  type PolicyProblem,
  type PolicyServices,
} from "../policies";
import type { RequestTrace, Sinks } from "../sinks";
import { ApiRouter } from "./api-router";
import { ArrivingBody } from "./arriving-body";
import { BackendForwarder } from "./backend-forwarder";
import { BackendSelector, type BreakerState } from "./backend-selector";
import type { BodySample } from "./body-sample";
import { policyAddresses, withPolicies } from "./changed-policies";
import { CIRCUIT_BREAKER_ERROR_REASONS } from "./circuit-breaker";
import { type BodySamples, DiagnosticLog } from "./diagnostic-log";
import { Exchange } from "./exchange";
import { preparedResponse } from "./gateway-error";
import { GatewayRequest, type GatewayResponse, parseQuery } from "./gateway-message";
import { ManagedIdentityTokens } from "./managed-identity-tokens";
import { MessageContent } from "./message-content";
import { policyCertificate } from "./policy-certificate";
import { PolicyScopes } from "./policy-scopes";
import { RefreshedSecrets } from "./refreshed-secrets";
import { regionName } from "./region-name";
import { type PipelineProps, RequestPipeline } from "./request-pipeline";
import { EndedRequest, type SentAnswer } from "./request-record";
import { SubscriptionAccess } from "./subscription-access";
import { Subscriptions } from "./subscriptions";
import { type TierLimits, tierLimits } from "./tier-limits";
import { wireHeaders } from "./wire-headers";

/** What a gateway is given; its sinks take the trace of each request as well. */
export interface GatewayEnvironment extends GatewayServices {
  readonly sinks: Sinks;
  /** A secret of a vault of the stacks, as it is now. @param url without version @default - none is found */
  readSecret?(url: string): string | undefined;
}

/** A request as a listener hands it over. */
export interface GatewayCall {
  readonly method: string;
  /** `Host` or `:authority`. */
  readonly host: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: Iterable<readonly [string, readonly string[]]>;
  /** None for a request without a body. */
  readonly body: AsyncIterable<Uint8Array> | undefined;
  readonly ipAddress: string;
  readonly certificateChain: readonly Uint8Array[];
  /** Aborts with ClientDisconnectedError. */
  readonly signal: CancellationSignal;
}

/** Of a named value, in characters. */
const MAX_NAMED_VALUE_LENGTH = 4_096;

function backendInfo({ name, pool }: BackendModel): BackendInfo {
  return { id: name, azureRegion: null, type: pool === undefined ? "Single" : "Pool" };
}

/** How policies are compiled. */
interface CompilationOptions {
  readonly coverage?: PolicyCoverage;
  readonly isStrict: boolean;
}

/** One API Management service: executes the policies of its stack. */
export class Gateway {
  public readonly subscriptions: Subscriptions;
  private pipeline: RequestPipeline;
  private readonly limits: TierLimits;
  private readonly diagnostics: DiagnosticLog;
  private readonly hostNames: ReadonlySet<string>;
  private readonly selector: BackendSelector;
  /** What policies remember from request to request. */
  private readonly states = new Map<string, unknown>();
  /** Values that were changed while the gateway runs, by display name. */
  private readonly changedValues = new Map<string, string>();
  /** The same of policy documents and fragments, by address. */
  private readonly changedPolicies = new Map<string, string>();
  private readonly secrets: RefreshedSecrets;
  private readonly props: PipelineProps;

  private constructor(
    public readonly model: GatewayModel,
    private readonly environment: GatewayEnvironment,
    private readonly compilation: CompilationOptions,
    scopes: PolicyScopes,
    deployment: DeploymentInfo,
  ) {
    this.limits = tierLimits(model.tier);
    this.diagnostics = new DiagnosticLog(model, environment.sinks);
    this.hostNames = new Set(model.hostNames.map(({ hostName }) => hostName.toLowerCase()));
    const services = policyServices(model, environment, this.states);
    this.secrets = new RefreshedSecrets({
      model,
      now: () => environment.clock.now(),
      readSecret: (url) => environment.readSecret?.(url),
    });
    const selector = new BackendSelector(model.backends, this.secrets, () => environment.random());
    this.selector = selector;
    const forwarder = new BackendForwarder({
      selector,
      services,
      bufferLimit: this.limits.bufferBytes,
      fetch: (request, validation) => environment.fetch(request, validation),
    });
    this.subscriptions = new Subscriptions(model.subscriptions);
    this.props = {
      address: model.address,
      router: new ApiRouter(model.apis, model.revisions),
      access: new SubscriptionAccess(model, this.subscriptions),
      scopes,
      deployment,
      backends: new Map(model.backends.map((backend) => [backend.name, backendInfo(backend)])),
      isStrict: compilation.isStrict,
      gateway: {
        services,
        bufferLimit: this.limits.bufferBytes,
        forward: (exchange, options, signal) => forwarder.forward(exchange, options, signal),
      },
    };
    this.pipeline = new RequestPipeline(this.props);
  }

  /**
   * Compiles a gateway. Everything that cannot be run as written is refused.
   * @param coverage counts what of its policies requests reach @default - nobody does
   * @param isStrict whether Microsoft's pages hold where deployed policies contradict them
   * @throws PolicyDocumentError with every problem of the gateway
   */
  public static async create(
    model: GatewayModel,
    environment: GatewayEnvironment,
    coverage?: PolicyCoverage,
    isStrict = false,
  ): Promise<Gateway> {
    const compilation: CompilationOptions = { coverage, isStrict };
    const scopes = compiled(model, compilation);
    return new Gateway(model, environment, compilation, scopes, await deploymentOf(model, environment));
  }

  /**
   * What cannot be run as written of a gateway's policies.
   * @param isStrict whether Microsoft's pages hold where deployed policies contradict them
   */
  public static problemsOf(model: GatewayModel, isStrict = false): readonly PolicyProblem[] {
    try {
      compiled(model, { isStrict });
    } catch (error) {
      if (error instanceof PolicyDocumentError) {
        return error.problems;
      }
      throw error;
    }
    return [];
  }

  /** The host name that stands for the gateway where a caller used none of its names. */
  public get primaryHostName(): string {
    const { hostNames, name } = this.model;
    const primary = hostNames.find(({ isDefault }) => !isDefault) ?? hostNames[0];
    return primary?.hostName ?? `${name}.azure-api.net`;
  }

  /** Whether TLS asks for client certificates at a host name. */
  public negotiatesClientCertificate(hostName: string): boolean {
    return this.model.hostNames.some(
      (host) => host.hostName.toLowerCase() === hostName.toLowerCase() && host.negotiateClientCertificate,
    );
  }

  /** One of the gateway's host names for what a caller named: the primary one for any other. */
  public hostNameFor(host: string): string {
    const name = host.replace(/:\d+$/, "").toLowerCase();
    return this.hostNames.has(name) ? name : this.primaryHostName;
  }

  /**
   * Changes a named value, as `az apim nv update` does. Requests that begin afterwards find it; those that run go on
   * with what they began with.
   * @param displayName as policies refer to it
   * @param value 1 to 4,096 characters, not only white space
   * @throws Error for an unknown name, and for a value that Azure does not take
   * @throws PolicyDocumentError when the policies cannot be run with it; then nothing has changed
   */
  public setNamedValue(displayName: string, value: string): void {
    const { namedValues } = this.model;
    if (!namedValues.some((each) => each.displayName === displayName)) {
      const known = namedValues.map((each) => each.displayName).join(", ") || "none";
      throw new Error(`no named value '${displayName}' in the gateway; there are: ${known}`);
    }
    if (value.trim() === "" || value.length > MAX_NAMED_VALUE_LENGTH) {
      throw new Error(
        `a named value must have 1 to ${MAX_NAMED_VALUE_LENGTH} characters, not only white space, got ${value.length}`,
      );
    }
    const values = new Map(this.changedValues).set(displayName, value);
    const scopes = compiled(this.modelWith(values, this.changedPolicies), this.compilation);
    this.changedValues.set(displayName, value);
    this.secrets.change(displayName, value);
    this.pipeline = new RequestPipeline({ ...this.props, scopes });
  }

  /**
   * Changes a policy document or a fragment, as the editor of the portal does. Requests that begin afterwards find it;
   * those that run go on with what they began with.
   * @param address that Terraform has for it
   * @throws Error for an unknown address
   * @throws PolicyDocumentError when it cannot be run; then nothing has changed
   */
  public setPolicy(address: string, xml: string): void {
    const known = policyAddresses(this.model);
    if (!known.includes(address)) {
      throw new Error(`no policy '${address}' in the gateway; there are: ${known.join(", ") || "none"}`);
    }
    const policies = new Map(this.changedPolicies).set(address, xml);
    const scopes = compiled(this.modelWith(this.changedValues, policies), this.compilation);
    this.changedPolicies.set(address, xml);
    this.pipeline = new RequestPipeline({ ...this.props, scopes });
  }

  private modelWith(
    values: ReadonlyMap<string, string>,
    policies: ReadonlyMap<string, string>,
  ): GatewayModel {
    const namedValues = this.model.namedValues.map((each) => ({
      ...each,
      value: values.get(each.displayName) ?? each.value,
    }));
    return { ...withPolicies(this.model, policies), namedValues };
  }

  /** Circuit breakers of its backends, as they are now. */
  public get breakers(): readonly BreakerState[] {
    return this.selector.breakers(this.environment.clock.now());
  }

  /** Counters, caches, breakers and pools as at the start; what it knows of token issuers stays. */
  public forgetTraffic(): void {
    for (const namespace of this.states.keys()) {
      if (namespace !== OPEN_ID_PROVIDERS) {
        this.states.delete(namespace);
      }
    }
    this.selector.reset();
  }

  /**
   * Runs one request.
   * @throws ClientDisconnectedError when there is nobody left to answer
   */
  public async handle(call: GatewayCall): Promise<HttpResponse> {
    const samples = this.diagnostics.samples();
    const exchange = this.exchangeOf(call, samples);
    const start = performance.now();
    const finish = (outcome: RequestTrace["outcome"], sent?: SentAnswer): void => {
      const ended = new EndedRequest(this.model.name, exchange, outcome, sent, performance.now() - start);
      this.environment.sinks.request(ended);
      this.diagnostics.write(exchange, ended.summary, samples);
    };
    let response: GatewayResponse;
    try {
      if (exchange.incoming.certificateChain.length > 0) {
        exchange.certificate = await judgedCertificate(this.environment, exchange.incoming.certificateChain);
      }
      response = this.refusal(exchange) ?? (await this.pipeline.run(exchange));
    } catch (error) {
      exchange.response?.content.discard();
      finish("clientDisconnected");
      throw error;
    }
    return answerOf(response, exchange, samples, finish);
  }

  private exchangeOf(call: GatewayCall, samples: BodySamples | undefined): Exchange {
    const [path = "/", ...rest] = call.target.split("?");
    const query = parseQuery(rest.join("?"));
    const { bufferBytes, requestBytes } = this.limits;
    const content =
      call.body === undefined
        ? MessageContent.none(bufferBytes)
        : MessageContent.stream(
            new ArrivingBody(call.body, requestBytes, call.signal, samples?.request),
            bufferBytes,
          );
    const request = new GatewayRequest(call.method, content, new HeaderMap(call.headers));
    for (const [name, values] of query) {
      request.query.set(name, [...values]);
    }
    const incoming = {
      id: randomUUID(),
      timestamp: this.environment.clock.now(),
      method: call.method,
      hostName: this.hostNameFor(call.host),
      headerHost: call.host,
      path,
      queryString: call.target.slice(path.length),
      query,
      ipAddress: call.ipAddress,
      certificateChain: call.certificateChain,
      signal: call.signal,
    };
    return new Exchange(incoming, request);
  }

  /** What the platform refuses before any policy. */
  private refusal(exchange: Exchange): GatewayResponse | undefined {
    const { incoming, request } = exchange;
    const { urlBytes, segmentCharacters, requestBytes, bufferBytes } = this.limits;
    const tooLong =
      Buffer.byteLength(incoming.path + incoming.queryString) > (urlBytes ?? Infinity) ||
      incoming.path.split("/").some((segment) => segment.length > segmentCharacters);
    if (tooLong) {
      return preparedResponse(exchange, { status: 414, message: "URI Too Long" }, bufferBytes);
    }
    const length = Number(request.headers.get("Content-Length")?.[0] ?? 0);
    if (length > (requestBytes ?? Infinity)) {
      return preparedResponse(exchange, { status: 413, message: "Payload Too Large" }, bufferBytes);
    }
    return undefined;
  }
}

/**
 * Compiles the policies of a gateway.
 * @throws PolicyDocumentError with every problem of the gateway
 */
function compiled(model: GatewayModel, { coverage, isStrict }: CompilationOptions): PolicyScopes {
  const compiler = new PolicyDocumentCompiler(model, POLICY_COMPILERS, coverage, isStrict);
  const scopes = new PolicyScopes(model, compiler);
  const namedValues = new NamedValues(model);
  for (const { address, single } of model.backends) {
    for (const value of Object.values({ ...single?.headers, ...single?.query })) {
      namedValues.substitute(value, (name) => {
        const problem = `credentials refer to named value '${name}', which does not exist`;
        compiler.report({ address, line: 0, column: 0, problem });
      });
    }
    for (const reason of single?.circuitBreaker?.errorReasons ?? []) {
      if (!CIRCUIT_BREAKER_ERROR_REASONS.some((known) => known.toLowerCase() === reason.toLowerCase())) {
        const problem = `circuit breaker: error reason '${reason}' is not simulated; known: ${CIRCUIT_BREAKER_ERROR_REASONS.join(", ")}`;
        compiler.report({ address, line: 0, column: 0, problem });
      }
    }
  }
  if (compiler.problems.length > 0) {
    throw new PolicyDocumentError(compiler.problems);
  }
  return scopes;
}

/** What policies are given: tokens are kept, and the gateway remembers. */
function policyServices(
  model: GatewayModel,
  services: GatewayServices,
  states: Map<string, unknown>,
): PolicyServices {
  const tokens = new ManagedIdentityTokens(services);
  return {
    ...services,
    model,
    managedIdentityToken: (resource, clientId) => tokens.get(resource, clientId),
    state: <T>(namespace: string, create: () => T): T => {
      if (!states.has(namespace)) {
        states.set(namespace, create());
      }
      // One namespace is one policy's, which always creates the same type.
      return states.get(namespace) as T;
    },
  };
}

async function deploymentOf(model: GatewayModel, environment: GatewayEnvironment): Promise<DeploymentInfo> {
  const certificates = new Map<string, X509Certificate2>();
  for (const { name, der } of model.certificates) {
    const certificate = await judgedCertificate(environment, [der]);
    if (certificate !== null) {
      certificates.set(name, certificate);
    }
  }
  return {
    region: regionName(model.location),
    serviceId: model.id,
    serviceName: model.name,
    gatewayId: "managed",
    gateway: { id: "managed", instanceId: "managed", isManaged: true },
    certificates,
  };
}

/** Expressions cannot wait for a revocation list, so the chain is judged before they run. */
async function judgedCertificate(
  environment: GatewayEnvironment,
  chain: readonly Uint8Array[],
): Promise<X509Certificate2 | null> {
  const [leaf] = chain;
  if (leaf === undefined) {
    return null;
  }
  const [withRevocation, without] = await Promise.all([
    environment.verifyClientCertificate(chain, true),
    environment.verifyClientCertificate(chain, false),
  ]);
  return policyCertificate(leaf, {
    valid: withRevocation.length === 0,
    validWithoutRevocation: without.length === 0,
  });
}

function answerOf(
  response: GatewayResponse,
  exchange: Exchange,
  samples: BodySamples | undefined,
  finish: (outcome: RequestTrace["outcome"], sent: SentAnswer) => void,
): HttpResponse {
  // Hop-by-hop fields are the listener's, and so is the length of what streams.
  const headers = response.headers.endToEnd();
  const body = response.content.take();
  if (body === undefined || body instanceof Uint8Array) {
    headers.set("Content-Length", [String(body?.byteLength ?? 0)]);
  }
  const { status, reason } = response;
  const sent: SentAnswer = {
    status,
    headers: wireHeaders(headers),
    errorBody:
      status >= 400 && body instanceof Uint8Array && body.byteLength <= MAX_TRACED_BODY_BYTES
        ? Buffer.from(body).toString("utf8")
        : undefined,
  };
  const sample = samples?.response;
  return {
    status,
    reason,
    headers: sent.headers,
    body: observed(body, exchange, sample, (outcome) => finish(outcome, sent)),
  };
}

/** Bytes of an answer's body that a trace keeps. */
const MAX_TRACED_BODY_BYTES = 2_048;

/** The body on its way to the caller. @param finish told how that ended */
function observed(
  body: AsyncIterable<Uint8Array> | Uint8Array | undefined,
  { incoming }: Exchange,
  sample: BodySample | undefined,
  finish: (outcome: RequestTrace["outcome"]) => void,
): AsyncIterable<Uint8Array> {
  if (body === undefined || body instanceof Uint8Array || body instanceof WholeBody) {
    const bytes = body instanceof WholeBody ? body.take() : (body ?? new Uint8Array());
    sample?.keep(bytes);
    return new WholeBody(bytes, (isComplete) => finish(isComplete ? "completed" : "clientDisconnected"));
  }
  return observedStream(body, incoming.signal, sample, finish);
}

async function* observedStream(
  body: AsyncIterable<Uint8Array>,
  signal: CancellationSignal,
  sample: BodySample | undefined,
  finish: (outcome: RequestTrace["outcome"]) => void,
): AsyncGenerator<Uint8Array> {
  let outcome: RequestTrace["outcome"] = "clientDisconnected";
  try {
    for await (const chunk of body) {
      sample?.keep(chunk);
      yield chunk;
    }
    outcome = "completed";
  } catch (error) {
    outcome = signal.aborted ? "clientDisconnected" : "backendBrokeOff";
    throw error;
  } finally {
    finish(outcome);
  }
}

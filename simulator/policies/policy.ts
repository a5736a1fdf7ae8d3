import type { PolicyContext } from "../../expressions/context";
import type { GatewayModel } from "../model";

/** The four sections of a policy document. */
export type SectionName = "inbound" | "backend" | "outbound" | "on-error";

/** Scopes, broad to narrow. Workspaces are not modelled. */
export type ScopeName = "global" | "product" | "api" | "operation";

/** Groups of tiers that offer the same policies. */
export type GatewayKind = "classic" | "v2" | "consumption";

/** Where an element stands, for errors and traces: resource address, scope, section, line and path. */
export interface PolicyPosition {
  readonly address: string;
  readonly scope: ScopeName;
  readonly section: SectionName;
  readonly line: number;
  readonly column: number;
  /** Nesting as `context.LastError.Path` gives it, for example `choose[1]\when[2]`. */
  readonly path: string;
}

/** A policy that has been checked and compiled at load; running it never parses anything. */
export interface CompiledPolicy {
  readonly name: string;
  /** The element's `id` attribute: `context.LastError.PolicyId`. */
  readonly id?: string;
  readonly position: PolicyPosition;
  /** Whether an expression of this element (not of nested policies) reads a body, which is buffered first. */
  readonly readsRequestBody: boolean;
  readonly readsResponseBody: boolean;
  readonly execute: PolicyRun;
}

/** What a policy does with one request. */
export type PolicyRun = (execution: PolicyExecution) => Promise<void> | void;

/**
 * How one policy element is compiled. One file a policy, registered in `policies/index.ts`.
 * `id` is allowed on every policy and handled outside.
 */
export interface PolicyCompiler {
  readonly name: string;
  readonly sections: readonly SectionName[];
  /** @default - all scopes */
  readonly scopes?: readonly ScopeName[];
  /** Tiers that have the policy. @default - all */
  readonly gateways?: readonly GatewayKind[];
  /** At most one in a document or section. @default - any number */
  readonly once?: "document" | "section";
  /** Whether a fragment may hold it. @default true */
  readonly allowedInFragment?: boolean;
  /** Attributes, children and text. Checked before `compile`, which therefore sees only well-shaped elements. */
  readonly shape: ElementShape;
  compile(element: PolicyElementNode, compilation: PolicyCompilation): PolicyRun;
}

/** What an element may hold; everything else is refused at load. */
export interface ElementShape {
  /** @default - no attribute */
  readonly attributes?: Readonly<Record<string, AttributeShape>>;
  /** Groups of attributes of which exactly one must be present. @default - none */
  readonly exactlyOne?: readonly (readonly string[])[];
  /** Child elements in the order they must have. @default - no child */
  readonly children?: readonly ChildShape[];
  /** Text content. @default "none" */
  readonly text?: "none" | "optional" | "required";
  /** The children are policies: checked and compiled by `compilation.nested`. @default false */
  readonly policies?: boolean;
  /** With `policies`: names allowed, others are refused. @default - all that the section allows */
  readonly policyNames?: readonly string[];
}

export interface AttributeShape {
  /** @default false */
  readonly required?: boolean;
  /** Whether a policy expression may stand there. @default false */
  readonly expression?: boolean;
  /** How a literal is checked. @default "string" */
  readonly type?: "string" | "boolean" | "integer" | "number";
  /** Literals allowed. @default - any of the type */
  readonly values?: readonly string[];
  /** @default - no bound */
  readonly min?: number;
  /** @default - no bound */
  readonly max?: number;
}

export interface ChildShape {
  readonly name: string;
  /** @default 0 */
  readonly min?: number;
  /** @default - any number */
  readonly max?: number;
  /** @default - the child is a policy, checked and compiled by `compilation.building` */
  readonly shape?: ElementShape;
}

/** A parsed XML element with its place in the document. Named values are substituted. */
export interface PolicyElementNode {
  readonly name: string;
  /** Without `id`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly PolicyElementNode[];
  /** Text and CDATA directly in the element, concatenated. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What a compiler may use at load. Problems are collected, so that one load reports all of a stack at once. */
export interface PolicyCompilation {
  readonly position: PolicyPosition;
  /** For references by name: certificates, loggers, backends, fragments. */
  readonly model: GatewayModel;
  /** Reports a problem; loading fails after everything has been read. */
  refuse(problem: string, node?: PolicyElementNode): void;
  /**
   * A literal, or a compiled expression, as a string-producing value: attribute value or element text.
   * A null result gives the empty string. The values run with the bodies they read already buffered.
   */
  text(value: string, node: PolicyElementNode): TextValue;
  /** As `text`, keeping the C# value; a literal gives its string. */
  value(value: string, node: PolicyElementNode): DynamicValue;
  boolean(value: string, node: PolicyElementNode): BooleanValue;
  number(value: string, node: PolicyElementNode): NumberValue;
  /** Compiles nested policies (`choose`, `retry`, `wait`, `limit-concurrency`) under `parentPath`. */
  nested(parent: PolicyElementNode, parentPath?: string): readonly CompiledPolicy[];
  /**
   * Compiles children that build one message of their own (`send-request`, `return-response`): placement in
   * sections and scopes is not theirs to follow. Run them with `execution.onCall` or `execution.onResponse`.
   */
  building(nodes: readonly PolicyElementNode[]): readonly CompiledPolicy[];
  /** The policies of a fragment, compiled for this place. An unknown or misplaced one is refused. */
  fragment(fragmentId: string): readonly CompiledPolicy[];
}

export type TextValue = (execution: PolicyExecution) => string;
export type BooleanValue = (execution: PolicyExecution) => boolean;
export type NumberValue = (execution: PolicyExecution) => number;
/** Gives a C# value as the expression engine represents it. */
export type DynamicValue = (execution: PolicyExecution) => unknown;

/**
 * One request's run. The gateway implements it; policies change the exchange only through it.
 * `context` is the read-only view that expressions get.
 */
export interface PolicyExecution {
  readonly context: PolicyContext;
  readonly services: GatewayServices;
  readonly section: SectionName;
  /** A CORS preflight for which the API has no operation: only `cors` policies run. */
  readonly preflight: boolean;
  /** Certificates the client presented, leaf first, DER; empty unless the host name negotiates. */
  readonly clientCertificateChain: readonly Uint8Array[];
  /**
   * The message that `set-header` and `set-body` act on: the request in inbound and backend, the response in
   * outbound and on-error, the message under construction inside `send-request` and `return-response`.
   */
  readonly message: MutableMessage;
  readonly request: MutableRequest;
  /** None before a response exists. */
  response: MutableResponse | undefined;
  setVariable(name: string, value: unknown): void;
  getVariable(name: string): unknown;
  /** Runs policies one after the other. @returns nothing when none of them had to wait */
  run(policies: readonly CompiledPolicy[]): Promise<void> | void;
  /** Aborts when the caller is gone, or when a `wait` needs this branch no more. */
  readonly signal: AbortSignal;
  /** The same run in a branch that can be cancelled on its own. */
  withSignal(signal: AbortSignal): PolicyExecution;
  /**
   * Buffers the bodies that the running policy's expressions read. Done before every policy; a policy calls it
   * before it evaluates an expression again after a new response came.
   */
  bufferBodies(): Promise<void>;
  /**
   * Runs `work` with the error of a nested policy visible as `context.LastError` and its prepared response as
   * `context.Response`, as the condition of `retry` sees it.
   * @param failure what `run` threw
   * @throws `failure` itself when it is no policy's failure but ends the pipeline
   */
  duringFailure<T>(failure: unknown, work: () => Promise<T>): Promise<T>;
  /** Sends the request to the backend; `response` is set when its headers have come. */
  forward(options: ForwardOptions): Promise<void>;
  /** The same run, acting on a request that is not the caller's. */
  onCall(request: MutableRequest): PolicyExecution;
  /** The same run, acting on a response under construction. */
  onResponse(response: MutableResponse): PolicyExecution;
  /** Ends the pipeline: the response goes to the caller, later sections do not run. */
  returnResponse(response: MutableResponse): never;
  /** Answers from a cache: the backend is not called, outbound resumes after its policy named `store`. */
  answerFromCache(response: MutableResponse, store: string): never;
  /** A response without headers and body. */
  createResponse(status: number, reason?: string): MutableResponse;
  createRequest(method: string, url: string): MutableRequest;
  /** Work between the backend's response (headers) and outbound: consumed-token headers. Not run on errors. */
  beforeOutbound(work: () => Promise<void> | void): void;
  /** Work when the last policy has run and before the response leaves, errors included: counters. */
  afterPolicies(work: () => Promise<void> | void): void;
  /** Work at the end of the backend's response body: token counts, metrics. Never called without a backend call. */
  onResponseComplete(work: (completed: CompletedResponse) => void): void;
  /** Adds to the trace of the running policy. Never pass a secret. */
  trace(detail: Readonly<Record<string, unknown>>): void;
}

/** The attributes of `forward-request`. */
export interface ForwardOptions {
  /** Milliseconds until the response's headers. */
  readonly timeoutMs: number;
  readonly followRedirects: boolean;
  readonly bufferRequestBody: boolean;
  readonly bufferResponse: boolean;
  readonly failOnErrorStatusCode: boolean;
}

/** Headers as APIM keeps them: case-insensitive names, several values each. */
export interface MutableHeaders {
  get(name: string): readonly string[] | undefined;
  set(name: string, values: readonly string[]): void;
  append(name: string, values: readonly string[]): void;
  delete(name: string): void;
  entries(): IterableIterator<[string, readonly string[]]>;
}

export interface MutableMessage {
  readonly headers: MutableHeaders;
  readonly hasBody: boolean;
  /** Replaces the body; `undefined` removes it. */
  setBody(body: Uint8Array | string | undefined): void;
  /** Whole body, buffered and kept. @throws PolicyError when an expression has consumed it. */
  readBody(): Promise<Uint8Array>;
}

export interface MutableRequest extends MutableMessage {
  method: string;
  /** Path below the API's path, with a leading slash, as it will be appended to the backend's URL. */
  path: string;
  /** Query parameters in order, each with its values. */
  readonly query: Map<string, string[]>;
  /** Backend id, or base URL; the last one set wins. For a call of `send-request`: its URL. */
  backend: { readonly backendId: string } | { readonly baseUrl: string } | undefined;
  /** DER of the certificate presented to the backend. */
  clientCertificate: Uint8Array | undefined;
}

export interface MutableResponse extends MutableMessage {
  status: number;
  reason: string;
}

/** What is known when the last byte of the backend's response has passed. */
export interface CompletedResponse {
  readonly status: number;
  readonly headers: MutableHeaders;
  readonly body: Uint8Array;
  /** The backend or the client ended it early; `body` is what came until then. */
  readonly aborted: boolean;
}

/** Shared, per-gateway state and the outside world. Every time-dependent policy reads `clock`. */
export interface GatewayServices {
  readonly clock: GatewayClock;
  /**
   * All calls out of the gateway: names resolve to the simulated world, never to the internet.
   * @throws NetworkError (`simulator/network`) when no response comes
   */
  fetch(request: OutboundRequest): Promise<OutboundResponse>;
  /** Token of the gateway's managed identity. @throws when the identity is not attached. */
  managedIdentityToken(resource: string, clientId: string | undefined): Promise<string>;
  /**
   * Judges a client's certificate chain against the gateway's certificate stores (`simulator/certificates`).
   * @param chain DER, leaf first
   * @returns everything that is wrong; empty for a good chain. @throws when the leaf cannot be parsed
   */
  verifyClientCertificate(
    chain: readonly Uint8Array[],
    checkRevocation: boolean,
  ): Promise<readonly CertificateFinding[]>;
  /** State that lives as long as the gateway: counters, caches, breakers; one namespace a policy. */
  state<T>(namespace: string, create: () => T): T;
  /** Metrics, logs and events, readable by tests. */
  readonly sinks: GatewaySinks;
  readonly model: GatewayModel;
  /** Pseudo-random number in [0, 1), from the simulation's seed. */
  random(): number;
}

/** One thing wrong with a certificate chain; `status` is a `ChainStatus` of `simulator/certificates`. */
export interface CertificateFinding {
  readonly status: string;
  /** Subject of the certificate at fault. */
  readonly subject: string;
  readonly detail: string;
}

export interface GatewayClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves when the clock has moved on by `ms`. @throws the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface GatewaySinks {
  metric(record: MetricRecord): void;
  log(record: LogRecord): void;
  trace(record: TraceRecord): void;
}

export interface MetricRecord {
  readonly name: string;
  readonly namespace: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** An event sent to a logger: by `log-to-eventhub`, or by a diagnostic. */
export interface LogRecord {
  readonly logger: string;
  readonly body: string;
  readonly partitionId?: string;
  readonly partitionKey?: string;
}

export interface TraceRecord {
  readonly source: string;
  readonly severity: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface OutboundRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Time allowed until the response's headers. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** DER of the certificate presented in TLS. */
  readonly clientCertificate?: Uint8Array;
}

export interface OutboundResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The response APIM has prepared before on-error runs: `{"statusCode", "message"}` in JSON. */
export interface PreparedResponse {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the caller learns of a fault inside the gateway; the pipeline adds the activity id. */
export const internalServerError: PreparedResponse = { status: 500, message: "Internal server error" };

/**
 * An error as `context.LastError` shows it. Policies throw it; the pipeline moves to on-error with the
 * prepared response.
 */
export class PolicyError extends Error {
  public override readonly name = "PolicyError";
  public constructor(
    public readonly source: string,
    public readonly reason: string,
    message: string,
    /** None keeps the response that is there. */
    public readonly prepared: PreparedResponse | undefined,
  ) {
    super(message);
  }
}

import type { PolicyContext } from "../expressions/context";

/** The four sections of a policy document. */
export type SectionName = "inbound" | "backend" | "outbound" | "on-error";

/** Scopes, broad to narrow. */
export type ScopeName = "global" | "product" | "api" | "operation";

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
  execute(execution: PolicyExecution): Promise<void>;
}

/** How one policy element is compiled. One file a policy, registered by element name in `policies/index.ts`. */
export interface PolicyCompiler {
  readonly name: string;
  readonly sections: readonly SectionName[];
  compile(element: PolicyElementNode, compilation: PolicyCompilation): CompiledPolicy;
}

/** A parsed XML element with its place in the document. */
export interface PolicyElementNode {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly PolicyElementNode[];
  /** Concatenated text content. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/**
 * What a compiler may use at load. Unknown attributes or children must be refused through `refuse`, which
 * collects, so that one load reports every problem of a stack at once.
 */
export interface PolicyCompilation {
  readonly position: PolicyPosition;
  /** Reports a problem of this element; loading fails after everything has been read. */
  refuse(problem: string, node?: PolicyElementNode): void;
  /** A literal, or a compiled expression, as a string-producing value. Named values are already substituted. */
  text(value: string, node: PolicyElementNode): TextValue;
  /** As `text`, keeping the C# value. */
  value(value: string, node: PolicyElementNode): DynamicValue;
  boolean(value: string, node: PolicyElementNode): BooleanValue;
  number(value: string, node: PolicyElementNode): NumberValue;
  /** Compiles nested policies (`choose`, `retry`, `wait`, `limit-concurrency`). */
  nested(nodes: readonly PolicyElementNode[]): readonly CompiledPolicy[];
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
  /** The message that `set-header`, `set-body` act on in this section: request before forwarding, response after. */
  readonly message: MutableMessage;
  readonly request: MutableRequest;
  /** None before a response exists. */
  response: MutableResponse | undefined;
  setVariable(name: string, value: unknown): void;
  getVariable(name: string): unknown;
  run(policies: readonly CompiledPolicy[]): Promise<void>;
  /** Ends the pipeline: the response goes to the caller, later sections do not run. */
  returnResponse(response: MutableResponse): never;
  /** Work that waits for the end of the response body: token counts, metrics. */
  onResponseComplete(work: (body: CompletedResponse) => void): void;
  trace(detail: Readonly<Record<string, unknown>>): void;
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
  /** Replaces the body; `undefined` removes it. */
  setBody(body: Uint8Array | string | undefined): void;
}

export interface MutableRequest extends MutableMessage {
  method: string;
  /** Path below the API's path, as it will be appended to the backend's URL. */
  path: string;
  /** Query parameters in order, each with its values. */
  readonly query: Map<string, string[]>;
  /** Literal backend id, or base URL; the last one set wins. */
  backend: { readonly backendId: string } | { readonly baseUrl: string } | undefined;
  /** Whole body, buffered. */
  readBody(): Promise<Uint8Array>;
}

export interface MutableResponse extends MutableMessage {
  status: number;
  reason: string;
}

/** What is known when the last byte of the response has left. */
export interface CompletedResponse {
  readonly status: number;
  /** The body, if a policy asked for it or it is JSON or SSE with token usage. */
  readonly body: Uint8Array;
  readonly aborted: boolean;
}

/** Shared, per-gateway state and the outside world. Every time-dependent policy reads `clock`. */
export interface GatewayServices {
  readonly clock: { now(): number };
  /** All calls out of the gateway: names resolve to the simulated world, never to the internet. */
  fetch(request: OutboundRequest): Promise<OutboundResponse>;
  /** Token of the gateway's managed identity. @throws when the identity is not attached. */
  managedIdentityToken(resource: string, clientId: string | undefined): Promise<string>;
  /** State that lives as long as the gateway: counters, caches, breakers; one namespace a policy. */
  state<T>(namespace: string, create: () => T): T;
  /** Metrics, logs and events, readable by tests. */
  readonly sinks: GatewaySinks;
  readonly model: import("../model").GatewayModel;
}

export interface GatewaySinks {
  metric(record: {
    readonly name: string;
    readonly namespace: string;
    readonly value: number;
    readonly dimensions: Readonly<Record<string, string>>;
  }): void;
  log(record: { readonly logger: string; readonly body: string }): void;
  trace(record: { readonly source: string; readonly severity: string; readonly message: string; readonly metadata: Readonly<Record<string, string>> }): void;
}

export interface OutboundRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface OutboundResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: AsyncIterable<Uint8Array>;
}

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
    /** The response that APIM has prepared before on-error runs. */
    public readonly prepared: { readonly status: number; readonly message: string; readonly headers?: Readonly<Record<string, string>> },
  ) {
    super(message);
  }
}

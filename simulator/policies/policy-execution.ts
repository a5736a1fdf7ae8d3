import type { PolicyContext } from "../../expressions";
import type { CancellationSignal } from "../network";
import type { PolicyServices } from "./gateway-services";

/** The four sections of a policy document. */
export type SectionName = "inbound" | "backend" | "outbound" | "on-error";

/** Scopes, broad to narrow. Workspaces are not modelled. */
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

/** A policy that has been checked and compiled; running it never parses anything. */
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
 * One request's run. The gateway implements it; policies change the exchange only through it.
 * `context` is the read-only view that expressions get.
 */
export interface PolicyExecution {
  readonly context: PolicyContext;
  readonly services: PolicyServices;
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
  readonly signal: CancellationSignal;
  /** The same run in a branch that can be cancelled on its own. */
  withSignal(signal: CancellationSignal): PolicyExecution;
  /**
   * Buffers the bodies that the running policy's expressions read. Done before every policy; a policy calls it
   * before it evaluates an expression again after a new response came.
   */
  bufferBodies(): Promise<void>;
  /**
   * Runs `work` with the error of a nested policy visible as `context.LastError` and its prepared response as
   * `context.Response`, as the condition of `retry` sees it.
   * @param failure what `run` threw
   * @throws `failure` itself when it is not a policy's failure but ends the pipeline
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
  /** @param key the name in lower case, for whoever has it at hand */
  deleteKey(key: string): void;
  entries(): IterableIterator<readonly [string, readonly string[]]>;
}

export interface MutableMessage {
  readonly headers: MutableHeaders;
  readonly hasBody: boolean;
  /** Replaces the body; `undefined` removes it. */
  setBody(body: Uint8Array | string | undefined): void;
  /** Whole body, buffered and kept; at once when it is in memory. @throws PolicyError when an expression has consumed it. */
  readBody(): Promise<Uint8Array> | Uint8Array;
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

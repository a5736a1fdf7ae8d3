import { createHash } from "node:crypto";
import {
  Cancellation,
  type CancellationSignal,
  type HttpResponse,
  NetworkError,
  type OutboundRequest,
  WholeBody,
} from "../network";
import {
  type CertificateValidation,
  type CompletedResponse,
  type ForwardOptions,
  HeaderMap,
  INTERNAL_SERVER_ERROR,
  PolicyError,
  type PolicyServices,
} from "../policies";
import type { BackendCall } from "../sinks";
import type { BackendSelector, BackendTarget } from "./backend-selector";
import type { BackendOutcome } from "./circuit-breaker";
import type { Exchange } from "./exchange";
import { formatQuery, GatewayResponse } from "./gateway-message";
import { MessageContent } from "./message-content";
import { wireHeaders } from "./wire-headers";

/** What a forwarder calls. */
export interface ForwarderProps {
  readonly selector: BackendSelector;
  readonly services: Pick<PolicyServices, "clock" | "managedIdentityToken">;
  /** Bytes of a body that may be held in memory. */
  readonly bufferLimit: number;
  fetch(request: OutboundRequest, validation: CertificateValidation): Promise<HttpResponse>;
}

const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);
const REDIRECT_LIMIT = 10;
/** With response buffering, bytes leave in blocks of this size. */
const BLOCK_SIZE = 8192;

/** Sends a request to the backend that policies have chosen, and brings its response back. */
export class BackendForwarder {
  public constructor(private readonly props: ForwarderProps) {}

  /** @throws PolicyError when no response comes */
  public async forward(
    exchange: Exchange,
    options: ForwardOptions,
    callerSignal: CancellationSignal,
  ): Promise<GatewayResponse> {
    const { selector } = this.props;
    const { clock } = this.props.services;
    const target = selector.select(
      exchange.request.backend,
      exchange.api?.serviceUrl,
      clock.now(),
      failedBackends(exchange),
    );
    if (options.bufferRequestBody) {
      await exchange.request.content.buffer();
    }
    const cancellation = new Cancellation(callerSignal);
    const url = new URL(targetUrl(exchange, target));
    const request = await this.outbound(exchange, target, url, options, cancellation);
    const note = callNote(exchange, target, url, request);
    let response: HttpResponse;
    try {
      response = await this.follow(request, target, options);
    } catch (error) {
      cancellation.release();
      if (!(error instanceof NetworkError)) {
        throw error;
      }
      note({ failure: error.message });
      const failure = error.code === "ETIMEDOUT" ? "Timeout" : "BackendConnectionFailure";
      target.record({ status: INTERNAL_SERVER_ERROR.status, failure }, clock.now());
      throw new PolicyError("forward-request", failure, error.message, INTERNAL_SERVER_ERROR);
    }
    note({ status: response.status });
    target.record(outcomeOf(response, clock.now()), clock.now());
    return this.received(exchange, response, options, cancellation);
  }

  private async outbound(
    exchange: Exchange,
    target: BackendTarget,
    url: URL,
    { timeoutMs }: ForwardOptions,
    signal: CancellationSignal,
  ): Promise<OutboundRequest> {
    const { request, incoming } = exchange;
    const headers = request.headers.endToEnd();
    if (headers.get("Host")?.[0] === incoming.headerHost || headers.get("Host") === undefined) {
      headers.set("Host", [url.host]);
    }
    for (const [name, value] of Object.entries(target.settings?.headers ?? {})) {
      headers.set(name, [value]);
    }
    const token = await this.credentialToken(target);
    if (token !== undefined) {
      headers.set("Authorization", [`Bearer ${token}`]);
    }
    const body = request.content.take();
    if (body instanceof Uint8Array) {
      headers.set("Content-Length", [String(body.byteLength)]);
    } else if (body === undefined) {
      headers.delete("Content-Length");
    }
    return {
      url: url.href,
      method: request.method,
      headers: wireHeaders(headers),
      body,
      timeoutMs,
      signal,
      clientCertificate: request.clientCertificate,
    };
  }

  /** The backend's managed-identity credential, which replaces the caller's `Authorization`. */
  private async credentialToken({ settings }: BackendTarget): Promise<string | undefined> {
    const credential = settings?.managedIdentity;
    if (credential === undefined) {
      return undefined;
    }
    try {
      return await this.props.services.managedIdentityToken(credential.resource, credential.clientId);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new PolicyError(
        "forward-request",
        "ManagedIdentityTokenNotAcquired",
        message,
        INTERNAL_SERVER_ERROR,
      );
    }
  }

  private async follow(
    request: OutboundRequest,
    target: BackendTarget,
    { followRedirects }: ForwardOptions,
  ): Promise<HttpResponse> {
    const validation = {
      validateCertificateChain: target.settings?.validateCertificateChain ?? true,
      validateCertificateName: target.settings?.validateCertificateName ?? true,
    };
    let current = request;
    for (let hops = 0; ; hops += 1) {
      const response = await this.props.fetch(current, validation);
      const location = response.headers["location"]?.[0];
      const streamed = current.body !== undefined && !(current.body instanceof Uint8Array);
      if (
        !followRedirects ||
        !REDIRECT_STATUSES.has(response.status) ||
        location === undefined ||
        hops >= REDIRECT_LIMIT
      ) {
        return response;
      }
      if (streamed && response.status !== 303) {
        return response;
      }
      current = redirected(current, location, response.status);
    }
  }

  private received(
    exchange: Exchange,
    response: HttpResponse,
    { bufferResponse }: ForwardOptions,
    cancellation: Cancellation,
  ): GatewayResponse {
    const headers = new HeaderMap(Object.entries(response.headers)).endToEnd();
    const observers = exchange.onResponseComplete;
    const observed = observers.length > 0;
    const chunks: Uint8Array[] = [];
    let finished = false;
    const finish = (aborted: boolean): void => {
      if (finished) {
        return;
      }
      finished = true;
      const completed: CompletedResponse = {
        status: response.status,
        headers,
        body: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks),
        aborted,
      };
      for (const observer of observers) {
        observer(completed);
      }
    };
    const isCurrent = (): boolean => exchange.forwarded === cancellation;
    exchange.forwarded = cancellation;
    const keep = (chunk: Uint8Array): void => {
      if (observed) {
        chunks.push(chunk);
      }
    };
    const end = (isComplete: boolean): void => {
      cancellation.release();
      if (isCurrent()) {
        finish(!isComplete);
      }
    };
    async function* observe(): AsyncGenerator<Uint8Array> {
      let isComplete = false;
      try {
        for await (const chunk of response.body) {
          keep(chunk);
          yield chunk;
        }
        isComplete = true;
      } finally {
        end(isComplete);
      }
    }
    const whole = response.body instanceof WholeBody ? response.body.take() : undefined;
    const stream = (): AsyncIterable<Uint8Array> => (bufferResponse ? inBlocks(observe()) : observe());
    const source =
      whole === undefined
        ? stream()
        : new WholeBody(whole, (isComplete) => {
            keep(whole);
            end(isComplete);
          });
    const content = MessageContent.stream(source, this.props.bufferLimit, () => {
      cancellation.abort(new NetworkError("ECONNRESET", "the gateway dropped the response"));
      if (isCurrent()) {
        finish(true);
      }
    });
    return new GatewayResponse(response.status, response.reason, content, bufferResponse, headers.copy());
  }
}

const NONE: ReadonlySet<string> = new Set();

/** Backends that have not answered this request, or too busily, or with an error of their own. */
function failedBackends({ backendCalls }: Exchange): ReadonlySet<string> {
  if (backendCalls.length === 0) {
    return NONE;
  }
  const failed = backendCalls.filter(({ status = 503 }) => status === 429 || status >= 500);
  return new Set(failed.flatMap(({ backend }) => (backend === undefined ? [] : [backend])));
}

function targetUrl({ request }: Exchange, target: BackendTarget): string {
  const query = new Map(request.query);
  for (const [name, value] of Object.entries(target.settings?.query ?? {})) {
    query.set(name, [value]);
  }
  return `${target.url.replace(/\/$/, "")}${request.path}${formatQuery(query)}`;
}

function callNote(
  { backendCalls }: Exchange,
  { name }: BackendTarget,
  { host, pathname }: URL,
  { method, clientCertificate }: OutboundRequest,
): (result: Pick<BackendCall, "status" | "failure">) => void {
  const index = backendCalls.length;
  const thumbprint =
    clientCertificate === undefined
      ? undefined
      : createHash("sha1").update(clientCertificate).digest("hex").toUpperCase();
  const call = { backend: name, host, method, path: pathname, clientCertificate: thumbprint };
  backendCalls.push(call);
  return (result) => {
    backendCalls[index] = Object.assign({}, call, result);
  };
}

function redirected(request: OutboundRequest, location: string, status: number): OutboundRequest {
  const from = new URL(request.url);
  const to = new URL(location, from);
  // Credentials are for the origin they were made for.
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) =>
        to.origin === from.origin ||
        !["authorization", "api-key", "cookie", "host"].includes(name.toLowerCase()),
    ),
  );
  const toGet = status === 303 || (request.method === "POST" && (status === 301 || status === 302));
  return {
    ...request,
    url: to.href,
    headers,
    method: toGet ? "GET" : request.method,
    body: toGet ? undefined : request.body,
  };
}

function outcomeOf({ status, headers }: HttpResponse, now: number): BackendOutcome {
  const retryAfter = headers["retry-after"]?.[0]?.trim();
  if (retryAfter === undefined || retryAfter === "") {
    return { status };
  }
  const seconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - now) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? { status, retryAfterSeconds: seconds } : { status };
}

async function* inBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    pending.push(chunk);
    length += chunk.byteLength;
    if (length >= BLOCK_SIZE) {
      yield Buffer.concat(pending);
      pending = [];
      length = 0;
    }
  }
  if (length > 0) {
    yield Buffer.concat(pending);
  }
}

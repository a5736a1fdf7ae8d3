import { X509Certificate } from "node:crypto";
import type { Clock } from "../clock";
import { Cancellation, type CancellationSignal } from "./cancellation";
import {
  addField,
  type HttpHandler,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  type NetworkOrigin,
  type OutboundRequest,
  singleChunk,
  WholeBody,
} from "./http-message";
import { NetworkError } from "./network-error";

/** What is wrong with the certificate a host presents. */
export type ServerCertificateFault = "selfSigned" | "wrongName" | "expired";

/** How a call goes out. */
export interface RouteOptions {
  /** @default "virtualNetwork" */
  readonly origin?: NetworkOrigin;
  /** Public IPv4 address of the caller, for address rules. @default - none: no rule lets it in */
  readonly sourceAddress?: string;
  /** Whether the peer's certificate must chain to a trusted CA and be in its validity. @default true */
  readonly validateCertificateChain?: boolean;
  /** Whether the peer's certificate must carry the host name. @default true */
  readonly validateCertificateName?: boolean;
  /**
   * Judges a certificate that no public authority issued.
   * @returns why it is not trusted; `undefined` for a good one
   * @default - none is trusted
   */
  readonly judgeCertificate?: (der: Uint8Array) => Promise<string | undefined>;
}

interface Host {
  readonly handler: HttpHandler;
  certificateFault?: ServerCertificateFault;
  /** DER of the certificate that it presents. Without one, it has a good one of a public authority. */
  certificate?: Uint8Array;
}

/**
 * The simulated internet. Every call out of a simulated component goes through `fetch`; a host name that
 * nobody registered refuses the connection, so nothing ever leaves the machine.
 */
export class Network {
  private readonly hosts = new Map<string, Host>();

  public constructor(private readonly clock: Clock) {}

  /**
   * Puts a service at a host.
   * @param host name, with `:port` unless it is the scheme's default
   * @throws Error when the host is taken: two services at one name are a mistake of the stack
   */
  public register(host: string, handler: HttpHandler): void {
    const key = normalise(host);
    if (this.hosts.has(key)) {
      throw new Error(`network: host '${key}' is registered twice`);
    }
    this.hosts.set(key, { handler });
  }

  /** Takes a host away: connections are refused from now on. */
  public unregister(host: string): void {
    this.hosts.delete(normalise(host));
  }

  /** Whether anything answers at a host. */
  public has(host: string): boolean {
    return this.hosts.has(normalise(host));
  }

  /** Whether a name, without port, is that of a registered host; any text may be asked for. */
  public serves(name: string): boolean {
    const wanted = name.toLowerCase();
    return [...this.hosts.keys()].some((host) => host.replace(/:\d+$/, "") === wanted);
  }

  /** Registered hosts, sorted. */
  public hostNames(): readonly string[] {
    return [...this.hosts.keys()].sort();
  }

  /**
   * Makes a host present a bad certificate, or a good one again.
   * @throws Error for an unknown host
   */
  public setCertificateFault(host: string, fault: ServerCertificateFault | undefined): void {
    const entry = this.hosts.get(normalise(host));
    if (entry === undefined) {
      throw new Error(`network: no host '${host}'`);
    }
    entry.certificateFault = fault;
  }

  /**
   * Has a host present a certificate of a private authority.
   * @throws Error for an unknown host
   */
  public setCertificate(host: string, der: Uint8Array | undefined): void {
    const entry = this.hosts.get(normalise(host));
    if (entry === undefined) {
      throw new Error(`network: no host '${host}'`);
    }
    entry.certificate = der;
  }

  /** The fault set for a host. */
  public certificateFault(host: string): ServerCertificateFault | undefined {
    return this.hosts.get(normalise(host))?.certificateFault;
  }

  /**
   * Calls a registered host.
   * @returns the response as soon as its headers exist; the body streams
   * @throws NetworkError when no connection comes about (unknown host, bad certificate) or `timeoutMs` of the
   * simulation's clock pass before the headers; the signal's reason when it aborts
   */
  public async fetch(request: OutboundRequest, route: RouteOptions = {}): Promise<HttpResponse> {
    const url = new URL(request.url);
    if (url.protocol !== "https:" && url.protocol !== "http:") {
      throw new NetworkError("ERR_INVALID_PROTOCOL", `${url.protocol} is not HTTP`);
    }
    const host = this.hosts.get(url.host);
    if (host === undefined) {
      throw new NetworkError(
        "ECONNREFUSED",
        `connection to ${url.host} refused: no such host in the simulation`,
      );
    }
    if (url.protocol === "https:") {
      checkCertificate(url.host, host.certificateFault, route);
      if (host.certificate !== undefined) {
        await judgeCertificate(url, host.certificate, route);
      }
    }
    return this.exchange(host.handler, request, url, route);
  }

  /**
   * Hands a request that came over a real socket to the host it names.
   * @throws NetworkError when nobody answers there
   */
  public async dispatch(request: HttpRequest): Promise<HttpResponse> {
    const host = this.hosts.get(request.url.host);
    if (host === undefined) {
      throw new NetworkError("ECONNREFUSED", `no host ${request.url.host} in the simulation`);
    }
    return host.handler(request);
  }

  private async exchange(
    handler: HttpHandler,
    request: OutboundRequest,
    url: URL,
    route: RouteOptions,
  ): Promise<HttpResponse> {
    request.signal?.throwIfAborted();
    const cancellation = new Cancellation(request.signal);
    const timeout = request.timeoutMs;
    const cancelTimeout =
      timeout === undefined
        ? undefined
        : this.clock.after(timeout, () =>
            cancellation.abort(
              new NetworkError("ETIMEDOUT", `${url.host}: no response within ${timeout} ms`),
            ),
          );
    try {
      const response = await untilAborted(
        handler(new ReceivedRequest(request, url, route, cancellation)),
        cancellation,
      );
      if (response.body instanceof WholeBody) {
        cancellation.release();
        return response;
      }
      return { ...response, body: relay(response.body, cancellation) };
    } catch (error) {
      cancellation.abort(error as Error);
      throw error;
    } finally {
      cancelTimeout?.();
    }
  }
}

/** A call as the service called sees it. Most services never look at its signal, which is made when one does. */
class ReceivedRequest implements HttpRequest {
  public readonly method: string;
  public readonly headers: HttpHeaders;
  public readonly body: AsyncIterable<Uint8Array>;
  public readonly origin: NetworkOrigin;
  public readonly sourceAddress: string | undefined;
  public readonly clientCertificate: Uint8Array | undefined;
  private controller: AbortController | undefined;

  public constructor(
    { method, headers, body, clientCertificate }: OutboundRequest,
    public readonly url: URL,
    { origin, sourceAddress }: RouteOptions,
    private readonly cancellation: CancellationSignal,
  ) {
    this.method = method.toUpperCase();
    this.headers = lowerCaseNames(headers);
    this.body = body instanceof Uint8Array ? singleChunk(body) : (body ?? noBytes());
    this.origin = origin ?? "virtualNetwork";
    this.sourceAddress = sourceAddress;
    this.clientCertificate = clientCertificate;
  }

  public get signal(): AbortSignal {
    const { cancellation } = this;
    if (this.controller === undefined) {
      const controller = new AbortController();
      const follow = (): void => controller.abort(cancellation.reason);
      this.controller = controller;
      if (cancellation.aborted) {
        follow();
      } else {
        cancellation.addEventListener("abort", follow, { once: true });
      }
    }
    return this.controller.signal;
  }
}

/** Passes the chunks on; tells the service when the reader stops early or the caller aborts. */
async function* relay(
  body: AsyncIterable<Uint8Array>,
  cancellation: Cancellation,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  let complete = false;
  try {
    for (;;) {
      const next = await untilAborted(chunks.next(), cancellation);
      if (next.done === true) {
        complete = true;
        return;
      }
      yield next.value;
    }
  } finally {
    cancellation.release();
    if (!complete) {
      cancellation.abort(
        new NetworkError("ECONNRESET", "the connection was closed before the end of the body"),
      );
      // Lets the service clean up; not awaited, because one that ignores the signal might never end.
      chunks.return?.().catch(() => undefined);
    }
  }
}

function untilAborted<T>(work: Promise<T>, signal: CancellationSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) {
      onAbort();
    }
    // Listened to in any case: work that fails when nobody waits for it must not end the process.
    const stopListening = (): void => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(
      (value) => {
        stopListening();
        resolve(value);
      },
      (error: Error) => {
        stopListening();
        reject(error);
      },
    );
  });
}

function checkCertificate(
  host: string,
  fault: ServerCertificateFault | undefined,
  route: RouteOptions,
): void {
  const chain = route.validateCertificateChain ?? true;
  const name = route.validateCertificateName ?? true;
  if (fault === "selfSigned" && chain) {
    throw new NetworkError("DEPTH_ZERO_SELF_SIGNED_CERT", `${host}: self-signed certificate`);
  }
  if (fault === "expired" && chain) {
    throw new NetworkError("CERT_HAS_EXPIRED", `${host}: certificate has expired`);
  }
  if (fault === "wrongName" && name) {
    throw new NetworkError("ERR_TLS_CERT_ALTNAME_INVALID", `${host}: certificate is for another name`);
  }
}

async function judgeCertificate({ hostname }: URL, der: Uint8Array, route: RouteOptions): Promise<void> {
  if (route.validateCertificateChain ?? true) {
    const problem = route.judgeCertificate
      ? await route.judgeCertificate(der)
      : "unable to get the local issuer certificate";
    if (problem !== undefined) {
      throw new NetworkError("UNABLE_TO_VERIFY_LEAF_SIGNATURE", `${hostname}: ${problem}`);
    }
  }
  const isNamed = new X509Certificate(der).checkHost(hostname) !== undefined;
  if (!isNamed && (route.validateCertificateName ?? true)) {
    throw new NetworkError("ERR_TLS_CERT_ALTNAME_INVALID", `${hostname}: certificate is for another name`);
  }
}

function lowerCaseNames(headers: OutboundRequest["headers"]): HttpHeaders {
  const result: Record<string, readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    addField(result, name.toLowerCase(), typeof value === "string" ? [value] : value);
  }
  return result;
}

/** `host:port` as URLs spell it: lower case, default ports left out. */
function normalise(host: string): string {
  return new URL(`https://${host}`).host.replace(/:80$/, "");
}

async function* noBytes(): AsyncGenerator<Uint8Array> {
  // No body.
}

import { constants as cryptoConstants } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  constants as http2Constants,
  createSecureServer,
  type Http2SecureServer,
  Http2ServerRequest,
  Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { createSecureContext, type DetailedPeerCertificate, type SecureContext, TLSSocket } from "node:tls";
import { tryParseCertificate } from "../certificates";
import { Clock } from "../clock";
import { Cancellation, type HttpResponse, WholeBody } from "../network";
import type { Gateway } from "./gateway";
import { ClientDisconnectedError } from "./pipeline-end";

/** Key and certificate of a host name, PEM. */
export interface ServerIdentity {
  readonly chainPem: string;
  readonly privateKeyPem: string;
}

/** How long a gateway waits for clients, in milliseconds of real time. */
export interface ConnectionTimeouts {
  /** Until the TLS handshake is complete. @default 10000 */
  readonly handshakeTimeoutMs?: number;
  /** Until the headers of a request have arrived. @default 30000 */
  readonly headersTimeoutMs?: number;
  /** Until a whole request has arrived. @default 300000 */
  readonly requestTimeoutMs?: number;
  /**
   * Between two requests, for an HTTP/2 connection without requests, and for a client that does not take what is
   * sent to it. @default 60000
   */
  readonly idleTimeoutMs?: number;
  /** Between two looks for connections that are too slow. @default 1000 */
  readonly checkIntervalMs?: number;
}

export interface GatewayListenerProps extends ConnectionTimeouts {
  readonly gateway: Gateway;
  /** Certificate for a host name: asked once a name. */
  identity(hostName: string): Promise<ServerIdentity>;
  /** @default 0, a free port */
  readonly port?: number;
  /** Address to listen on. @default "127.0.0.1" */
  readonly host?: string;
}

const MAX_HEADER_BYTES = 32 * 1024;
const MAX_CHAIN_LENGTH = 10;
/** Requests of one connection at a time, pipelined or as HTTP/2 streams. RFC 9113, section 6.5.2 asks for 100. */
const MAX_REQUESTS_AT_ONCE = 100;
/** A client that has not taken one of these for a while is not slow but gone. */
const WRITTEN_AT_ONCE = 64 * 1024;
/** More would be memory for whoever makes up names. */
const MAX_HOST_CONTEXTS = 100;
const DEFAULT_TIMEOUTS: Required<ConnectionTimeouts> = {
  handshakeTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  requestTimeoutMs: 300_000,
  idleTimeoutMs: 60_000,
  checkIntervalMs: 1_000,
};

/**
 * The HTTPS door of a gateway on loopback: HTTP/1.1 and HTTP/2, one certificate a host name (SNI). Where a host
 * name negotiates, TLS asks for a client certificate; policies decide what it is worth.
 */
export class GatewayListener {
  private readonly sessions = new Set<{ destroy(): void }>();
  /** Certificates do not change while a connection lasts. */
  private readonly presentedChains = new WeakMap<TLSSocket, readonly Uint8Array[]>();
  /** Requests of an HTTP/1.1 connection that wait for their answers. */
  private readonly waiting = new WeakMap<Socket, number>();
  /** Real time: that of the simulation does not wait for clients. */
  private readonly clock = new Clock();

  private constructor(
    private readonly gateway: Gateway,
    private readonly server: Http2SecureServer,
    private readonly timeouts: Required<ConnectionTimeouts>,
  ) {
    server.on(
      "request",
      (request: ServerRequest, response: ServerAnswer) => void this.serve(request, response),
    );
    server.on("session", (session: ServerHttp2Session) => {
      this.track(session);
      this.limitIdleness(session);
    });
    server.on("connection", (socket: Socket) => {
      // Connections whose handshake is not done belong to nobody else yet.
      this.track(socket);
      // Without it, a response in two writes waits for the client's delayed acknowledgement.
      socket.setNoDelay(true);
    });
    server.on("secureConnection", (socket: TLSSocket) => this.track(socket));
    // A handshake that fails is the client's affair; it sees its own error.
    server.on("tlsClientError", () => undefined);
  }

  /** Starts listening. @throws Error when the port is taken */
  public static async listen(props: GatewayListenerProps): Promise<GatewayListener> {
    const { gateway } = props;
    const primary = await props.identity(gateway.primaryHostName);
    const timeouts = { ...DEFAULT_TIMEOUTS, ...givenTimeouts(props) };
    const contexts = new Map<string, Promise<SecureContext>>();
    const server = createSecureServer({
      allowHTTP1: true,
      minVersion: "TLSv1.2",
      cert: primary.chainPem,
      key: primary.privateKeyPem,
      requestCert: gateway.model.hostNames.some(
        ({ negotiateClientCertificate }) => negotiateClientCertificate,
      ),
      rejectUnauthorized: false,
      // A resumed session would come without the certificates that the client sent along with its own.
      secureOptions: cryptoConstants.SSL_OP_NO_TICKET,
      settings: { maxHeaderListSize: MAX_HEADER_BYTES, maxConcurrentStreams: MAX_REQUESTS_AT_ONCE },
      handshakeTimeout: timeouts.handshakeTimeoutMs,
      SNICallback: (name, done) => {
        let context = contexts.get(name);
        if (context === undefined) {
          context = props
            .identity(name)
            .then(({ chainPem, privateKeyPem }) =>
              createSecureContext({ cert: chainPem, key: privateKeyPem }),
            );
          contexts.set(name, context);
          const [oldest] = contexts.keys();
          if (contexts.size > MAX_HOST_CONTEXTS && oldest !== undefined) {
            contexts.delete(oldest);
          }
        }
        context.then(
          (ready) => done(null, ready),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
      },
    });
    // For HTTP/1.1 connections, the HTTP/2 server takes these as properties only.
    Object.assign(server, {
      maxHeaderSize: MAX_HEADER_BYTES,
      // Their size bounds them; a limit of their number would drop the rest unseen.
      maxHeadersCount: 0,
      headersTimeout: timeouts.headersTimeoutMs,
      requestTimeout: timeouts.requestTimeoutMs,
      keepAliveTimeout: timeouts.idleTimeoutMs,
      connectionsCheckingInterval: timeouts.checkIntervalMs,
    });
    const listener = new GatewayListener(gateway, server, timeouts);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(props.port ?? 0, props.host ?? "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
    return listener;
  }

  public get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Closes the door and every connection. */
  public async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const session of this.sessions) {
      session.destroy();
    }
    await closed;
  }

  private track(session: { destroy(): void; once(event: "close", listener: () => void): unknown }): void {
    this.sessions.add(session);
    session.once("close", () => this.sessions.delete(session));
  }

  private async serve(request: ServerRequest, response: ServerAnswer): Promise<void> {
    const host = hostOf(request);
    if (host === undefined || !ORIGIN_FORM.test(request.url ?? "")) {
      refuse(response);
      return;
    }
    if (!this.admit(request, response)) {
      request.socket.destroy();
      return;
    }
    const gone = new Cancellation();
    response.once("close", () => {
      if (!response.writableEnded) {
        gone.abort(new ClientDisconnectedError());
      }
    });
    const stopTimer = this.limitDuration(request);
    try {
      const answer = await this.gateway.handle({
        method: request.method ?? "GET",
        host,
        target: request.url ?? "/",
        headers: headersOf(request),
        body: hasBody(request) ? (request as AsyncIterable<Uint8Array>) : undefined,
        ipAddress: request.socket.remoteAddress ?? "",
        certificateChain: this.certificateChain(request, host),
        signal: gone,
      });
      await send(answer, request, response, this.patience);
    } catch {
      // The answer stopped on its way, or nobody waits for it: it must not look complete.
      abandon(response);
    } finally {
      stopTimer();
    }
  }

  private readonly patience: Patience = (giveUp) => this.clock.after(this.timeouts.idleTimeoutMs, giveUp);

  /** Whether an HTTP/1.1 connection may have one more request; HTTP/2 counts its streams itself. */
  private admit(request: ServerRequest, response: ServerAnswer): boolean {
    if (request instanceof Http2ServerRequest) {
      return true;
    }
    const { socket } = request;
    const waiting = (this.waiting.get(socket) ?? 0) + 1;
    this.waiting.set(socket, waiting);
    response.once("close", () => this.waiting.set(socket, (this.waiting.get(socket) ?? 1) - 1));
    return waiting <= MAX_REQUESTS_AT_ONCE;
  }

  /** Node watches over HTTP/1.1 requests itself; an HTTP/2 stream that takes too long is closed here. */
  private limitDuration(request: ServerRequest): () => void {
    if (!(request instanceof Http2ServerRequest)) {
      return () => undefined;
    }
    const timer = setTimeout(
      () => request.stream.close(http2Constants.NGHTTP2_CANCEL),
      this.timeouts.requestTimeoutMs,
    );
    const stop = (): void => clearTimeout(timer);
    request.once("end", stop);
    return stop;
  }

  /** Ends an HTTP/2 connection on which nothing happens and nothing is awaited. */
  private limitIdleness(session: ServerHttp2Session): void {
    let streams = 0;
    session.on("stream", (stream) => {
      streams += 1;
      stream.once("close", () => (streams -= 1));
    });
    session.setTimeout(this.timeouts.idleTimeoutMs);
    session.on("timeout", () => {
      if (streams === 0) {
        session.destroy();
      }
    });
  }

  /** Empty unless both the TLS name and the HTTP name ask for certificates. */
  private certificateChain(request: ServerRequest, host: string): readonly Uint8Array[] {
    const socket = request instanceof Http2ServerRequest ? request.stream.session?.socket : request.socket;
    if (!(socket instanceof TLSSocket)) {
      return [];
    }
    const tlsName = typeof socket.servername === "string" ? socket.servername : "";
    const negotiated = [tlsName, host].every((name) =>
      this.gateway.negotiatesClientCertificate(this.gateway.hostNameFor(name)),
    );
    if (!negotiated) {
      return [];
    }
    const known = this.presentedChains.get(socket);
    if (known !== undefined) {
      return known;
    }
    const chain = presentedChain(socket);
    this.presentedChains.set(socket, chain);
    return chain;
  }
}

/** Without members that are undefined, which would hide defaults. */
function givenTimeouts(props: ConnectionTimeouts): ConnectionTimeouts {
  const names = Object.keys(DEFAULT_TIMEOUTS) as (keyof ConnectionTimeouts)[];
  return Object.fromEntries(
    names.flatMap((name) => (props[name] === undefined ? [] : [[name, props[name]]])),
  );
}

type ServerRequest = IncomingMessage | Http2ServerRequest;
type ServerAnswer = ServerResponse | Http2ServerResponse;

function presentedChain(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && chain.length < MAX_CHAIN_LENGTH) {
    chain.push(certificate.raw);
    const issuer: DetailedPeerCertificate | undefined = certificate.issuerCertificate;
    certificate = issuer === certificate ? undefined : issuer;
  }
  const [leaf] = chain;
  // TLS reads some certificates that are none by the standard: whoever has no other has none.
  return leaf === undefined || tryParseCertificate(leaf) === undefined ? [] : chain;
}

/** Each line as it came, pseudo-headers left out; `:authority` is the host. */
function headersOf(request: ServerRequest): readonly (readonly [string, readonly string[]])[] {
  const { rawHeaders } = request;
  const fields: (readonly [string, readonly string[]])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name === ":authority") {
      fields.push(["Host", [rawHeaders[index + 1] ?? ""]]);
    } else if (!name.startsWith(":") && !(name === "host" && request.headers[":authority"] !== undefined)) {
      fields.push([name, [rawHeaders[index + 1] ?? ""]]);
    }
  }
  return fields;
}

/**
 * The one host that a request names: none if it names none or several, which nobody may choose from (RFC 9112,
 * section 3.2; RFC 9113, section 8.3.1).
 */
function hostOf({ rawHeaders, headers }: ServerRequest): string | undefined {
  const authority = headers[":authority"]?.toString();
  let named: string | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") {
      if (named !== undefined) {
        return undefined;
      }
      named = rawHeaders[index + 1];
    }
  }
  const host = named ?? authority;
  return host === (authority ?? host) ? host : undefined;
}

function refuse(response: ServerAnswer): void {
  const head = { "Content-Length": 0 };
  if (response instanceof Http2ServerResponse) {
    response.writeHead(400, head);
  } else {
    response.writeHead(400, { ...head, Connection: "close" });
  }
  response.end();
}

function hasBody(request: ServerRequest): boolean {
  if (request instanceof Http2ServerRequest) {
    return !request.stream.endAfterHeaders;
  }
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== "0");
}

/**
 * A target that everybody reads alike (RFC 9112, section 3.2.1): `#` would end it for one reader, and `\` be a slash
 * for another.
 */
const ORIGIN_FORM = /^\/[\x21\x22\x24-\x5b\x5d-\x7e]*$/;

/** Waits for a client, as long as one waits. @returns ends the waiting */
type Patience = (giveUp: () => void) => () => void;

/** @throws ClientDisconnectedError when the client takes nothing for too long */
async function send(
  answer: HttpResponse,
  request: ServerRequest,
  response: ServerAnswer,
  patience: Patience,
): Promise<void> {
  const mayHaveBody = request.method !== "HEAD" && answer.status !== 204 && answer.status !== 304;
  const writable = writeHead(answer, response) && mayHaveBody;
  const isThere = !response.destroyed && !response.writableEnded;
  if (answer.body instanceof WholeBody && answer.body.length <= WRITTEN_AT_ONCE && isThere) {
    const bytes = answer.body.take();
    await ended(response, writable && bytes.byteLength > 0 ? bytes : undefined, patience);
    return;
  }
  for await (const chunk of answer.body) {
    if (response.destroyed || response.writableEnded) {
      throw new ClientDisconnectedError();
    }
    for (let start = 0; writable && start < chunk.byteLength; start += WRITTEN_AT_ONCE) {
      if (!write(response, chunk.subarray(start, start + WRITTEN_AT_ONCE))) {
        await taken(response, "drain", patience);
      }
    }
  }
  await ended(response, undefined, patience);
}

/** Ends an answer. @throws ClientDisconnectedError when the client takes nothing for too long */
async function ended(
  response: ServerAnswer,
  rest: Uint8Array | undefined,
  patience: Patience,
): Promise<void> {
  const finished = taken(response, "finish", patience);
  if (rest === undefined) {
    response.end();
  } else {
    response.end(rest);
  }
  await finished;
}

const CONTENT_LENGTH = "content-length";

/** @returns whether the head could be written as it is; what no header may carry becomes a plain 500 */
function writeHead(answer: HttpResponse, response: ServerAnswer): boolean {
  const isBodiless = answer.status === 204 || answer.status === 304;
  let hasLength = false;
  const lines: string[] = [];
  try {
    for (const [name, values] of Object.entries(answer.headers)) {
      const isLength = name.length === CONTENT_LENGTH.length && name.toLowerCase() === CONTENT_LENGTH;
      hasLength ||= isLength;
      if (isLength && isBodiless) {
        continue;
      }
      if (response instanceof Http2ServerResponse) {
        const [first = ""] = values;
        response.setHeader(name, values.length === 1 ? first : [...values]);
        continue;
      }
      for (const value of values) {
        lines.push(name, value);
      }
    }
    if (response instanceof Http2ServerResponse) {
      response.writeHead(answer.status);
    } else {
      response.writeHead(answer.status, answer.reason, lines);
      if (!hasLength || isBodiless) {
        // A stream's first chunk may take a while; a body of known length leaves together with its head.
        response.flushHeaders();
      }
    }
    return true;
  } catch {
    for (const name of response.getHeaderNames()) {
      response.removeHeader(name);
    }
    response.statusCode = 500;
    if (!(response instanceof Http2ServerResponse)) {
      response.statusMessage = "Internal Server Error";
    }
    return false;
  }
}

// The two kinds of response declare `write` with overloads that do not unite.
function write(response: ServerAnswer, chunk: Uint8Array): boolean {
  return response instanceof Http2ServerResponse ? response.write(chunk) : response.write(chunk);
}

/** Waits until the client has taken what was written, or has gone. @throws ClientDisconnectedError when it does not */
function taken(response: ServerAnswer, event: "drain" | "finish", patience: Patience): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      stopWaiting();
      response.off(event, proceed);
      response.off("close", proceed);
    };
    const proceed = (): void => {
      stop();
      resolve();
    };
    const stopWaiting = patience(() => {
      stop();
      reject(new ClientDisconnectedError());
    });
    response.on(event, proceed);
    response.on("close", proceed);
  });
}

function abandon(response: ServerAnswer): void {
  if (response instanceof Http2ServerResponse) {
    response.stream.close(http2Constants.NGHTTP2_INTERNAL_ERROR);
  } else {
    response.socket?.destroy();
  }
}

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
import type { Gateway, GatewayAnswer } from "./gateway";
import { ClientDisconnectedError } from "./pipeline-end";

/** Key and certificate of a host name, PEM. */
export interface ServerIdentity {
  readonly chainPem: string;
  readonly privateKeyPem: string;
}

export interface GatewayListenerProps {
  readonly gateway: Gateway;
  /** Certificate for a host name: asked once a name. */
  identity(hostName: string): Promise<ServerIdentity>;
  /** @default 0, a free port */
  readonly port?: number;
  /** Address to listen on. @default "127.0.0.1" */
  readonly host?: string;
  /** Milliseconds within which the headers of a request must arrive. @default 30000 */
  readonly headersTimeoutMs?: number;
  /** Milliseconds within which a whole request must arrive. @default 300000 */
  readonly requestTimeoutMs?: number;
  /** Milliseconds between two looks for connections that are too slow. @default 1000 */
  readonly checkIntervalMs?: number;
}

const maxHeaderBytes = 32 * 1024;
const longestChain = 10;
const defaultHeadersTimeoutMs = 30_000;
const defaultRequestTimeoutMs = 300_000;
const defaultCheckIntervalMs = 1_000;

/**
 * The HTTPS door of a gateway on loopback: HTTP/1.1 and HTTP/2, one certificate a host name (SNI). Where a host
 * name negotiates, TLS asks for a client certificate; policies decide what it is worth.
 */
export class GatewayListener {
  private readonly sessions = new Set<{ destroy(): void }>();

  private constructor(
    private readonly gateway: Gateway,
    private readonly server: Http2SecureServer,
    private readonly requestTimeoutMs: number,
  ) {
    server.on(
      "request",
      (request: ServerRequest, response: ServerAnswer) => void this.serve(request, response),
    );
    server.on("session", (session: ServerHttp2Session) => this.track(session));
    // Without it, a response in two writes waits for the client's delayed acknowledgement.
    server.on("connection", (socket: Socket) => socket.setNoDelay(true));
    server.on("secureConnection", (socket: TLSSocket) => this.track(socket));
    // A handshake that fails is the client's affair; it sees its own error.
    server.on("tlsClientError", () => undefined);
  }

  /** Starts listening. @throws Error when the port is taken */
  public static async listen(props: GatewayListenerProps): Promise<GatewayListener> {
    const { gateway } = props;
    const primary = await props.identity(gateway.primaryHostName);
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
      settings: { maxHeaderListSize: maxHeaderBytes },
      SNICallback: (name, done) => {
        let context = contexts.get(name);
        if (context === undefined) {
          context = props
            .identity(name)
            .then(({ chainPem, privateKeyPem }) =>
              createSecureContext({ cert: chainPem, key: privateKeyPem }),
            );
          contexts.set(name, context);
        }
        context.then(
          (ready) => done(null, ready),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
      },
    });
    // For HTTP/1.1 connections, the HTTP/2 server takes these as properties only.
    Object.assign(server, {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: props.headersTimeoutMs ?? defaultHeadersTimeoutMs,
      requestTimeout: props.requestTimeoutMs ?? defaultRequestTimeoutMs,
      connectionsCheckingInterval: props.checkIntervalMs ?? defaultCheckIntervalMs,
    });
    const listener = new GatewayListener(gateway, server, props.requestTimeoutMs ?? defaultRequestTimeoutMs);
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
    const gone = new AbortController();
    response.once("close", () => {
      if (!response.writableEnded) {
        gone.abort(new ClientDisconnectedError());
      }
    });
    const stopTimer = this.limitDuration(request);
    try {
      const answer = await this.gateway.handle({
        method: request.method ?? "GET",
        host: request.headers[":authority"]?.toString() ?? request.headers.host ?? "",
        target: request.url ?? "/",
        headers: headersOf(request),
        body: hasBody(request) ? (request as AsyncIterable<Uint8Array>) : undefined,
        ipAddress: request.socket.remoteAddress ?? "",
        certificateChain: this.certificateChain(request),
        signal: gone.signal,
      });
      await send(answer, request, response);
    } catch {
      // The answer stopped on its way, or nobody waits for it: it must not look complete.
      abandon(response);
    } finally {
      stopTimer();
    }
  }

  /** Node watches over HTTP/1.1 requests itself; an HTTP/2 stream that takes too long is closed here. */
  private limitDuration(request: ServerRequest): () => void {
    if (!(request instanceof Http2ServerRequest)) {
      return () => undefined;
    }
    const timer = setTimeout(
      () => request.stream.close(http2Constants.NGHTTP2_CANCEL),
      this.requestTimeoutMs,
    );
    const stop = (): void => clearTimeout(timer);
    request.once("end", stop);
    return stop;
  }

  /** Empty unless both the TLS name and the HTTP name ask for certificates. */
  private certificateChain(request: ServerRequest): readonly Uint8Array[] {
    const socket = request instanceof Http2ServerRequest ? request.stream.session?.socket : request.socket;
    if (!(socket instanceof TLSSocket)) {
      return [];
    }
    const tlsName = typeof socket.servername === "string" ? socket.servername : "";
    const httpName = request.headers[":authority"]?.toString() ?? request.headers.host ?? "";
    const negotiated = [tlsName, httpName].every((name) =>
      this.gateway.negotiatesClientCertificate(this.gateway.hostNameFor(name)),
    );
    return negotiated ? presentedChain(socket) : [];
  }
}

type ServerRequest = IncomingMessage | Http2ServerRequest;
type ServerAnswer = ServerResponse | Http2ServerResponse;

function presentedChain(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && chain.length < longestChain) {
    chain.push(certificate.raw);
    const issuer: DetailedPeerCertificate | undefined = certificate.issuerCertificate;
    certificate = issuer === certificate ? undefined : issuer;
  }
  return chain;
}

/** Each field once, its lines in order. */
function headersOf(request: ServerRequest): Iterable<readonly [string, readonly string[]]> {
  const { rawHeaders } = request;
  const fields: (readonly [string, readonly string[]])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name === ":authority") {
      fields.push(["Host", [rawHeaders[index + 1] ?? ""]]);
    } else if (!name.startsWith(":")) {
      fields.push([name, [rawHeaders[index + 1] ?? ""]]);
    }
  }
  return fields;
}

function hasBody(request: ServerRequest): boolean {
  if (request instanceof Http2ServerRequest) {
    return !request.stream.endAfterHeaders;
  }
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && length !== "0");
}

async function send(answer: GatewayAnswer, request: ServerRequest, response: ServerAnswer): Promise<void> {
  const writable =
    writeHead(answer, response) && request.method !== "HEAD" && ![204, 304].includes(answer.status);
  for await (const chunk of answer.body) {
    if (response.destroyed || response.writableEnded) {
      throw new ClientDisconnectedError();
    }
    if (writable && chunk.byteLength > 0 && !write(response, chunk)) {
      await drained(response);
    }
  }
  response.end();
}

/** @returns whether the head could be written as it is; what no header may carry becomes a plain 500 */
function writeHead(answer: GatewayAnswer, response: ServerAnswer): boolean {
  try {
    response.statusCode = answer.status;
    if (!(response instanceof Http2ServerResponse)) {
      response.statusMessage = answer.reason;
    }
    for (const [name, values] of Object.entries(answer.headers)) {
      const [first = ""] = values;
      response.setHeader(name, values.length === 1 ? first : [...values]);
    }
    if (answer.status === 204 || answer.status === 304) {
      response.removeHeader("Content-Length");
    }
    if (response instanceof Http2ServerResponse) {
      response.writeHead(answer.status);
    } else if (!response.hasHeader("Content-Length")) {
      // A stream's first chunk may take a while; a body of known length leaves together with its head.
      response.flushHeaders();
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

function drained(response: ServerAnswer): Promise<void> {
  return new Promise((resolve) => {
    const proceed = (): void => {
      response.off("drain", proceed);
      response.off("close", proceed);
      resolve();
    };
    response.on("drain", proceed);
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

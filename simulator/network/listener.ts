import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server as HttpServer,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { SecureContext } from "node:tls";
import { isHopByHop } from "./hop-by-hop-fields";
import type { HttpHeaders, HttpResponse, NetworkOrigin } from "./http-message";
import type { Network, ServerCertificateFault } from "./network";
import { NetworkError } from "./network-error";

/** Where the listener gets the certificate for a name that a TLS client asks for. */
export interface ServerCertificates {
  /** A key and certificate for a host name, bad in the given way if any. */
  secureContext(hostName: string, fault?: ServerCertificateFault): Promise<SecureContext>;
}

/** Takes a connection over that is to speak something else than HTTP from now on. */
export type UpgradeHandler = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  origin: NetworkOrigin,
) => void;

/** User name with which programs tell the proxy that they stand in the stacks' virtual network. */
const VIRTUAL_NETWORK = "virtual-network";

/** What a client and its proxy tell each other about credentials (RFC 9110, section 11.7). */
const PROXY_FIELDS = new Set(["proxy-authenticate", "proxy-authorization"]);

/** Whether a field concerns this connection, or the proxy at the end of it, and nobody else. */
function endsHere(name: string): boolean {
  return isHopByHop(name) || PROXY_FIELDS.has(name);
}

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * The network's door for other processes, on loopback: HTTPS with one certificate a name (SNI), plain HTTP for
 * what Azure serves so (instance metadata, CRLs), and an HTTP proxy on the plain port, so that an unmodified
 * SDK with `HTTPS_PROXY` and the simulator's CA reaches every simulated host under its real name. The proxy
 * connects to simulated hosts only.
 */
export class Listener {
  private readonly https: HttpsServer;
  /** Ports of hosts that have a TLS server of their own. */
  private readonly ownPorts = new Map<string, number>();
  private readonly upgrades = new Map<string, UpgradeHandler>();
  /** Ports of tunnels from programs in the virtual network. */
  private readonly inside = new Set<number>();
  private readonly http: HttpServer;
  private readonly sockets = new Set<Duplex>();
  private readonly mounts = new Map<string, RequestListener>();

  /**
   * @param certificates where server certificates come from
   * @param sourceAddress public IPv4 address that callers have, for address rules; none that any rule names
   */
  public constructor(
    private readonly network: Network,
    certificates: ServerCertificates,
    private readonly sourceAddress?: string,
  ) {
    this.https = createHttpsServer({
      minVersion: "TLSv1.2",
      SNICallback: (name, done) => {
        // A client may ask for any text; certificates are for hosts only, so that nobody can ask for endless ones.
        if (!network.serves(name)) {
          done(new NetworkError("ECONNREFUSED", "no such host in the simulation"));
          return;
        }
        certificates.secureContext(name, network.certificateFault(name)).then(
          (context) => done(null, context),
          (error: unknown) => done(error as Error),
        );
      },
    });
    this.http = createHttpServer();
    this.https.on("request", (request, response) => void this.serve("https", request, response));
    this.http.on("request", (request, response) => {
      const mounted = this.mountedAt(request);
      if (mounted === undefined) {
        void this.serve("http", request, response);
      } else {
        mounted(request, response);
      }
    });
    this.http.on("connect", (request: IncomingMessage, socket: Duplex, sent: Buffer) =>
      this.tunnel(request, socket, sent),
    );
    for (const server of [this.https, this.http]) {
      server.on("connection", (socket: Socket) => this.track(socket));
    }
  }

  /** Starts listening on 127.0.0.1, on free ports unless given. */
  public async listen(ports: { readonly https?: number; readonly http?: number } = {}): Promise<void> {
    await Promise.all([open(this.https, ports.https ?? 0), open(this.http, ports.http ?? 0)]);
  }

  /**
   * Serves a path of the plain side itself, under loopback names only: no simulated host has it, and no page of
   * another site gets there by a name of its own that leads to loopback (DNS rebinding).
   * @param path with a leading slash and without a final one; everything below it is served, too; `/` is the root
   * alone
   */
  public mount(path: string, listener: RequestListener): void {
    this.mounts.set(path, listener);
  }

  /**
   * Lets the proxy connect to a host's own TLS server on loopback, so that client certificates reach it.
   * @param hostName without port
   */
  public tunnelTo(hostName: string, port: number): void {
    this.ownPorts.set(`${hostName.toLowerCase()}:443`, port);
  }

  /**
   * Hands connections over that ask a host for another protocol (RFC 9110, section 7.8).
   * @param hostName without port
   */
  public upgradeTo(hostName: string, handler: UpgradeHandler): void {
    // With this event on, Node.js hands every such request over, whichever host it is for.
    if (this.upgrades.size === 0) {
      this.https.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        this.upgrade(request, socket, head),
      );
    }
    this.upgrades.set(hostName.toLowerCase(), handler);
  }

  /** `HTTPS_PROXY` of programs in the stacks' virtual network, which reach private endpoints. */
  public get virtualNetworkProxyUrl(): string {
    return `http://${VIRTUAL_NETWORK}@127.0.0.1:${this.httpPort}`;
  }

  /** Port of the HTTPS side. */
  public get httpsPort(): number {
    return (this.https.address() as AddressInfo).port;
  }

  /** Port of the plain HTTP side, which is also the proxy. */
  public get httpPort(): number {
    return (this.http.address() as AddressInfo).port;
  }

  /** Closes both sides and every connection. */
  public async close(): Promise<void> {
    const closed = [this.https, this.http].map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await Promise.all(closed);
  }

  private track(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.sockets.delete(socket));
  }

  private mountedAt({ url = "/", headers: { host = "" } }: IncomingMessage): RequestListener | undefined {
    if (!LOOPBACK_NAMES.has(host.replace(/:\d+$/, "").toLowerCase())) {
      return undefined;
    }
    const path = url.replace(/\?.*$/s, "");
    return [...this.mounts].find(
      ([prefix]) => path === prefix || (prefix !== "/" && path.startsWith(`${prefix}/`)),
    )?.[1];
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const [hostName = ""] = (request.headers.host ?? "").toLowerCase().split(":");
    const handler = this.upgrades.get(hostName);
    if (handler === undefined) {
      socket.end("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    } else {
      handler(request, socket, head, this.originOf(request));
    }
  }

  private originOf({ socket, headers }: IncomingMessage): NetworkOrigin {
    return this.inside.has(socket.remotePort ?? 0) || standsInside(headers) ? "virtualNetwork" : "internet";
  }

  private async serve(
    scheme: "https" | "http",
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const controller = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) {
        controller.abort(new NetworkError("ECONNRESET", "the client closed the connection"));
      }
    });
    try {
      const answer = await this.network.dispatch({
        method: request.method ?? "GET",
        url: this.requestUrl(scheme, request),
        headers: headersOf(request),
        body: request,
        origin: this.originOf(request),
        sourceAddress: this.sourceAddress,
        signal: controller.signal,
      });
      await send(answer, response);
    } catch {
      // The client sees what a broken network shows: no answer, or an answer that stops.
      request.socket.destroy();
    }
  }

  /** The URL the client means; this listener's own port is not part of a simulated host's name. */
  private requestUrl(scheme: "https" | "http", request: IncomingMessage): URL {
    const target = request.url ?? "/";
    if (target.startsWith("http://")) {
      return new URL(target);
    }
    const url = new URL(`${scheme}://${request.headers.host ?? "localhost"}${target}`);
    if (url.port === String(scheme === "https" ? this.httpsPort : this.httpPort)) {
      url.port = "";
    }
    return url;
  }

  /** CONNECT (RFC 9110, section 9.3.6): to TLS servers of the simulation, and nowhere else. */
  private tunnel(request: IncomingMessage, client: Duplex, sent: Buffer): void {
    this.track(client);
    const { url = "" } = request;
    if (!URL.canParse(`https://${url}`) || !this.network.has(url)) {
      client.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    const port = this.ownPorts.get(url.toLowerCase()) ?? this.httpsPort;
    const isInside = standsInside(request.headers);
    const upstream = connect(port, "127.0.0.1", () => {
      const { localPort = 0 } = upstream;
      if (isInside) {
        this.inside.add(localPort);
        upstream.on("close", () => this.inside.delete(localPort));
      }
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      // What a client sent without waiting for that is the tunnel's as well.
      upstream.write(sent);
      client.pipe(upstream);
      upstream.pipe(client);
    });
    this.track(upstream);
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  }
}

/** Whether a program says so to the proxy (RFC 7617). Meant for loopback: it is a place, not a secret. */
function standsInside(headers: IncomingMessage["headers"]): boolean {
  const credentials = /^Basic\s+(\S+)$/i.exec(headers["proxy-authorization"] ?? "")?.[1] ?? "";
  return Buffer.from(credentials, "base64").toString("utf8").split(":")[0] === VIRTUAL_NETWORK;
}

function open(server: HttpServer | HttpsServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function headersOf(request: IncomingMessage): HttpHeaders {
  const result: Record<string, string[]> = {};
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index]?.toLowerCase() ?? "";
    if (!endsHere(name)) {
      (result[name] ??= []).push(request.rawHeaders[index + 1] ?? "");
    }
  }
  return result;
}

async function send(answer: HttpResponse, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status;
  response.statusMessage = answer.reason;
  for (const [name, values] of Object.entries(answer.headers)) {
    if (!endsHere(name)) {
      response.setHeader(name, [...values]);
    }
  }
  response.flushHeaders();
  for await (const chunk of answer.body) {
    if (!response.write(chunk) && !response.destroyed) {
      await new Promise<void>((resolve) => {
        const proceed = (): void => {
          response.off("drain", proceed).off("close", proceed);
          resolve();
        };
        response.on("drain", proceed).on("close", proceed);
      });
    }
    if (response.destroyed) {
      return;
    }
  }
  response.end();
}

import { lookup } from "node:dns";
import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { createSecureContext } from "node:tls";
import type * as undici from "undici";

/** What a client presents in TLS, PEM. */
export interface ClientCertificate {
  /** The certificate and the CAs to send along. */
  readonly chainPem: string;
  /** Its private key, PKCS#8. */
  readonly privateKeyPem: string;
}

/** A call to a gateway. */
export interface CallOptions {
  /** Method of HTTP. @default - `GET`, or `POST` with a body */
  readonly method?: string;
  /** Sent besides `Host`; the content type of a body of JSON is set. @default - none */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as it is; an object as JSON. @default - none */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array> | Readonly<Record<string, unknown>>;
  /** Name in TLS and in `Host`. @default - the gateway's primary host name */
  readonly hostName?: string;
  /** Presented in TLS. @default - no certificate */
  readonly certificate?: ClientCertificate;
  /** Whether to speak HTTP/2. @default false */
  readonly http2?: boolean;
  /** Gives up the call. @default - never */
  readonly signal?: AbortSignal;
}

/** What came back. The body is read once, in one of three ways. */
export interface CallResponse {
  /** Status code (RFC 9110, section 15). */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** In pieces, as they come. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body as text. */
  text(): Promise<string>;
  /** The whole body, parsed. */
  json(): Promise<unknown>;
}

/** Calls one gateway over real TLS under its real names, wherever it listens. */
export class GatewayConnection {
  private readonly agents = new Map<string, undici.Agent>();
  private readonly address: string;

  /**
   * @param ca certificate of the simulation's CA, PEM
   * @param host address on which the gateway listens
   */
  public constructor(
    private readonly ca: string,
    private readonly hostName: string,
    private readonly port: number,
    host = LOOPBACK,
  ) {
    this.address = ANY_ADDRESS.has(host) ? LOOPBACK : host;
  }

  /** @param target path and query @throws Error when the connection fails */
  public async call(target: string, options: CallOptions = {}): Promise<CallResponse> {
    const { hostName = this.hostName, signal, body } = options;
    const headers: Record<string, string | string[]> = { host: hostName };
    if (isJson(body)) {
      headers["content-type"] = "application/json";
    }
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      headers[name.toLowerCase()] = typeof value === "string" ? value : [...value];
    }
    // `path` is given apart from the origin, because URL parsing would tidy up dot segments.
    const response = await this.agentFor(options).request({
      origin: `https://${hostName}:${this.port}`,
      path: target,
      method: options.method ?? (body === undefined ? "GET" : "POST"),
      headers,
      body: bytesOf(body),
      signal,
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: response.body as AsyncIterable<Uint8Array>,
      text: () => response.body.text(),
      json: () => response.body.json(),
    };
  }

  public async close(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.destroy()));
  }

  private agentFor(options: CallOptions): undici.Agent {
    const key = `${options.http2 ?? false} ${options.certificate?.chainPem ?? ""}`;
    let agent = this.agents.get(key);
    if (agent === undefined) {
      agent = this.createAgent(options);
      this.agents.set(key, agent);
    }
    return agent;
  }

  private createAgent({ certificate, http2 = false }: CallOptions): undici.Agent {
    // A fifth of what the simulator loads, and needed only where it is its own client.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest runs no import() of a CommonJS package
    const { Agent } = require("undici") as typeof undici;
    return new Agent({
      allowH2: http2,
      connect: {
        // One for all connections: without, certificates and key are read anew for each.
        secureContext: createSecureContext({
          ca: this.ca,
          cert: certificate?.chainPem,
          key: certificate?.privateKeyPem,
        }),
        // The gateway is on this machine: what takes long to connect waits for a core.
        timeout: 60_000,
        lookup: (_name, { all }, done) => lookup(this.address, { all: all === true }, done),
      },
    });
  }
}

const LOOPBACK = "127.0.0.1";
/** To listen on these is to listen on loopback, too. */
const ANY_ADDRESS = new Set(["0.0.0.0", "::"]);

function bytesOf(body: CallOptions["body"]): string | Uint8Array | Readable | undefined {
  if (isJson(body)) {
    return JSON.stringify(body);
  }
  return body === undefined || typeof body === "string" || body instanceof Uint8Array
    ? body
    : Readable.from(body);
}

function isJson(body: CallOptions["body"]): body is Readonly<Record<string, unknown>> {
  return typeof body === "object" && !(body instanceof Uint8Array) && !(Symbol.asyncIterator in body);
}

import { STATUS_CODES } from "node:http";
import type { CancellationSignal } from "./cancellation";
import { NetworkError } from "./network-error";

/** Headers with lower-case names, each with its values. */
export type HttpHeaders = Readonly<Record<string, readonly string[]>>;

/** Where a call comes from: what private endpoints and network rules look at. */
export type NetworkOrigin = "internet" | "virtualNetwork";

/** A request as a simulated service receives it. */
export interface HttpRequest {
  /** Method of HTTP, in upper case. */
  readonly method: string;
  /** Whole URL, with the name that was called. */
  readonly url: URL;
  /** As they came. */
  readonly headers: HttpHeaders;
  /** In pieces, as they come. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Where the call comes from. */
  readonly origin: NetworkOrigin;
  /** Public IPv4 address of the caller, where it is known. @default - not known */
  readonly sourceAddress?: string;
  /** DER of the certificate that the caller showed in TLS. @default - none */
  readonly clientCertificate?: Uint8Array;
  /** Aborts when the caller gives up, also in the middle of the response's body. */
  readonly signal: AbortSignal;
}

export interface OutboundRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Time allowed until the response's headers. */
  readonly timeoutMs?: number;
  readonly signal?: CancellationSignal;
  /** DER of the certificate presented in TLS. */
  readonly clientCertificate?: Uint8Array;
}

/** What a simulated service answers. */
export interface HttpResponse {
  /** Status code (RFC 9110, section 15). */
  readonly status: number;
  /** Reason phrase; HTTP/2 has none. */
  readonly reason: string;
  /** Each name with its values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  /** In pieces, as they are made. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A simulated service: answers each request; throws `NetworkError` to break the connection. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpResponse>;

/** Reason phrase of a status (RFC 9110), empty for an unregistered one. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? "";
}

/** A body that is whole: whoever wants all of it need not wait for its pieces. */
export class WholeBody implements AsyncIterable<Uint8Array> {
  /** @param onEnd told when it has been read, and whether to its end */
  public constructor(
    private readonly bytes: Uint8Array,
    private readonly onEnd?: (isComplete: boolean) => void,
  ) {}

  /** In bytes. */
  public get length(): number {
    return this.bytes.byteLength;
  }

  /** All of it, which counts as read. */
  public take(): Uint8Array {
    this.onEnd?.(true);
    return this.bytes;
  }

  public async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    let isComplete = false;
    try {
      if (this.bytes.byteLength > 0) {
        yield await Promise.resolve(this.bytes);
      }
      isComplete = true;
    } finally {
      this.onEnd?.(isComplete);
    }
  }
}

/** A body in one piece; nothing for no bytes. */
export function singleChunk(bytes: Uint8Array): WholeBody {
  return new WholeBody(bytes);
}

/** Adds a field, whatever its name: `__proto__` and `constructor` are names of headers, too. */
export function addField(
  headers: Record<string, readonly string[]>,
  name: string,
  values: readonly string[],
): void {
  const known = Object.hasOwn(headers, name) ? headers[name] : undefined;
  const all = known === undefined ? values : [...known, ...values];
  if (name === "__proto__") {
    Object.defineProperty(headers, name, {
      value: all,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } else {
    headers[name] = all;
  }
}

/**
 * A response with a body in one piece.
 * @param headers names in lower case
 */
export function bytesResponse(
  status: number,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const entries = Object.entries(headers).map(([name, value]) => [name, [value]] as const);
  return {
    status,
    reason: reasonPhrase(status),
    headers: { ...Object.fromEntries(entries), "content-length": [String(bytes.byteLength)] },
    body: singleChunk(bytes),
  };
}

/** A JSON response. @param headers names in lower case */
export function jsonResponse(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return bytesResponse(status, Buffer.from(JSON.stringify(value)), {
    "content-type": "application/json; charset=utf-8",
    ...headers,
  });
}

/** What a simulated service, or a policy that calls one, holds of a body. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The whole body. @throws NetworkError when it is longer than `max` bytes */
export async function readBytes(body: AsyncIterable<Uint8Array>, max = MAX_BYTES): Promise<Buffer> {
  if (body instanceof WholeBody) {
    const bytes = body.take();
    checkLength(bytes.byteLength, max);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    checkLength(length, max);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function checkLength(length: number, max: number): void {
  if (length > max) {
    throw new NetworkError("ECONNRESET", `the body is longer than ${max} bytes`);
  }
}

/** The whole body as UTF-8 text. */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  return (await readBytes(body)).toString("utf8");
}

/** The first value of a header. @param name lower case */
export function headerValue(headers: HttpHeaders, name: string): string | undefined {
  return headers[name]?.[0];
}

/** The token that `Authorization` carries (RFC 6750, section 2.1). @returns none for another scheme */
export function bearerToken(headers: HttpHeaders): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(headerValue(headers, "authorization") ?? "")?.[1];
}

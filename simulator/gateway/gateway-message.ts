import { STATUS_CODES } from "node:http";
import { HeaderMap, type MutableRequest, type MutableResponse } from "../policies";
import type { MessageContent } from "./message-content";

abstract class GatewayMessage {
  protected constructor(
    public readonly content: MessageContent,
    public readonly headers: HeaderMap,
  ) {}

  public get hasBody(): boolean {
    return this.content.isPresent;
  }

  public setBody(body: Uint8Array | string | undefined): void {
    this.content.replace(body);
    this.headers.delete("Content-Length");
  }

  public readBody(): Promise<Uint8Array> | Uint8Array {
    return this.content.read();
  }
}

/** A request on its way to a backend, or a call that a policy builds. */
export class GatewayRequest extends GatewayMessage implements MutableRequest {
  public path = "/";
  public readonly query = new Map<string, string[]>();
  public backend: MutableRequest["backend"];
  public clientCertificate: Uint8Array | undefined;

  public constructor(
    public method: string,
    content: MessageContent,
    headers = new HeaderMap(),
  ) {
    super(content, headers);
  }

  /** The query as it is sent, with a leading `?`; empty when there are no parameters. */
  public get queryString(): string {
    return formatQuery(this.query);
  }
}

/** A response on its way to the caller. */
export class GatewayResponse extends GatewayMessage implements MutableResponse {
  public reason: string;

  public constructor(
    public status: number,
    reason: string | undefined,
    content: MessageContent,
    /** Whether chunks leave as they come, or in blocks. */
    public readonly buffered = false,
    headers = new HeaderMap(),
  ) {
    super(content, headers);
    this.reason = reason ?? STATUS_CODES[status] ?? "";
  }
}

/** A query string from its parameters, with a leading `?`; empty when there are none. */
export function formatQuery(query: ReadonlyMap<string, readonly string[]>): string {
  let text = "";
  for (const [name, values] of query) {
    for (const value of values) {
      text += `${text === "" ? "?" : "&"}${encode(name)}=${encode(value)}`;
    }
  }
  return text;
}

/** Parameters of a query string, in order, decoded. @param query without the leading `?` */
export function parseQuery(query: string): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    const values = result.get(name);
    if (values === undefined) {
      result.set(name, [value]);
    } else {
      values.push(value);
    }
  }
  return result;
}

/** What is encoded as it is. */
const PLAIN = /^[\w.~!*'(),:/-]*$/;

function encode(text: string): string {
  if (PLAIN.test(text)) {
    return text;
  }
  return encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%2F/g, "/");
}

import { X509Certificate } from "node:crypto";
import type { Gateway } from "../gateway";
import { readBytes, singleChunk } from "../network";
import type { RequestTrace, Sinks } from "../sinks";
import type { ClientCertificate } from "./gateway-connection";

/** A call that is handed to a gateway without a connection. */
export interface DirectCallOptions {
  /** Name of the service. @default - the first gateway */
  readonly gateway?: string;
  /** Name in TLS and in `Host`. @default - the gateway's primary host name */
  readonly hostName?: string;
  /** @default "GET", or "POST" with a body */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; an object as JSON. @default - none */
  readonly body?: string | Uint8Array | Readonly<Record<string, unknown>>;
  /** @default - none */
  readonly certificate?: ClientCertificate;
  /** Address that the call comes from. @default "127.0.0.1" */
  readonly sourceAddress?: string;
}

/** How a call was answered, and what happened to it. */
export interface DirectCall {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly trace: RequestTrace;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** @throws Error when the gateway leaves no trace of the call: the answer broke off before it began */
export async function performCall(
  gateway: Gateway,
  sinks: Sinks,
  target: string,
  options: DirectCallOptions,
): Promise<DirectCall> {
  const bytes = bytesOf(options.body);
  const host = options.hostName ?? gateway.primaryHostName;
  const traces: RequestTrace[] = [];
  const stop = sinks.onRequest((trace) => traces.push(trace));
  try {
    const answer = await gateway.handle({
      method: options.method ?? (bytes === undefined ? "GET" : "POST"),
      host,
      target,
      headers: headersOf(options, host, bytes),
      body: bytes === undefined ? undefined : singleChunk(bytes),
      ipAddress: options.sourceAddress ?? "127.0.0.1",
      certificateChain: gateway.negotiatesClientCertificate(host) ? chainOf(options) : [],
      signal: new AbortController().signal,
    });
    const body = (await readBytes(answer.body)).toString("utf8");
    // Policies that call their own gateway leave traces before.
    const trace = traces.at(-1);
    if (trace === undefined) {
      throw new Error(`${options.method ?? ""} ${target}: the gateway left no trace`);
    }
    const headers = Object.entries(answer.headers).map(
      ([name, values]) => [name.toLowerCase(), values] as const,
    );
    return { status: answer.status, headers: Object.fromEntries(headers), body, trace };
  } finally {
    stop();
  }
}

function bytesOf(body: DirectCallOptions["body"]): Uint8Array | undefined {
  if (body === undefined || body instanceof Uint8Array) {
    return body;
  }
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function headersOf(
  { headers = {}, body }: DirectCallOptions,
  host: string,
  bytes: Uint8Array | undefined,
): readonly (readonly [string, readonly string[]])[] {
  const isJson = typeof body === "object" && !(body instanceof Uint8Array);
  const usual = {
    host,
    ...(bytes === undefined ? {} : { "content-length": String(bytes.byteLength) }),
    ...(isJson ? { "content-type": "application/json" } : {}),
  };
  const own = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.entries({ ...usual, ...Object.fromEntries(own) }).map(([name, value]) => [name, [value]]);
}

/** Chains that were read, by their text: as over a connection, a gateway gets the same certificates with each call. */
const CHAINS = new Map<string, readonly Uint8Array[]>();
const MAX_CHAINS = 1_000;

function chainOf({ certificate }: DirectCallOptions): readonly Uint8Array[] {
  const pem = certificate?.chainPem ?? "";
  const known = CHAINS.get(pem);
  if (known !== undefined) {
    return known;
  }
  const chain = [...pem.matchAll(CERTIFICATE)].map(([one]) => new X509Certificate(one).raw);
  if (CHAINS.size >= MAX_CHAINS) {
    CHAINS.clear();
  }
  CHAINS.set(pem, chain);
  return chain;
}

import { type ApiAccess, present, type PresentedCredentials } from "../access";
import type { Simulation } from "../simulation";
import type { RequestTrace } from "../sinks";
import { callsOf } from "./page-json";

/** What the form of the page asks for. */
export interface PageCallRequest {
  readonly gateway: string;
  readonly api: string;
  /** Index of the caller among the API's calls. */
  readonly caller: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Empty for none. */
  readonly body: string;
}

/** How the gateway answered. */
export interface PageCallAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of the trace; none when it is no longer kept. */
  readonly requestId?: string;
  /** The same call for a shell, credentials included. @default - nobody makes it */
  readonly curl?: string;
}

/** A call as it was made. */
export interface MadeCall extends PresentedCredentials {
  readonly gateway: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** @default - none */
  readonly body?: string;
}

/** A call that makes no sense, in one sentence. */
export class PageCallError extends Error {
  public override readonly name = "PageCallError";
}

const LIFETIME_SECONDS = 300;
const TOKEN_METHOD = /^[A-Z]{1,20}$/;

/**
 * Calls a gateway for the page, over TLS like any client.
 * @throws PageCallError for a request that the form does not make
 */
export async function callForPage(
  simulation: Simulation,
  accesses: readonly ApiAccess[],
  request: unknown,
  curlOf?: (call: MadeCall) => string,
): Promise<PageCallAnswer> {
  const { gateway, api, caller, method, target, body } = checked(request);
  const access = accesses.find((candidate) => candidate.gateway === gateway && candidate.api === api);
  const trial = callsOf(access)[caller];
  if (trial === undefined) {
    throw new PageCallError(`API '${api}' of gateway '${gateway}' has no caller ${caller}.`);
  }
  const presented = await present(simulation, trial.credentials, LIFETIME_SECONDS);
  const { certificate } = presented;
  const headers = { ...trial.request.headers, ...presented.headers };
  const withBody = body !== "" && method !== "GET" && method !== "HEAD";
  const response = await simulation.call(target, {
    gateway,
    method,
    certificate,
    headers: withBody ? { ...headers, "content-type": "application/json" } : headers,
    body: withBody ? body : undefined,
  });
  const isThis = (trace: RequestTrace): boolean =>
    trace.gateway === gateway && trace.method === method && trace.path === target.replace(/\?.*$/s, "");
  return {
    status: response.status,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]),
    ),
    body: await response.text(),
    requestId: simulation.traces.findLast(isThis)?.requestId,
    curl: curlOf?.({ ...presented, gateway, method, target, headers, body: withBody ? body : undefined }),
  };
}

function checked(request: unknown): PageCallRequest {
  const members = (typeof request === "object" ? request : undefined) as Record<string, unknown> | undefined;
  const text = (name: string): string => {
    const value = members?.[name];
    if (typeof value !== "string") {
      throw new PageCallError(`'${name}' must be a text.`);
    }
    return value;
  };
  const [gateway, api, method, target, body] = ["gateway", "api", "method", "target", "body"].map(text) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const caller = members?.["caller"];
  if (typeof caller !== "number" || !TOKEN_METHOD.test(method) || !/^\/[\x21-\x7e]*$/.test(target)) {
    throw new PageCallError(
      "'caller' must be a number, 'method' a method, 'target' a path that begins with '/'.",
    );
  }
  return { gateway, api, caller, method, target, body };
}

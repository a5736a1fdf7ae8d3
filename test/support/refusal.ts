import type { CallOptions, CallResponse } from "../../simulator";
import { documentedRules } from "../docs/told-rules";
import type { SimulatedEnvironment } from "./simulation";

/** An answer of the error contract: what callers see, written down apart from the code that makes it. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Headers beside `Content-Type`, `Cache-Control` and those of the connection. */
  readonly headers?: Readonly<Record<string, string | RegExp>>;
}

const SECONDS = /^[1-9][0-9]*$/;

export const R400: Refusal = {
  status: 400,
  code: "invalid_request",
  message: "The request is not valid for this API.",
};
export const R401: Refusal = {
  status: 401,
  code: "unauthorized",
  message: "The request has no valid credentials.",
  headers: { "www-authenticate": "Bearer" },
};
/** {@link R401} to a request with an `Authorization` header (RFC 6750, section 3.1). */
export const R401_TOKEN: Refusal = {
  ...R401,
  headers: { "www-authenticate": 'Bearer error="invalid_token"' },
};
export const R403: Refusal = {
  status: 403,
  code: "forbidden",
  message: "The caller is not allowed to do this.",
};
export const R403S: Refusal = {
  status: 403,
  code: "insufficient_scope",
  message: "The token does not have the permission that this operation needs.",
  headers: { "www-authenticate": 'Bearer error="insufficient_scope"' },
};
export const R403Q: Refusal = {
  status: 403,
  code: "quota_exceeded",
  message: "The caller's quota for this period is used up.",
  headers: { "retry-after": SECONDS },
};
export const R404: Refusal = { status: 404, code: "not_found", message: "The resource does not exist." };
export const R413: Refusal = {
  status: 413,
  code: "request_too_large",
  message: "The request is larger than this API accepts.",
};
export const R415: Refusal = {
  status: 415,
  code: "unsupported_media_type",
  message: "The content type or encoding of the request is not supported.",
};
/** {@link R401_TOKEN} to what does not look like a token. */
export const R401_BEARER: Refusal = {
  ...R401_TOKEN,
  message: "Authorization takes access tokens: send a key in the header api-key, where the API takes keys.",
};
export const R429: Refusal = {
  status: 429,
  code: "rate_limited",
  message: "Too many requests: retry after the time that Retry-After gives.",
  headers: { "retry-after": SECONDS },
};
export const R500: Refusal = {
  status: 500,
  code: "internal_error",
  message: "The gateway could not process the request.",
};
export const R502: Refusal = {
  status: 502,
  code: "upstream_error",
  message: "The model service did not give a usable answer.",
};
export const R503: Refusal = {
  status: 503,
  code: "upstream_unavailable",
  message: "The model service is not available at the moment.",
  headers: { "retry-after": SECONDS },
};
export const R504: Refusal = {
  status: 504,
  code: "upstream_timeout",
  message: "The model service did not answer in time.",
};

/** Answers to an authenticated caller may name the rule, in the words of docs/clients.md. */
const TOLD: readonly string[] = [R400, R413, R415].map(({ code }) => code);

const OF_THE_CONNECTION = ["connection", "content-length", "date", "keep-alive"];

/** Says where something runs: never to be seen by callers. */
const INTERNAL = /azure|subscriptions\/|oai-|apim-|contoso|[0-9a-f]{8}-[0-9a-f]{4}-|\.[jt]s:/i;

/**
 * Sends a request that must be refused, without a call to any account.
 *
 * @returns the answer's text without its request id, for comparison with another refusal
 */
export async function expectRefused(
  environment: SimulatedEnvironment,
  refusal: Refusal,
  target: string,
  request: CallOptions = {},
): Promise<string> {
  const { simulation } = environment;
  const before = environment.accountRequests().length;
  const response = await simulation.call(target, request);
  const { id, text } = await refusalIn(response, refusal);
  expect(environment.accountRequests()).toHaveLength(before);
  const recorded = simulation
    .rows("AppTraces")
    .map(({ Properties }) => Properties as Readonly<Record<string, string>>)
    .filter(({ RequestId }) => RequestId === id);
  expect(recorded).toEqual([
    expect.objectContaining({ Status: String(refusal.status), Code: refusal.code, Stream: "false" }),
  ]);
  expectNoSecrets(JSON.stringify([simulation.logs, simulation.metrics, recorded]), request);
  expectNoSecrets(text, request);
  return text;
}

/** Checks an answer against the contract: every byte but the request id, and no header more. */
export async function expectRefusal(response: CallResponse, refusal: Refusal): Promise<string> {
  return (await refusalIn(response, refusal)).text;
}

async function refusalIn(
  response: CallResponse,
  refusal: Refusal,
): Promise<{ readonly id: string | undefined; readonly text: string }> {
  const { code, message, headers = {} } = refusal;
  const text = await response.text();
  const id = /"request_id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/.exec(text)?.[1];
  const rule = TOLD.includes(code)
    ? documentedRules().find((row) => text.includes(JSON.stringify(row[1])))
    : undefined;
  const error = rule
    ? { code, message: rule[1], type: "invalid_request_error", param: rule[0], request_id: id }
    : { code, message, request_id: id };
  expect({ status: response.status, text }).toEqual({
    status: refusal.status,
    text: JSON.stringify({ error }),
  });
  const sent = Object.entries(response.headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
  expect(Object.fromEntries(sent)).toEqual({
    "content-type": "application/json",
    "cache-control": "no-store",
    ...Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        typeof value === "string" ? value : expect.stringMatching(value),
      ]),
    ),
  });
  const shown = JSON.stringify([sent, text.replace(id ?? "", "")]);
  expect(shown).not.toMatch(INTERNAL);
  return { id, text: text.replace(id ?? "", "") };
}

/** Nothing that a request carried in secret may appear in what is left of it. */
export function expectNoSecrets(record: string, { headers = {}, body, certificate }: CallOptions): void {
  const values = Object.entries(headers)
    .filter(([name]) => /^(authorization|api-key|cookie|proxy-authorization|.*cert.*)$/i.test(name))
    .flatMap(([, value]) => value)
    .map((value) => value.replace(/^\w+ /, ""));
  const secrets = [
    ...values,
    ...(certificate ? [certificate.chainPem.split("\n")[2] ?? ""] : []),
    ...(JSON.stringify(body ?? "").match(/MARKER-[0-9a-z-]+/g) ?? []),
  ];
  for (const secret of secrets.filter((value) => value.length > 8)) {
    expect(record).not.toContain(secret);
  }
}

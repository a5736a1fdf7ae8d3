import {
  type CSharp,
  csharp,
  csharpStrings,
  includeFragment,
  type PolicyElement,
  PolicyExpression,
  setVariable,
  when,
} from "../../policy";
import { tableEntry } from "./table-entry";

/**
 * Errors that the gateway answers with, by `error.code`: status and message are fixed, so that no answer says
 * more than its code to somebody who is not authenticated.
 */
export const REFUSALS = {
  invalid_request: { status: 400, message: "The request is not valid for this API." },
  unauthorized: { status: 401, message: "The request has no valid credentials." },
  forbidden: { status: 403, message: "The caller is not allowed to do this." },
  insufficient_scope: {
    status: 403,
    message: "The token does not have the permission that this operation needs.",
  },
  quota_exceeded: { status: 403, message: "The caller's quota for this period is used up." },
  not_found: { status: 404, message: "The resource does not exist." },
  gone: { status: 410, message: "The request is past its time: what became of it is no longer kept." },
  request_too_large: { status: 413, message: "The request is larger than this API accepts." },
  unsupported_media_type: {
    status: 415,
    message: "The content type or encoding of the request is not supported.",
  },
  rate_limited: { status: 429, message: "Too many requests: retry after the time that Retry-After gives." },
  internal_error: { status: 500, message: "The gateway could not process the request." },
  upstream_error: { status: 502, message: "The model service did not give a usable answer." },
  upstream_unavailable: { status: 503, message: "The model service is not available at the moment." },
  queue_unavailable: {
    status: 503,
    message: "The queue is not available at the moment: retry after the time that Retry-After gives.",
  },
  upstream_timeout: { status: 504, message: "The model service did not answer in time." },
} as const;

/** `error.code` of an answer. */
export type RefusalCode = keyof typeof REFUSALS;

/** Codes of gateways with a queue. */
export const QUEUE_REFUSALS: readonly RefusalCode[] = ["gone", "queue_unavailable"];

/** Codes whose answers carry `Retry-After`. */
export const RETRY_LATER: readonly RefusalCode[] = [
  "rate_limited",
  "quota_exceeded",
  "upstream_unavailable",
  "queue_unavailable",
];

/** Codes whose answers carry `WWW-Authenticate` (RFC 6750 section 3). */
export const CHALLENGES: readonly RefusalCode[] = ["unauthorized", "insufficient_scope"];

/** Variables that {@link refusalFragment} reads. */
export const REFUSAL = {
  /** `<code>:<rule>`; `""` or not set: nothing was refused by name. */
  verdict: "refusal",
  /** Seconds until a retry makes sense. */
  retryAfter: "refusalRetryAfter",
  /** `JObject` with `code`, `message` and `param` of the model service. */
  detail: "refusalDetail",
} as const;

/**
 * C# `string`: a verdict for {@link refuseIf}. The rule goes to the audit record; what a caller is told of it stands in
 * `TOLD_RULES`.
 */
export function verdict(code: RefusalCode, rule: string): string {
  return tableEntry(code, rule);
}

/** Policies that answer with an error and end the request. */
export function refuse(fragmentId: string, code: RefusalCode, rule: string): readonly PolicyElement[] {
  return [setVariable(REFUSAL.verdict, verdict(code, rule)), includeFragment(fragmentId)];
}

/**
 * Policies that refuse the request by the verdict of some C# statements.
 *
 * @param statements return a {@link verdict}, or `""` to let the request pass
 */
export function refuseIf(fragmentId: string, statements: CSharp): readonly PolicyElement[] {
  return [
    setVariable(REFUSAL.verdict, PolicyExpression.block(statements)),
    when(csharp`((string)context.Variables[${REFUSAL.verdict}]) != ""`, includeFragment(fragmentId)),
  ];
}

/** C# `bool`: whether a code is one of these. */
export function isOneOf(code: CSharp, codes: readonly RefusalCode[]): CSharp {
  return csharp`${csharpStrings(codes)}.Contains(${code})`;
}

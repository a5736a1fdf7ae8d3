import {
  choose,
  type CSharp,
  csharp,
  csharpJoin,
  emitMetric,
  type PolicyElement,
  PolicyExpression,
  PolicyFragment,
  returnResponse,
  setHeader,
  setVariable,
} from "../../policy";
import { auditRecord } from "./audit-record";
import { CALLER, QUEUED, REQUEST_TEXT, variable, variableOrEmpty } from "./caller";
import { ENCODED_CONTENT } from "./encoded-content";
import {
  CHALLENGES,
  isOneOf,
  QUEUE_REFUSALS,
  REFUSAL,
  type RefusalCode,
  REFUSALS,
  RETRY_LATER,
  verdict,
} from "./refusal";
import { entryField } from "./table-entry";
import { TOLD_QUEUE_RULES, TOLD_RULES } from "./told-rules";

/** Resource name of the fragment in a gateway that is all ours. */
export const REFUSAL_FRAGMENT_ID = "ai-gateway-refusal";

/** Namespace of the gateway's metrics in Application Insights. */
export const METRIC_NAMESPACE = "ai-gateway";

/** A bearer token that is not a JWT: a key, as clients of the v1 shape send it. */
const OPAQUE_BEARER = csharp`"^[Bb]earer\u0020+[0-9A-Za-z]{20,}\\z"`;
/** Says nothing of the key: whoever sends any text like that is told so, by every API. */
const KEY_AS_BEARER =
  "Authorization takes access tokens: send a key in the header api-key, where the API takes keys.";

/** More characters than a token has on average in any language. */
const MAX_CHARACTERS_PER_TOKEN = 8;

/** The answer in parts, while the fragment runs. */
const CODE = "refusalCode";
const RULE = "refusalRule";
const STATUS = "refusalStatus";
const BODY = "refusalBody";

/** What the fragment must know of the gateway. */
export interface RefusalFragmentProps {
  /** How long a circuit breaker stays open at least: when a call makes sense again while one is. */
  readonly tripSeconds: number;
  /** Whether an API of the gateway has a queue. @default false */
  readonly queued?: boolean;
}

/**
 * The one way in which a request is refused, wherever that happens: counts and records the refusal and answers with the
 * error contract. In on-error it says what the gateway's own error means.
 *
 * Its resource needs `format = "rawxml"`.
 */
export function refusalFragment({ tripSeconds, queued = false }: RefusalFragmentProps): PolicyFragment {
  const codes = (Object.keys(REFUSALS) as RefusalCode[]).filter(
    (code) => queued || !QUEUE_REFUSALS.includes(code),
  );
  return new PolicyFragment([
    setVariable(REFUSAL.verdict, PolicyExpression.block(theVerdict(queued))),
    setVariable(CODE, PolicyExpression.of(entryField(variable(REFUSAL.verdict), 0))),
    setVariable(RULE, PolicyExpression.of(entryField(variable(REFUSAL.verdict), 1))),
    setVariable(STATUS, PolicyExpression.block(status(codes))),
    setVariable(BODY, PolicyExpression.block(body(codes, queued))),
    setVariable(REFUSAL.retryAfter, PolicyExpression.block(retryAfter(tripSeconds))),
    emitMetric({
      name: "Refusals",
      namespace: METRIC_NAMESPACE,
      dimensions: [
        { name: "API", value: csharp`context.Api == null ? "none" : context.Api.Id` },
        { name: "Code", value: variable(CODE) },
        { name: "Rule", value: variable(RULE) },
        {
          name: "Client",
          value: csharp`context.Variables.GetValueOrDefault<string>(${CALLER.clientId}, "unknown")`,
        },
      ],
    }),
    auditRecord({
      status: csharp`((int)context.Variables[${STATUS}]).ToString()`,
      code: variable(CODE),
      rule: variable(RULE),
      stream: csharp`"false"`,
      queued,
    }),
    choose(
      [
        {
          condition: isOneOf(variable(CODE), CHALLENGES),
          policies: [answer(setHeader("WWW-Authenticate", PolicyExpression.block(challenge())))],
        },
        {
          condition: isOneOf(
            variable(CODE),
            RETRY_LATER.filter((code) => codes.includes(code)),
          ),
          policies: [answer(setHeader("Retry-After", PolicyExpression.of(variable(REFUSAL.retryAfter))))],
        },
      ],
      [answer()],
    ),
  ]);
}

function answer(...headers: readonly PolicyElement[]): PolicyElement {
  return returnResponse({
    statusCode: PolicyExpression.of(csharp`((int)context.Variables[${STATUS}])`),
    headers: [
      setHeader("Content-Type", "application/json"),
      setHeader("Cache-Control", "no-store"),
      ...headers,
    ],
    body: PolicyExpression.of(variable(BODY)),
  });
}

function status(codes: readonly RefusalCode[]): CSharp {
  return csharp`
    switch (${variable(CODE)}) {
      ${cases(codes)}
      default: return ${REFUSALS.internal_error.status};
    }
  `;
}

/**
 * Members in the order of the contract; an authenticated caller is told the rule; what the model service said about a bad request takes their place.
 */
function body(codes: readonly RefusalCode[], queued: boolean): CSharp {
  return csharp`
    var message = "";
    switch (${variable(CODE)}) {
      ${assignments(codes)}
    }
    var param = "";
    if (context.Variables.ContainsKey(${CALLER.clientId})) {
      switch (${variable(RULE)}) {
        ${toldRules(queued)}
      }
    }
    if (${variable(RULE)} == "prompt-above-limit") {
      message = message + "\u0020" + ${variable(CALLER.tokensOfMinute)} + "\u0020tokens.";
    }
    if (${variable(CODE)} == "unauthorized"
      && Regex.IsMatch(context.Request.Headers.GetValueOrDefault("Authorization", ""), ${OPAQUE_BEARER})) {
      message = ${KEY_AS_BEARER};
    }
    var error = new JObject(
      new JProperty("code", ${variable(CODE)}),
      new JProperty("message", message));
    if (param != "") {
      error.Add(new JProperty("type", "invalid_request_error"));
      error.Add(new JProperty("param", param));
    }
    var detail = context.Variables.GetValueOrDefault<JObject>(${REFUSAL.detail}, null);
    if (detail != null) {
      error = (JObject)detail.DeepClone();
    }
    error.Add(new JProperty("request_id", context.RequestId.ToString()));
    return new JObject(new JProperty("error", error)).ToString(Formatting.None);
  `;
}

function challenge(): CSharp {
  return csharp`
    if (${variable(CODE)} == "insufficient_scope") {
      return ${'Bearer error="insufficient_scope"'};
    }
    var presented = context.Request.Headers.ContainsKey("Authorization");
    return presented ? ${'Bearer error="invalid_token"'} : "Bearer";
  `;
}

/**
 * Whole seconds, at least one: from the limit that refused, else from the response at hand. An open circuit breaker
 * does not say how long it stays open: that is what it was made with, unless an account asked for longer.
 */
function retryAfter(tripSeconds: number): CSharp {
  return csharp`
    var seconds = context.Variables.ContainsKey(${REFUSAL.retryAfter})
      ? Convert.ToString(context.Variables[${REFUSAL.retryAfter}])
      : context.Response == null ? "" : context.Response.Headers.GetValueOrDefault("Retry-After", "");
    if (Regex.IsMatch(seconds, "^[1-9][0-9]{0,7}\\z")) {
      return seconds;
    }
    return ${variable(CODE)} == "upstream_unavailable" ? ${String(tripSeconds)} : "1";
  `;
}

/** C# `string`: name of the variable with what the last limit of tokens had left. */
function lastRemaining(queued: boolean): CSharp {
  const ofUser = queued
    ? csharp`context.Variables.ContainsKey(${CALLER.remainingTokensOfUser})
        ? ${CALLER.remainingTokensOfUser} : ${QUEUED.remainingTokens}`
    : csharp`${CALLER.remainingTokensOfUser}`;
  return csharp`context.Variables.ContainsKey(${CALLER.remainingTokens}) ? ${CALLER.remainingTokens} : ${ofUser}`;
}

/**
 * Names what went wrong if nothing did so before: an open circuit breaker by its status, everything else by
 * reason, then by policy, then by status. A 403 with a time to wait is a quota's.
 */
function theVerdict(queued: boolean): CSharp {
  return csharp`
    var refusal = ${variableOrEmpty(REFUSAL.verdict)};
    if (refusal != "") {
      return refusal;
    }
    var source = context.LastError == null ? "" : context.LastError.Source ?? "";
    var reason = context.LastError == null ? "" : context.LastError.Reason ?? "";
    var rule = ":" + Regex.Replace(source + "/" + reason, "[^A-Za-z0-9/-]", "");
    var status = context.Response == null ? 500 : context.Response.StatusCode;
    if (status == 503) {
      return "upstream_unavailable" + rule;
    }
    if (status == 429 && source.EndsWith("-token-limit") && context.Variables.ContainsKey(${CALLER.tokensOfMinute})) {
      var limit = ${variable(CALLER.tokensOfMinute)};
      var left = ${lastRemaining(queued)};
      var text = Regex.Replace(${variableOrEmpty(REQUEST_TEXT)}, ${ENCODED_CONTENT}, "");
      if (context.Variables.ContainsKey(left) && Convert.ToString(context.Variables[left]) == limit
        || text.Length / ${MAX_CHARACTERS_PER_TOKEN} > int.Parse(limit)) {
        return ${verdict("invalid_request", "prompt-above-limit")};
      }
    }
    switch (reason) {
      case "OperationNotFound": return "not_found" + rule;
      case "SubscriptionKeyNotFound":
      case "SubscriptionKeyInvalid": return "unauthorized" + rule;
      case "BackendConnectionFailure": return "upstream_error" + rule;
      case "Timeout": return "upstream_timeout" + rule;
      case "ExpressionValueEvaluationFailure": return "internal_error" + rule;
    }
    switch (source) {
      case "validate-jwt":
      case "validate-azure-ad-token": return "unauthorized" + rule;
      case "validate-client-certificate": return "forbidden" + rule;
      case "authentication-managed-identity": return "internal_error" + rule;
    }
    switch (status) {
      case 400: return "invalid_request" + rule;
      case 401: return "unauthorized" + rule;
      case 403:
        return (context.Variables.ContainsKey(${REFUSAL.retryAfter}) ? "quota_exceeded" : "forbidden") + rule;
      case 404: return "not_found" + rule;
      case 413: return "request_too_large" + rule;
      case 415: return "unsupported_media_type" + rule;
      case 429: return "rate_limited" + rule;
      case 502: return "upstream_error" + rule;
      case 504: return "upstream_timeout" + rule;
    }
    return "internal_error" + rule;
  `;
}

function cases(codes: readonly RefusalCode[]): CSharp {
  return csharpJoin(
    codes.map((code) => csharp`case ${code}: return ${REFUSALS[code].status};`),
    "\n",
  );
}

function toldRules(queued: boolean): CSharp {
  return csharpJoin(
    Object.entries(queued ? { ...TOLD_RULES, ...TOLD_QUEUE_RULES } : TOLD_RULES).map(
      ([rule, { param, message }]) => csharp`case ${rule}: param = ${param}; message = ${message}; break;`,
    ),
    "\n",
  );
}

function assignments(codes: readonly RefusalCode[]): CSharp {
  return csharpJoin(
    codes.map((code) => csharp`case ${code}: message = ${REFUSALS[code].message}; break;`),
    "\n",
  );
}

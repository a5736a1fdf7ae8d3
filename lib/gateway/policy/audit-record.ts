import {
  type CSharp,
  csharp,
  type PolicyElement,
  PolicyExpression,
  PolicyFragment,
  trace,
} from "../../policy";
import { CALLER, QUEUED, ROUTE, variableOrEmpty } from "./caller";

/** Resource name of the fragment in a gateway that is all ours. */
export const AUDIT_FRAGMENT_ID = "ai-gateway-audit";

/** Text by which queries of `AppTraces` find the audit records of a gateway. */
export const AUDIT_MESSAGE = "ai-gateway-audit";

/** How a request ended. Each is a C# `string`. */
interface Outcome {
  /** HTTP status of the answer. */
  readonly status: CSharp;
  /** `error.code` of the answer. */
  readonly code: CSharp;
  /** Which check refused. */
  readonly rule: CSharp;
  /** Whether the answer is a stream of events. */
  readonly stream: CSharp;
  /** Whether an API of the gateway has a queue: then the record says which request of it this is about. */
  readonly queued: boolean;
  /** Whether somebody asks for spending: then the record says what the model still knew of the prompt. @default false */
  readonly priced?: boolean;
}

/**
 * The audit record: who asked for what, and what became of it. Ids that the gateway verified, and names of the stack's
 * own; no prompt, credential, address or text of the request. Nothing in it can fail: a request that has its answer
 * must not lose it here.
 */
export function auditRecord({ status, code, rule, stream, queued, priced = false }: Outcome): PolicyElement {
  const tries = csharp`context.Variables.GetValueOrDefault<int>(${ROUTE.tries}, 0).ToString()`;
  const members = {
    RequestId: csharp`context.RequestId.ToString()`,
    Client: csharp`context.Variables.GetValueOrDefault<string>(${CALLER.clientId}, "unknown")`,
    Issuer: orNone(CALLER.issuer),
    User: orNone(CALLER.userId),
    AuthMethod: orNone(CALLER.method),
    Api: csharp`context.Api == null ? "none" : context.Api.Id`,
    Operation: csharp`context.Operation == null ? "none" : context.Operation.Id`,
    Deployment: orNone(ROUTE.deployment),
    Backend: orNone(ROUTE.backend),
    Tries: tries,
    Cache: orNone(ROUTE.cache),
    ...(queued ? { QueuedId: orNone(QUEUED.id) } : {}),
    ...(priced ? { CachedTokens: orNone(ROUTE.cachedTokens) } : {}),
    Status: status,
    Code: code,
    Rule: rule,
    Stream: stream,
    Milliseconds: csharp`((int)context.Elapsed.TotalMilliseconds).ToString()`,
  };
  return trace({
    source: "ai-gateway",
    severity: "information",
    message: AUDIT_MESSAGE,
    metadata: Object.fromEntries(
      Object.entries(members).map(([name, value]) => [name, PolicyExpression.of(value)]),
    ),
  });
}

/**
 * Writes the audit record of a request that gets what it asked for. Included where its answer is ready, and in no other
 * place: the fragment that refuses has a record of its own.
 *
 * Its resource needs `format = "rawxml"`.
 *
 * @param queued whether an API of the gateway has a queue
 * @param priced whether one asks for spending
 */
export function auditFragment(queued = false, priced = false): PolicyFragment {
  return new PolicyFragment([
    auditRecord({
      status: queued
        ? csharp`context.Response != null ? context.Response.StatusCode.ToString()
          : ${variableOrEmpty(QUEUED.status)} == "" ? "200" : ${variableOrEmpty(QUEUED.status)}`
        : csharp`context.Response == null ? "200" : context.Response.StatusCode.ToString()`,
      code: csharp`"none"`,
      rule: csharp`"none"`,
      stream: csharp`context.Response != null
        && context.Response.Headers.GetValueOrDefault("Content-Type", "").StartsWith("text/event-stream")
        ? "true" : "false"`,
      queued,
      priced,
    }),
  ]);
}

/** C# `string`: a variable, `none` where it is not set or empty. */
function orNone(name: string): CSharp {
  return csharp`${variableOrEmpty(name)} == "" ? "none" : ${variableOrEmpty(name)}`;
}

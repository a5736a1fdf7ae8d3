import { type CSharp, csharp, type PolicyElement, PolicyExpression, setVariable } from "../../policy";

/**
 * Context variables that say who calls. They are set after authentication, from verified material only, and
 * are the one source for rights, limits, metrics and what the backend is told.
 */
export const CALLER = {
  /** Credentials that were verified, such as `token` or `token+key`. */
  method: "callerMethod",
  /** Name of the registered client, else `<authenticator>/<verified id>`. */
  clientId: "callerClientId",
  /** User of a token as its issuer names it, `""` if there is none: for records, beside the issuer. What counts is {@link CALLER.user}. */
  userId: "callerUserId",
  /**
   * The one user: `<issuer>#<id>`, `""` if there is none. Two issuers may give one id to different people; an issuer has
   * no fragment (RFC 8414 section 2), so that no id can pass for another issuer's.
   */
  user: "callerUser",
  /** Issuer of the token, `""` if there is none. */
  issuer: "callerIssuer",
  /** Scopes of the token, separated by spaces. */
  scopes: "callerScopes",
  /** Roles of the token, separated by spaces. */
  roles: "callerRoles",
  /** What the caller may do: a number of {@link ClientTable}. */
  access: "callerAccess",
  /** How much the caller may do: a number of {@link ClientTable}. */
  limits: "callerLimits",
  /** `int`: tokens that the caller may reserve in a minute, all its users together; 0 if that is not limited. */
  tokenLimit: "reservableTokens",
  /** `int`: tokens that the caller, as the user that it is, may reserve in a minute; 0 if that is not limited. */
  tokenLimitOfUser: "reservableTokensOfUser",
  /** Tokens that a minute has by the limit that is applied: the user's, then the caller's. */
  tokensOfMinute: "callerTokensOfMinute",
  /** Tokens left in the minute, as the token limit reports them. */
  remainingTokens: "callerRemainingTokens",
  /** Tokens left of the quota of the period, as the token limit reports them; only of callers that have one. */
  remainingQuota: "callerRemainingQuota",
  /** Tokens that are left to the user in the minute. */
  remainingTokensOfUser: "callerRemainingTokensOfUser",
} as const;

/** Context variables that say where an accepted request goes. No request of another API has them. */
export const ROUTE = {
  /** Deployment in its canonical spelling, `""` if the operation has none. */
  deployment: "routeDeployment",
  /** Backend or pool, from a constant table. */
  backend: "routeBackend",
  /** `int`: tries after the first. */
  retries: "routeRetries",
  /** `int`: seconds until the backend's response headers. */
  timeoutSeconds: "routeTimeoutSeconds",
  /** Backends in the order in which they are tried, separated by commas; only of routes with model endpoints. */
  plan: "routePlan",
  /** `int`: number of the try, from 0; only of routes with model endpoints. */
  attempt: "routeAttempt",
  /** `int`: tries so far, for the audit record. */
  tries: "routeTries",
  /** Tokens of the prompt that the model still knew, for the audit record. */
  cachedTokens: "routeCachedTokens",
  /** `hit` where a kept answer is given again, for the audit record. */
  cache: "routeCache",
  /** Text of the body before the name of the model; only of routes with model endpoints. */
  bodyBeforeModel: "routeBodyBeforeModel",
  /** Text of the body after the name of the model. */
  bodyAfterModel: "routeBodyAfterModel",
  /** `api-version` of the request, `""` if it has none. */
  apiVersion: "routeApiVersion",
  /** Token for Azure OpenAI, where the route has accounts among its hosts. */
  accountToken: "routeAccountToken",
} as const;

/** Context variables of requests that wait, or have waited. Only APIs that queue have them. */
export const QUEUED = {
  /** Id of the request in the queue. */
  id: "queuedId",
  /** Client that the worker speaks for; set once the worker has proved itself, and never otherwise. */
  client: "queuedClient",
  /** `string`: status of an answer that the gateway gives by itself, for the audit record; 200 where it is not set. */
  status: "queuedStatus",
  /** Client id of the worker, verified. */
  worker: "queuedWorker",
  /** Tokens left in the minute to all requests of the API that waited. */
  remainingTokens: "queuedRemainingTokens",
} as const;

/** Headers by which the worker of a queue says for whom it asks. From anybody else they are refused. */
export const ON_BEHALF_HEADERS = {
  client: "x-ai-gateway-on-behalf-of",
  user: "x-ai-gateway-on-behalf-of-user",
  id: "x-ai-gateway-queued-id",
} as const;

/** `string`: the text of a JSON request. */
export const REQUEST_TEXT = "requestText";

/**
 * Headers that tell the model account's logs, and ours, whose request it is. Set by the gateway, deleted when
 * a client sends them.
 */
export const CALLER_HEADERS = {
  clientId: "x-ai-gateway-client-id",
  userId: "x-ai-gateway-user-id",
  method: "x-ai-gateway-auth-method",
  requestId: "x-ai-gateway-request-id",
} as const;

/** C# `string`: a variable that is always set here. */
export function variable(name: string): CSharp {
  return csharp`((string)context.Variables[${name}])`;
}

/** C# `string`: a variable, `""` if it is not set. */
export function variableOrEmpty(name: string): CSharp {
  return csharp`context.Variables.GetValueOrDefault<string>(${name}, "")`;
}

/** Sets {@link CALLER.user} from what the token of the caller says. */
export function nameUser(): PolicyElement {
  const id = variable(CALLER.userId);
  return setVariable(
    CALLER.user,
    PolicyExpression.of(csharp`${id} == "" ? "" : ${variable(CALLER.issuer)} + "#" + ${id}`),
  );
}

/** C# `string`: who asks, as one text: the client that was verified, and the user where a token names one. */
export const CLIENT_AND_USER: CSharp = csharp`Uri.EscapeDataString(${variable(CALLER.clientId)}) + "/"
  + Uri.EscapeDataString(${variableOrEmpty(CALLER.user)})`;

/** A refusal of the data plane, with the body that Azure OpenAI sends. */
export class AccountError extends Error {
  public override readonly name = "AccountError";
  public constructor(
    public readonly status: number,
    public readonly body: object,
    /** Names in lower case. */
    public readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(JSON.stringify(body));
  }
}

/** The common envelope. */
function coded(
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
): AccountError {
  return new AccountError(status, { error: { code, message } }, headers);
}

/** The envelope of OpenAI's own errors. */
export function invalidRequest(
  message: string,
  param: string | null = null,
  code: string | null = null,
): AccountError {
  return new AccountError(400, { error: { message, type: "invalid_request_error", param, code } });
}

/** A request that the service does not understand, such as one of an unknown API version. */
export function badRequest(message: string): AccountError {
  return coded(400, "BadRequest", message);
}

/** No key, or none of the account's. */
export function invalidKey(): AccountError {
  return coded(
    401,
    "401",
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
  );
}

/** A bearer token that is not one for this service: the flat envelope. */
export function invalidToken(): AccountError {
  return new AccountError(401, {
    statusCode: 401,
    message:
      "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.",
  });
}

/** A good token of a principal without the role. */
export function permissionDenied(objectId: string, action: string, operation: string): AccountError {
  return coded(
    401,
    "PermissionDenied",
    `The principal \`${objectId}\` lacks the required data action \`${action}\` to perform \`${operation}\` operation.`,
  );
}

/** A key, right or wrong, while keys are switched off. */
export function keysDisabled(): AccountError {
  return coded(403, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource.");
}

export function networkDenied(publicAccess: boolean): AccountError {
  return publicAccess
    ? coded(403, "403", "Access denied due to Virtual Network/Firewall rules.")
    : coded(403, "403", "Public access is disabled. Please configure private endpoint.");
}

export function deploymentNotFound(): AccountError {
  return coded(
    404,
    "DeploymentNotFound",
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
  );
}

/** A model that the service has retired. */
export function modelRetired(): AccountError {
  return coded(
    410,
    "ModelDeprecated",
    "The model associated with the deployment is deprecated and no longer available for use. Please refer to the Azure OpenAI service documentation for more information.",
  );
}

export function resourceNotFound(): AccountError {
  return coded(404, "404", "Resource not found");
}

/** A model that has no such operation. */
export function operationNotSupported(operation: string, model: string): AccountError {
  return coded(
    400,
    "OperationNotSupported",
    `The ${operation} operation does not work with the specified model, ${model}. Please choose different model and try again.`,
  );
}

/** Out of tokens or calls. @param resetMs until more may be asked */
export function rateLimited(
  operationId: string,
  apiVersion: string,
  limit: "token" | "call",
  resetMs: number,
  kind: string,
): AccountError {
  const seconds = Math.max(1, Math.ceil(resetMs / 1000));
  const tier = kind === "AIServices" ? "AIServices S0" : "OpenAI S0";
  return coded(
    429,
    "429",
    `Requests to the ${operationId} Operation under Azure OpenAI API version ${apiVersion} have exceeded ${limit} rate limit of your current ${tier} pricing tier. Please retry after ${seconds} seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.`,
    {
      "retry-after": String(seconds),
      "retry-after-ms": String(Math.max(1, Math.ceil(resetMs))),
      [`x-ratelimit-reset-${limit === "token" ? "tokens" : "requests"}`]: String(seconds),
    },
  );
}

/** A content filter that the account does not have. */
export function unknownContentFilter(): AccountError {
  return invalidRequest(
    "Your request contains invalid content filter policy. Please provide a valid policy.",
  );
}

/** A prompt that the content filter stops. */
export function promptFiltered(): AccountError {
  const safe = { filtered: false, severity: "safe" };
  return new AccountError(400, {
    error: {
      message:
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
      type: null,
      param: "prompt",
      code: "content_filter",
      status: 400,
      innererror: {
        code: "ResponsibleAIPolicyViolation",
        content_filter_result: {
          hate: { filtered: true, severity: "high" },
          jailbreak: { filtered: false, detected: false },
          self_harm: safe,
          sexual: safe,
          violence: safe,
        },
      },
    },
  });
}

/** What the service says where a body makes it fail. @param requestId that support is told */
export function internalError(requestId: string): AccountError {
  return new AccountError(500, {
    error: {
      message: `The server had an error processing your request. Sorry about that! You can retry your request, or contact us through an Azure support request at: https://go.microsoft.com/fwlink/?linkid=2213926 if you keep seeing this error. (Please include the request ID ${requestId} in your email.)`,
      type: "server_error",
      param: null,
      code: null,
    },
  });
}

/** A status that a test asked for. */
export function injectedStatus(status: number, retryAfterSeconds: number | undefined): AccountError {
  return coded(
    status,
    status === 429 ? "429" : status >= 500 ? "InternalServerError" : String(status),
    "The server had an error while processing your request. Sorry about that!",
    retryAfterSeconds === undefined
      ? {}
      : { "retry-after": String(retryAfterSeconds), "retry-after-ms": String(retryAfterSeconds * 1000) },
  );
}

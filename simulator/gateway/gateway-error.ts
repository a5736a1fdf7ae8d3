import { ExpressionRuntimeError, type LastError, MessageBodyConsumedError } from "../../expressions";
import { NetworkError } from "../network";
import { INTERNAL_SERVER_ERROR, PolicyError, type PreparedResponse } from "../policies";
import type { Exchange } from "./exchange";
import { GatewayResponse } from "./gateway-message";
import { ContentTooLargeError, MessageContent } from "./message-content";
import { ClientDisconnectedError, type PolicyFailure } from "./pipeline-end";

/** The response APIM makes for an error: what the caller gets unless on-error changes it. */
export function preparedResponse(
  exchange: Exchange,
  { status, message, headers }: PreparedResponse,
  bufferLimit: number,
): GatewayResponse {
  const response = new GatewayResponse(status, undefined, MessageContent.none(bufferLimit));
  for (const [name, value] of Object.entries(headers ?? {})) {
    response.headers.set(name, [value]);
  }
  response.headers.set("Content-Type", ["application/json"]);
  const activity = message === INTERNAL_SERVER_ERROR.message ? { activityId: exchange.incoming.id } : {};
  response.setBody(errorBody({ statusCode: status, message, ...activity }));
  return response;
}

/** APIM writes a space inside the braces and after each colon and comma. */
function errorBody(members: Readonly<Record<string, unknown>>): string {
  const text = Object.entries(members).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{ ${text.join(", ")} }`;
}

/** A failure as `context.LastError` shows it. */
export function lastErrorOf({ error, position, policyId }: PolicyFailure): LastError {
  return {
    source: error.source,
    reason: error.reason,
    message: error.message,
    scope: position.scope,
    section: position.section,
    path: position.path,
    policyId: policyId ?? null,
  };
}

/** An error of the world as the policy error it amounts to; none for a defect of the simulator. */
export function policyErrorOf(error: unknown, policy: string): PolicyError | undefined {
  if (error instanceof PolicyError) {
    return error;
  }
  if (error instanceof ExpressionRuntimeError) {
    const message = `Expression evaluation failed. ${error.exceptionMessage}`;
    return new PolicyError(policy, "ExpressionValueEvaluationFailure", message, INTERNAL_SERVER_ERROR);
  }
  if (error instanceof MessageBodyConsumedError) {
    return new PolicyError(policy, "ExpressionValueEvaluationFailure", error.message, INTERNAL_SERVER_ERROR);
  }
  if (error instanceof ClientDisconnectedError) {
    return new PolicyError(policy, "ClientConnectionFailure", error.message, INTERNAL_SERVER_ERROR);
  }
  if (error instanceof ContentTooLargeError) {
    const prepared = { status: 413, message: "Payload Too Large" };
    return new PolicyError(policy, "PayloadTooLarge", error.message, prepared);
  }
  if (error instanceof NetworkError) {
    const reason = error.code === "ETIMEDOUT" ? "Timeout" : "BackendConnectionFailure";
    return new PolicyError(policy, reason, error.message, INTERNAL_SERVER_ERROR);
  }
  return undefined;
}

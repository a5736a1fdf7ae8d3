import { BufferedBody, type PolicyResponse } from "../../../expressions";
import type { MutableHeaders, MutableResponse, PolicyExecution } from "../policy-execution";

/** Whether a variable holds what `send-request` stores. */
export function isStoredResponse(value: unknown): value is PolicyResponse {
  return typeof value === "object" && value !== null && "csType" in value && value.csType === "IResponse";
}

/** A response as a variable keeps it: C#'s `IResponse`. */
export function storeResponse(
  status: number,
  reason: string,
  headers: Pick<MutableHeaders, "get" | "entries">,
  body: Uint8Array,
): PolicyResponse {
  return {
    csType: "IResponse",
    statusCode: status,
    statusReason: reason,
    headers,
    body: body.byteLength === 0 ? null : new BufferedBody(body),
  };
}

/** A response made from a stored one. @throws MessageBodyConsumedError when an expression has taken its body */
export function restoreResponse(execution: PolicyExecution, stored: PolicyResponse): MutableResponse {
  const response = execution.createResponse(stored.statusCode, stored.statusReason);
  for (const [name, values] of stored.headers.entries()) {
    response.headers.set(name, values);
  }
  response.setBody(stored.body?.read(true));
  return response;
}

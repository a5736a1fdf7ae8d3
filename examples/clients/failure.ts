import { APIConnectionError, APIError } from "openai";

/**
 * Says in one line why a call failed: status, code and request id of a refusal, by which the gateway's operators find
 * it, or what kept the connection from coming about.
 */
export function failureLine(error: unknown): string {
  if (error instanceof APIConnectionError) {
    return `No connection: ${rootCause(error)}`;
  }
  if (!(error instanceof APIError)) {
    return String(error);
  }
  const { code, message, request_id } = (error.error ?? {}) as Partial<Record<string, string>>;
  // Whatever stands in front of the gateway answers in a form of its own.
  if (code === undefined || request_id === undefined) {
    return error.message;
  }
  return `${error.status} ${code}: ${message} (request ${request_id})`;
}

/** `fetch failed` says nothing; the reason, such as a certificate that nobody vouches for, is beneath it. */
function rootCause(error: Error): string {
  if (error.cause instanceof Error) {
    return rootCause(error.cause);
  }
  const { code, message } = error as NodeJS.ErrnoException;
  return message || String(code);
}

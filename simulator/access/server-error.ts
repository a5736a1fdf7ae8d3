import type { RequestTrace } from "../sinks";

/** Why a request was answered with a server error: the status, and what its trace says of the cause. */
export function describeServerError({ status, fault, lastError, backendCalls }: RequestTrace): string {
  if (fault !== undefined) {
    return `${status}: the simulator failed: ${fault}`;
  }
  if (lastError !== undefined) {
    return `${status}: ${lastError.source}: ${lastError.message}`;
  }
  const backend = backendCalls.at(-1);
  if (backend === undefined) {
    return `${status}, which the policies return`;
  }
  return backend.status === undefined
    ? `${status}: ${backend.host} did not answer: ${backend.failure}`
    : `${status}: ${backend.host} answered with ${backend.status}`;
}

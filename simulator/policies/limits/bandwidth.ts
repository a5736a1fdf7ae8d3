import type { PolicyExecution } from "../policy-execution";

/**
 * Calls back with the kilobytes of both bodies when the response has passed. Holds the request's body in memory.
 */
export async function measureBandwidth(
  execution: PolicyExecution,
  work: (kilobytes: number) => void,
): Promise<void> {
  const requestBytes = execution.request.hasBody ? (await execution.request.readBody()).byteLength : 0;
  execution.onResponseComplete(({ body }) => work((requestBytes + body.byteLength) / 1024));
}

import type { MutableResponse, PolicyExecution } from "./policy";

/** Longest body that APIM caches. */
const maximumBodyBytes = 2 * 1024 * 1024;
/** Fields that describe one delivery, not the content. */
const deliveryFields = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

/** A response as a cache keeps it. */
export interface CachedResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, readonly string[]])[];
  readonly body: Uint8Array;
}

/** A copy for a cache. @returns none if the body is longer than APIM caches */
export async function copyForCache(response: MutableResponse): Promise<CachedResponse | undefined> {
  const body = response.hasBody ? await response.readBody() : new Uint8Array();
  if (body.byteLength > maximumBodyBytes) {
    return undefined;
  }
  const headers = [...response.headers.entries()].filter(([name]) => !deliveryFields.has(name.toLowerCase()));
  return { status: response.status, reason: response.reason, headers, body };
}

/** A response made from a cached one. */
export function responseFromCache(execution: PolicyExecution, cached: CachedResponse): MutableResponse {
  const response = execution.createResponse(cached.status, cached.reason);
  for (const [name, values] of cached.headers) {
    response.headers.set(name, values);
  }
  if (cached.body.byteLength > 0) {
    response.setBody(cached.body);
  }
  return response;
}

import { endToEndFields } from "../../network";
import type { MutableResponse, PolicyExecution } from "../policy-execution";

/** Longest body that APIM caches. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

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
  if (body.byteLength > MAX_BODY_BYTES) {
    return undefined;
  }
  // The length is that of one delivery; the next one may be encoded in another way.
  const headers = endToEndFields(response.headers.entries()).filter(
    ([name]) => name.toLowerCase() !== "content-length",
  );
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

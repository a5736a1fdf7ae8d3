const MAX_MS = 3_600_000;

/**
 * The wait that a response asks for: seconds, or a date (RFC 9110, section 10.2.3), or `retry-after-ms`.
 * @param now milliseconds since the epoch
 * @returns `undefined` when it asks for none; an hour at most
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const inMs = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (inMs >= 0) {
    return Math.min(inMs, MAX_MS);
  }
  const text = headers.get("retry-after");
  if (text === null) {
    return undefined;
  }
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), MAX_MS);
}

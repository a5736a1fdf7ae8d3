import { addField } from "../network";
import type { MutableHeaders } from "../policies";

/** Fields whose values must not be joined with commas. */
const SEPARATE = new Set([
  "user-agent",
  "www-authenticate",
  "proxy-authenticate",
  "cookie",
  "set-cookie",
  "warning",
  "date",
  "expires",
  "if-modified-since",
  "if-unmodified-since",
  "last-modified",
  "retry-after",
]);

/** Headers as they are sent: several values of a field become one line, where the field allows it. */
export function wireHeaders(headers: Pick<MutableHeaders, "entries">): Record<string, readonly string[]> {
  const sent: Record<string, readonly string[]> = {};
  for (const [name, values] of headers.entries()) {
    const isOneLine = values.length === 1 || SEPARATE.has(name.toLowerCase());
    addField(sent, name, isOneLine ? values : [values.join(",")]);
  }
  return sent;
}

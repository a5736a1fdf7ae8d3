/** Where a value is in a document. Source: RFC 6901 */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((each) => `/${String(each).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

import { createHash } from "node:crypto";

const HASH_LENGTH = 6;

/**
 * A name that Azure takes, the same on every synthesis: over its limit it is cut, and ends in a hash of what it was.
 *
 * @param whole what is hashed, where different names are to stay apart @default - the name
 */
export function shortenedName(
  name: string,
  limit: number,
  { separator = "-", whole = name }: { readonly separator?: string; readonly whole?: string } = {},
): string {
  if (name.length <= limit) {
    return name;
  }
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, HASH_LENGTH);
  const head = name.slice(0, limit - HASH_LENGTH - separator.length).replace(/-+$/, "");
  return `${head}${separator}${hash}`;
}

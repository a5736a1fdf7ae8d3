import { BlobError } from "./blob-error";

/**
 * Bytes that a client asks for, first and last (RFC 9110, section 14).
 * @returns `undefined` for all of them
 * @throws BlobError (416) when the blob has none of them
 */
export function byteRange(
  header: string | undefined,
  length: number,
): { readonly from: number; readonly to: number } | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === undefined) {
    return undefined;
  }
  const from = Number(first);
  if (from >= length) {
    // Clients ask for the first bytes of blobs that turn out to be empty.
    if (from === 0) {
      return undefined;
    }
    throw new BlobError(
      416,
      "InvalidRange",
      "The range specified is invalid for the current size of the resource.",
    );
  }
  return { from, to: Math.min(last === "" || last === undefined ? Infinity : Number(last), length - 1) };
}

import { createHash } from "node:crypto";

/** SHA-1 of a certificate in upper-case hex, as Azure and .NET show it. */
export function thumbprint(der: Uint8Array): string {
  return createHash("sha1").update(der).digest("hex").toUpperCase();
}

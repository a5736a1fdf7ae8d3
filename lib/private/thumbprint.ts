/** SHA-1 hash of a certificate as .NET prints it, and API Management therefore compares it. */
export const THUMBPRINT = /^[0-9A-F]{40}$/;

/** @returns the thumbprint in that form: certificate viewers copy colons, blanks and invisible marks along */
export function normalizeThumbprint(thumbprint: string): string {
  return thumbprint.replace(/[:\s\u200e\u200f]/g, "").toUpperCase();
}

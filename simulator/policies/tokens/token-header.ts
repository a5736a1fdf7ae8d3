import { decodeProtectedHeader, type ProtectedHeaderParameters } from "jose";
import { TokenRejection } from "./token-rejection";

/** Headers by their segments: all tokens that a key signs have the same one. */
const headers = new Map<string, ProtectedHeaderParameters>();
const MAX_HEADERS = 100;
/** Longer segments are decoded each time. */
const MAX_LENGTH = 1_024;

/**
 * The header of a signed JWT in compact form.
 * @throws TokenRejection for anything else
 */
export function tokenHeader(token: string): ProtectedHeaderParameters {
  const segments = token.split(".", 4);
  const [segment = ""] = segments;
  if (segments.length === 3) {
    const header = headers.get(segment) ?? decoded(token);
    if (header !== undefined) {
      remember(segment, header);
      return header;
    }
  }
  throw new TokenRejection("JwtInvalid", "IDX12741: JWT must have three segments.");
}

function decoded(token: string): ProtectedHeaderParameters | undefined {
  try {
    const header = decodeProtectedHeader(token);
    return header.kid === undefined || typeof header.kid === "string" ? header : undefined;
  } catch {
    return undefined;
  }
}

function remember(segment: string, header: ProtectedHeaderParameters): void {
  if (segment.length > MAX_LENGTH || headers.has(segment)) {
    return;
  }
  if (headers.size >= MAX_HEADERS) {
    headers.clear();
  }
  headers.set(segment, header);
}

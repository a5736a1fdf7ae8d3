import type { Jwt } from "./context";

/** A claim value as policies see it: one text for each item. */
function claimTexts(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    return value.flatMap(claimTexts);
  }
  if (typeof value === "string") {
    return [value];
  }
  return value === null || value === undefined ? [] : [JSON.stringify(value)];
}

/**
 * Claims of a token's payload as `Jwt.Claims` holds them: a text is one element, an array one element for each
 * item, numbers and booleans their JSON text, objects JSON.
 */
export function flattenClaims(
  payload: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(payload).map(([name, value]) => [name, claimTexts(value)]));
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function date(value: unknown): Date | null {
  return typeof value === "number" && Number.isFinite(value) ? new Date(Math.floor(value) * 1000) : null;
}

/** `Jwt` from decoded parts. Says nothing about the signature: that is for whoever decoded them. */
export function jwtFromParts(
  header: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
): Jwt {
  return {
    csType: "Jwt",
    algorithm: text(header.alg),
    type: text(header.typ),
    id: text(payload.jti),
    issuer: text(payload.iss),
    subject: text(payload.sub),
    audiences: claimTexts(payload.aud),
    claims: flattenClaims(payload),
    expirationTime: date(payload.exp),
    issuedAt: date(payload.iat),
    notBefore: date(payload.nbf),
  };
}

function decode(part: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (part === undefined || !/^[A-Za-z0-9_-]+$/.test(part)) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * `string.AsJwt()`: reads a token, or an `Authorization` value with one, without validating anything.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables
 *
 * @returns null if the text is not a JWT.
 */
export function parseJwt(value: string): Jwt | null {
  const parts = value
    .replace(/^\s*Bearer\s+/i, "")
    .trim()
    .split(".");
  const [header, payload] = [decode(parts[0]), decode(parts[1])];
  return parts.length === 3 && header !== undefined && payload !== undefined
    ? jwtFromParts(header, payload)
    : null;
}

/** `BasicAuthCredentials`. */
export interface BasicAuthCredentials {
  readonly csType: "BasicAuthCredentials";
  readonly userId: string;
  readonly password: string;
}

/** `string.AsBasic()`: reads `Basic <base64>`; null if it is not that. */
export function parseBasic(value: string): BasicAuthCredentials | null {
  const encoded = /^\s*Basic\s+([A-Za-z0-9+/]+={0,2})\s*$/i.exec(value)?.[1];
  const credentials = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("utf8");
  const colon = credentials.indexOf(":");
  return colon < 0
    ? null
    : {
        csType: "BasicAuthCredentials",
        userId: credentials.slice(0, colon),
        password: credentials.slice(colon + 1),
      };
}

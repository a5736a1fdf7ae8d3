import type { JWTPayload } from "jose";
import type { Jwt } from "../expressions";

/** The parts of a validated token that its C# object is made of. */
export interface ValidatedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: JWTPayload;
}

/** The `Jwt` object that expressions read. */
export function jwtOf({ header, payload }: ValidatedToken): Jwt {
  const claims = claimValues(payload);
  return {
    csType: "Jwt",
    algorithm: text(header["alg"]),
    id: text(payload.jti),
    issuer: text(payload.iss),
    subject: text(payload.sub),
    type: text(header["typ"]),
    audiences: claims.get("aud") ?? [],
    claims,
    expirationTime: date(payload.exp),
    issuedAt: date(payload.iat),
    notBefore: date(payload.nbf),
  };
}

/** Every claim as texts: one for each item of an array, JSON for objects, `true` and `false` for booleans. */
export function claimValues(payload: JWTPayload): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(payload)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map(claimText)]),
  );
}

function claimText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function date(seconds: number | undefined): Date | null {
  return typeof seconds === "number" ? new Date(seconds * 1000) : null;
}

import type { TokenProps } from "../simulator";
import type { TokenDefect } from "./credential-source";
import type { TokenRequirement } from "./requirement";

const HOUR_SECONDS = 3_600;
const USER = "88888888-8888-4888-8888-888888888888";
const OTHER_TENANT = "99999999-9999-4999-8999-999999999999";
const OTHER_ISSUER = "https://login.fabrikam.example/";
const OTHER_ID = "99999999-8888-4777-8666-555555555555";

/**
 * What a token says that meets a requirement in everything but the defect.
 *
 * @param nowMs time of the simulation, in milliseconds
 */
export function simulatedToken(
  requirement: TokenRequirement,
  nowMs: number,
  defect?: TokenDefect,
): TokenProps & { readonly issuer: string } {
  const now = Math.floor(nowMs / 1_000);
  const issuer = defect === "other tenant" ? otherIssuer(requirement) : requirement.issuer;
  const claims = {
    iss: issuer,
    aud: defect === "wrong audience" ? OTHER_ID : requirement.audience,
    sub: USER,
    ...times(now, defect),
    ...clientAndTenant(requirement, defect),
    ...rights(requirement, defect),
  };
  if (defect === "ID token" || defect === "ID token for the API") {
    return { issuer, claims: idToken(claims, requirement, defect) };
  }
  if (defect === "unsigned") {
    return { issuer, claims, header: { alg: "none", kid: undefined }, key: "none" };
  }
  return { issuer, claims, key: defect === "signed by another key" ? "unpublished" : "published" };
}

function times(now: number, defect: TokenDefect | undefined): Record<"iat" | "nbf" | "exp", number> {
  if (defect === "expired") {
    return { iat: now - 2 * HOUR_SECONDS, nbf: now - 2 * HOUR_SECONDS, exp: now - HOUR_SECONDS };
  }
  const from = defect === "not yet valid" ? now + HOUR_SECONDS : now;
  return { iat: now, nbf: from, exp: from + HOUR_SECONDS };
}

function clientAndTenant(
  { tenantId, clientIdClaim, clientIds, userIdClaim, ofUser }: TokenRequirement,
  defect: TokenDefect | undefined,
): Record<string, unknown> {
  const client = {
    ...(ofUser === true && userIdClaim !== undefined ? { [userIdClaim]: USER } : {}),
    [clientIdClaim]: defect === "other application" ? OTHER_ID : (clientIds[0] ?? "client-1"),
  };
  if (tenantId === undefined) {
    return client;
  }
  return { ...client, tid: defect === "other tenant" ? OTHER_TENANT : tenantId, ver: "2.0", oid: USER };
}

/** An application's role where the API has roles, else a user's scope. */
function rights(
  { scopesClaim, scope, role, ofUser }: TokenRequirement,
  defect: TokenDefect | undefined,
): Record<string, unknown> {
  if (defect === "missing scope") {
    return { [scopesClaim]: "Other.Scope" };
  }
  if (role !== undefined && ofUser !== true) {
    return { idtyp: "app", roles: defect === "missing role" ? ["Other.Role"] : role.split(" ") };
  }
  return scope === undefined ? {} : { [scopesClaim]: scope };
}

/** A provider like the right one, which the gateway does not know. */
function otherIssuer({ tenantId }: TokenRequirement): string {
  return tenantId === undefined ? OTHER_ISSUER : `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`;
}

/**
 * For the client that signed the person in, with the nonce of the sign-in. An API that is its own client gets one
 * with its own audience, and the person's roles in it; a scope is in none.
 */
function idToken(
  claims: Readonly<Record<string, unknown>>,
  { scopesClaim, clientIds }: TokenRequirement,
  defect: "ID token" | "ID token for the API",
): Record<string, unknown> {
  const nonce = "n-0S6_WzA2Mj";
  const ofAccessTokens = new Set([scopesClaim, "idtyp"]);
  const kept = Object.fromEntries(Object.entries(claims).filter(([name]) => !ofAccessTokens.has(name)));
  if (defect === "ID token for the API") {
    return { ...kept, nonce };
  }
  return { ...kept, aud: clientIds[0] ?? "client-1", nonce };
}

import { type CSharp, csharp, csharpStrings } from "../policy";

const HASHES = ["at_hash", "c_hash"];
const ID_TOKEN_CLAIMS = ["nonce", ...HASHES];

/** C# `string[]`: the values of a claim of `token`, none if it is absent. */
export function claimValues(claim: string): CSharp {
  return csharp`(token.Claims.ContainsKey(${claim}) ? token.Claims[${claim}] : new string[0])`;
}

/**
 * C# `string[]`: the words of a claim that holds a list, as one string with spaces (RFC 6749 section 3.3) or
 * as an array. Split on single spaces: nothing else separates scopes.
 */
export function claimWords(claim: string): CSharp {
  return csharp`${claimValues(claim)}.SelectMany(value => value.Split('\u0020')).ToArray()`;
}

/** C# `string`: the value of a claim that has exactly one, else `""`. */
export function claimText(claim: string): CSharp {
  const isSingle = csharp`token.Claims.ContainsKey(${claim}) && token.Claims[${claim}].Length == 1`;
  return csharp`(${isSingle} ? token.Claims[${claim}][0] : "")`;
}

/** C# `bool`: whether one of `values` (a `string[]`) is among the allowed. Whole and case-sensitive. */
export function hasAny(values: CSharp, allowed: readonly string[]): CSharp {
  return csharp`${values}.Any(value => ${csharpStrings(allowed)}.Contains(value))`;
}

/**
 * C# `bool`: whether no claim of an ID token is there. An ID token proves to a client who its user is; it is
 * no permission to call an API.
 *
 * Source: https://openid.net/specs/openid-connect-core-1_0.html#IDToken and section 3.3.2.11
 */
export const IS_NO_ID_TOKEN: CSharp = csharp`!${csharpStrings(ID_TOKEN_CLAIMS)}.Any(name => token.Claims.ContainsKey(name))`;

/**
 * C# `bool`: as {@link IS_NO_ID_TOKEN}, for providers that repeat a request's `nonce` in access tokens as well
 * (Keycloak before 24). ID tokens have no scopes; those of Keycloak say `typ: ID`.
 */
export function isAccessToken(scopesClaim: string): CSharp {
  return csharp`(!${csharpStrings(HASHES)}.Any(name => token.Claims.ContainsKey(name))
    && ${claimText("typ")} != "ID"
    && (!token.Claims.ContainsKey("nonce") || token.Claims.ContainsKey(${scopesClaim})))`;
}

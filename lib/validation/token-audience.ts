import { GUID } from "./name-rule";

/**
 * Whether Entra ID writes this as `aud`: version 2 tokens name an API by its application id, those of version 1 by that or
 * by an `api://` URI.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function isTokenAudience(audience: string, tokenVersion: 1 | 2): boolean {
  return GUID.pattern.test(audience) || (tokenVersion === 1 && /^api:\/\/[\w.~/-]+$/i.test(audience));
}

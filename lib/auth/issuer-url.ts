import { isIP } from "node:net";
import type { Problem, Problems } from "../validation";

/** Path segments of Entra's issuers that stand for every tenant. */
const ANY_TENANT = /^\/(?:common|organizations|consumers)(?:\/|$)/i;

/**
 * Reports a URL that an issuer must not have: what is not https on a public name, or could be read in two
 * ways.
 *
 * Source: https://openid.net/specs/openid-connect-discovery-1_0.html#IssuerDiscovery
 */
export function checkIssuerUrl(name: string, value: string, problems: Problems): void {
  const rule = wrongWith(value);
  if (!rule) {
    return;
  }
  // Messages end up in build logs: a password must not.
  const shown = value.replace(/\/\/[^/@]*@/, "//…@");
  problems.add({ rule: `${name} ${rule.rule}`, value: shown, remedy: rule.remedy });
}

function wrongWith(value: string): Problem | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== "https:") {
    return {
      rule: "must be an https URL",
      remedy: "write it as the identity provider's discovery document does",
    };
  }
  if (url.username || url.password || /[?#]/.test(value)) {
    return { rule: "must have no user information, query or fragment", remedy: "leave that part out" };
  }
  if (
    isIP(url.hostname.replace(/[[\]]/g, "")) ||
    !url.hostname.includes(".") ||
    /\.localhost$/.test(url.hostname)
  ) {
    return { rule: "must have a public host name", remedy: "use the identity provider's public name" };
  }
  // What the parser changes (upper case, non-ASCII letters, dot segments) would not compare as written.
  if (
    !value.startsWith(`https://${url.host}`) ||
    /(?:^|\.)xn--/.test(url.hostname) ||
    /\/\.{1,2}(?:\/|$)/.test(value)
  ) {
    return {
      rule: "must be written in lower-case ASCII, without dot segments",
      remedy: "write it out as it is issued",
    };
  }
  if (
    /(?:^|\.)(?:login\.microsoftonline\.com|sts\.windows\.net)$/.test(url.hostname) &&
    ANY_TENANT.test(url.pathname)
  ) {
    return { rule: "must belong to one tenant", remedy: "use Auth.entraId with the tenants that you trust" };
  }
  return undefined;
}

import type { TokenCaller } from "./simulation";

/** Callers that the environments of this repository know. */

/** A user's token of the first provider of `test`. */
export const OKTA: TokenCaller = {
  issuer: "https://contoso.okta.com/oauth2/default",
  claims: { aud: "api://ai-gateway", cid: "0oa1webapp", uid: "00u1jane", scp: ["models.invoke"] },
};

/** A token of the second provider of `test`. */
export const AUTH0: TokenCaller = {
  issuer: "https://contoso.eu.auth0.com/",
  claims: {
    aud: "https://ai.contoso.com",
    azp: "sPa7YbQ3vKzN1mXc5RtW9uHe2LdJ8gFo",
    sub: "auth0|1",
    scope: "models:invoke",
  },
};

const PARTNER_TENANT = "22222222-2222-4222-8222-222222222222";

/** An application of the partner's Entra tenant, in `test`. */
export const PARTNER: TokenCaller = {
  issuer: `https://login.microsoftonline.com/${PARTNER_TENANT}/v2.0`,
  claims: {
    aud: "33333333-3333-4333-8333-333333333333",
    tid: PARTNER_TENANT,
    ver: "2.0",
    idtyp: "app",
    azp: "44444444-4444-4444-8444-444444444444",
    roles: ["Models.Invoke.All"],
    oid: "app-1",
  },
};

const TENANT = "11111111-1111-4111-8111-111111111111";

/** A user's token through the claims application, in `prod`: chat and embeddings. */
export const CLAIMS: TokenCaller = {
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  claims: {
    aud: "55555555-5555-4555-8555-555555555555",
    tid: TENANT,
    ver: "2.0",
    scp: "Models.Invoke",
    azp: "66666666-6666-4666-8666-666666666661",
    oid: "99999999-0000-4000-8000-000000000001",
  },
};

/** The marketing application in `prod`: chat-mini and images. */
export const MARKETING: TokenCaller = {
  issuer: CLAIMS.issuer,
  claims: { ...CLAIMS.claims, azp: "66666666-6666-4666-8666-666666666662" },
};

/** A partner's token in `prod`; it needs the partner's key, too. */
export const FABRIKAM: TokenCaller = {
  issuer: "https://partners.contoso.com/oauth2/default",
  claims: { aud: "api://ai-gateway-partners", cid: "0oa1fabrikamgateway1", scp: ["models.invoke"], sub: "u" },
};

/** Another partner's token in `prod`, with its own key. */
export const NORTHWIND: TokenCaller = {
  issuer: FABRIKAM.issuer,
  claims: { ...FABRIKAM.claims, cid: "0oa1northwindgateway", sub: "n" },
};

/** The CA whose certificates devices present in `test` and `prod`. */
export const DEVICES_CA = "Contoso Devices Issuing CA 1";
export const TEST_SCANNER = { authority: DEVICES_CA, commonName: "scanner-test.devices.contoso.com" };
export const PROD_SCANNER = { authority: DEVICES_CA, commonName: "scanner-line-1.devices.contoso.com" };

/** What is asked of a model each time, whatever was answered before. */
export const PAST_CACHES = { "cache-control": "no-store" } as const;

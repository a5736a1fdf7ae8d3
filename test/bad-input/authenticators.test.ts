import {
  Auth,
  type AuthStrategy,
  CertificateStore,
  type ClientCertificateAuthProps,
  ClientIdentity,
  type EntraIdAuthProps,
  type ICertificateAuthority,
  type OidcAuthProps,
} from "../../lib";
import { AUDIENCE, PLACE, TENANT, WEB_APP } from "../lib/gateway/gateway-stack";
import { type BadInput, refusesAtOnce, refusesAtSynthesis } from "./refusals";

const OTHER_TENANT = "55555555-5555-4555-8555-555555555555";
const ROOT: ICertificateAuthority = {
  subject: "CN=Contoso Root CA",
  thumbprint: "A".repeat(40),
  isRoot: true,
  encodedCertificate: "cm9vdA==",
};
const ISSUING = { ...ROOT, subject: "CN=Contoso Issuing CA", thumbprint: "B".repeat(40), isRoot: false };
const OTHER_ISSUING = { ...ISSUING, subject: "CN=Contoso Guest CA", thumbprint: "C".repeat(40) };

function entraId(props: Partial<EntraIdAuthProps> = {}): AuthStrategy {
  return Auth.entraId({ tenantId: TENANT, audiences: [AUDIENCE], clientApplicationIds: [WEB_APP], ...props });
}

function oidc(props: Partial<OidcAuthProps> = {}): AuthStrategy {
  return Auth.oidc({
    name: "okta",
    issuer: "https://contoso.okta.com/oauth2/default",
    audiences: ["api://ai"],
    clientIds: ["0oa1"],
    ...props,
  });
}

/** An API with that authenticator. */
function api(auth: AuthStrategy): BadInput["when"] {
  return (stage) => {
    const gateway = stage.gateway();
    const account = stage.account("weu");
    return () => stage.api(gateway, { backends: [account], auth });
  };
}

/** An API with client certificates, on a gateway that can ask for them. */
function certificateApi(...props: readonly Partial<ClientCertificateAuthProps>[]): BadInput["when"] {
  const auth = Auth.anyOf(
    ...props.map((each) =>
      Auth.clientCertificate({
        certificateAuthorities: [ROOT],
        identities: [{ name: "CN=claims" }],
        ...each,
      }),
    ),
  );
  return (stage) => {
    const certificateStore = new CertificateStore(stage.stack, "vault", {
      ...PLACE,
      name: "kv-ai",
      tenantId: TENANT,
    });
    const certificate = certificateStore.certificateByName("gateway-tls");
    const gateway = stage.gateway({
      certificateStore,
      hostNames: [{ hostName: "ai.contoso.com", certificate }],
    });
    const account = stage.account("weu");
    return () => stage.api(gateway, { backends: [account], auth });
  };
}

const AT_ONCE: readonly BadInput[] = [
  {
    input: "Entra ID tokens that JavaScript asks for without a word about them",
    when: api(Auth.entraId({} as EntraIdAuthProps)),
    says: [
      "[prod/gateway/claims] tenant of 'entra' must be a GUID: names and 'common' stand for tenants that you do not " +
        "know: use the directory (tenant) id; several are listed in additionalTenantIds",
      "[prod/gateway/claims] 'entra' needs an audience, or tokens for any other API of the tenant would pass: give the " +
        "application (client) id of the API's registration",
    ],
  },
  {
    input: "Entra ID tokens by choices that do not exist",
    when: api(entraId({ publicClients: "deny" as "refuse", tokenVersion: 3 as 2 })),
    says: [
      "[prod/gateway/claims] publicClients of 'entra' must be allow or refuse, got \"deny\": leave it out to allow them",
      "[prod/gateway/claims] tokenVersion of 'entra' must be 1 or 2, got 3: use requestedAccessTokenVersion of the " +
        "API's registration",
    ],
  },
  {
    input: "tokens of a provider that JavaScript does not name",
    when: api(Auth.oidc({ name: "okta" } as OidcAuthProps)),
    says: [
      "[prod/gateway/claims] issuer of 'okta' must be an https URL, got \"\": write it as the identity provider's " +
        "discovery document does",
      "[prod/gateway/claims] 'okta' needs an audience, or tokens for any other API of the issuer would pass: give the " +
        "identifier that the provider has for the API",
    ],
  },
  {
    input: "certificates of authorities that JavaScript does not name",
    when: api(Auth.clientCertificate({} as ClientCertificateAuthProps)),
    says: [
      "[prod/gateway/claims] 'certificate' needs a certificate authority: give the authorities that issue the clients' " +
        "certificates, up to their root",
    ],
  },
  {
    input: "no authenticator",
    when: api(Auth.anyOf()),
    says: [
      "[prod/gateway/claims] Auth.anyOf needs at least one member: name the authenticators that let " +
        "callers in",
    ],
  },
  {
    input: "an authenticator whose name cannot stand in a client id",
    when: api(entraId({ name: "Entra ID" })),
    says: [
      "[prod/gateway/claims] name of an authenticator must be 2 to 40 lower-case letters, digits or " +
        "'-', starting with a letter, got \"Entra ID\": shorten it, as in 'okta'",
    ],
  },
  {
    input: "any tenant",
    when: api(entraId({ tenantId: "common" })),
    says: [
      "[prod/gateway/claims] tenant of 'entra' must be a GUID: names and 'common' stand for tenants " +
        'that you do not know, got "common": use the directory (tenant) id; several are listed in ' +
        "additionalTenantIds",
    ],
  },
  {
    input: "a tenant by its domain",
    when: api(entraId({ tenantId: "contoso.onmicrosoft.com" })),
    says: [
      "[prod/gateway/claims] tenant of 'entra' must be a GUID: names and 'common' stand for tenants " +
        'that you do not know, got "contoso.onmicrosoft.com": use the directory (tenant) id; several are ' +
        "listed in additionalTenantIds",
    ],
  },
  {
    input: "a second tenant and no word about it",
    when: api(entraId({ additionalTenantIds: [OTHER_TENANT] })),
    says: [
      "[prod/gateway/claims] 'entra' accepts tokens of one tenant, got " +
        "[\"55555555-5555-4555-8555-555555555555\"]: opt out of 'api-multi-tenant' on the API, with the " +
        "reason why these tenants are trusted",
    ],
  },
  {
    input: "the same tenant twice",
    when: api(entraId({ additionalTenantIds: [TENANT] })),
    says: [
      "[prod/gateway/claims] tenants of 'entra' must differ, got " +
        '["11111111-1111-4111-8111-111111111111","11111111-1111-4111-8111-111111111111"]: list each ' +
        "tenant once",
      "[prod/gateway/claims] 'entra' accepts tokens of one tenant, got " +
        "[\"11111111-1111-4111-8111-111111111111\"]: opt out of 'api-multi-tenant' on the API, with the " +
        "reason why these tenants are trusted",
    ],
  },
  {
    input: "no audience",
    when: api(entraId({ audiences: [] })),
    says: [
      "[prod/gateway/claims] 'entra' needs an audience, or tokens for any other API of the tenant would " +
        "pass: give the application (client) id of the API's registration",
    ],
  },
  {
    input: "a URI as the audience of version 2 tokens",
    when: api(entraId({ audiences: ["api://ai"] })),
    says: [
      "[prod/gateway/claims] audiences of 'entra' must be GUIDs: version 2 tokens name the API by its " +
        "application id, got \"api://ai\": use the API's application (client) id; 'api://' URIs stand in " +
        "tokens with tokenVersion 1 only",
    ],
  },
  {
    input: "one application as audience and as client",
    when: api(entraId({ clientApplicationIds: [AUDIENCE] })),
    says: [
      "[prod/gateway/claims] 'entra' must not have one application as audience and as client: its ID " +
        'tokens would pass, got "44444444-4444-4444-8444-444444444444": register the client as an ' +
        "application of its own",
    ],
  },
  {
    input: "a client application by its name",
    when: api(entraId({ clientApplicationIds: ["claims-web"] })),
    says: [
      "[prod/gateway/claims] clientApplicationIds of 'entra' must be GUIDs, got \"claims-web\": use the " +
        "application (client) id of the client's registration",
    ],
  },
  {
    input: "a group by its name",
    when: api(entraId({ groups: ["ai-users"] })),
    says: [
      "[prod/gateway/claims] groups of 'entra' must be object ids, got \"ai-users\": use the group's " +
        "object id: names can be given to another group",
    ],
  },
  {
    input: "two scopes in one text",
    when: api(entraId({ scopes: ["Models.Invoke Models.List"] })),
    says: [
      "[prod/gateway/claims] scopes and roles of 'entra' must be single words, got \"Models.Invoke " +
        'Models.List": list each scope by itself, as it stands in the token',
    ],
  },
  {
    input: "an operation that needs one of no scopes",
    when: api(entraId({ operationScopes: { chat: [] } })),
    says: [
      "[prod/gateway/claims] operationScopes of 'entra' must name a scope for each operation, got " +
        '"chat": name one, or leave the operation out of operationScopes',
    ],
  },
  {
    input: "an issuer over http",
    when: api(oidc({ issuer: "http://contoso.okta.com" })),
    says: [
      "[prod/gateway/claims] issuer of 'okta' must be an https URL, got \"http://contoso.okta.com\": " +
        "write it as the identity provider's discovery document does",
    ],
  },
  {
    input: "an issuer on this machine",
    when: api(oidc({ issuer: "https://localhost/oauth2" })),
    says: [
      "[prod/gateway/claims] issuer of 'okta' must have a public host name, got " +
        '"https://localhost/oauth2": use the identity provider\'s public name',
    ],
  },
  {
    input: "an issuer by its address",
    when: api(oidc({ issuer: "https://10.0.0.4/oauth2" })),
    says: [
      "[prod/gateway/claims] issuer of 'okta' must have a public host name, got " +
        '"https://10.0.0.4/oauth2": use the identity provider\'s public name',
    ],
  },
  {
    input: "an issuer with a query",
    when: api(oidc({ issuer: "https://contoso.okta.com/?tenant=1" })),
    says: [
      "[prod/gateway/claims] issuer of 'okta' must have no user information, query or fragment, got " +
        '"https://contoso.okta.com/?tenant=1": leave that part out',
    ],
  },
  {
    input: "an issuer with a password",
    when: api(oidc({ issuer: "https://user:password@contoso.okta.com" })),
    says: [
      "[prod/gateway/claims] issuer of 'okta' must have no user information, query or fragment, got " +
        '"https://…@contoso.okta.com": leave that part out',
    ],
  },
  {
    input: "an issuer in capitals",
    when: api(oidc({ issuer: "https://Contoso.okta.com" })),
    says: [
      "[prod/gateway/claims] issuer of 'okta' must be written in lower-case ASCII, without dot " +
        'segments, got "https://Contoso.okta.com": write it out as it is issued',
    ],
  },
  {
    input: "every tenant of Entra ID by OpenID Connect",
    when: api(oidc({ issuer: "https://login.microsoftonline.com/common/v2.0" })),
    says: [
      "[prod/gateway/claims] issuer of 'okta' must belong to one tenant, got " +
        '"https://login.microsoftonline.com/common/v2.0": use Auth.entraId with the tenants that you ' +
        "trust",
    ],
  },
  {
    input: "a discovery document over http",
    when: api(oidc({ openIdConfigurationUrl: "http://contoso.okta.com/o" })),
    says: [
      "[prod/gateway/claims] openIdConfigurationUrl of 'okta' must be an https URL, got " +
        '"http://contoso.okta.com/o": write it as the identity provider\'s discovery document does',
    ],
  },
  {
    input: "any audience",
    when: api(oidc({ audiences: ["*"] })),
    says: [
      "[prod/gateway/claims] audiences of 'okta' must be exact values, got \"*\": list each value that " +
        "you accept",
    ],
  },
  {
    input: "an audience of blanks",
    when: api(oidc({ audiences: ["   "] })),
    says: [
      "[prod/gateway/claims] audiences of 'okta' must be exact values, got \"   \": list each value that " +
        "you accept",
    ],
  },
  {
    input: "a required claim without values",
    when: api(oidc({ requiredClaims: [{ name: "plan", values: [] }] })),
    says: [
      "[prod/gateway/claims] requiredClaims of 'okta' need a value each, got \"plan\": list the accepted " +
        "values",
    ],
  },
  {
    input: "a required claim with an empty value",
    when: api(oidc({ requiredClaims: [{ name: "plan", values: [""] }] })),
    says: [
      "[prod/gateway/claims] requiredClaims values of 'okta' must be exact values, got \"\": list each " +
        "value that you accept",
    ],
  },
  {
    input: "people told apart by their mail address",
    when: api(oidc({ userIdClaim: "email" })),
    says: [
      "[prod/gateway/claims] claims that identify callers of 'okta' must not be ones that people choose " +
        "or hand on, got \"email\": use a stable id, such as 'sub' or 'oid'",
    ],
  },
  {
    input: "a claim name with a quotation mark",
    when: api(oidc({ clientIdClaim: 'a"b' })),
    says: [
      "[prod/gateway/claims] claim names of 'okta' must be 1 to 128 printable ASCII characters without " +
        "space, '\"' or '\\', got \"a\\\"b\": write the claim as it stands in the token",
    ],
  },
  {
    input: "a clock that is ten minutes off",
    when: api(oidc({ clockSkewSeconds: 600 })),
    says: [
      "[prod/gateway/claims] clockSkewSeconds of 'okta' must be a whole number from 0 to 300, got 600: " +
        "keep 0 unless the provider's clock is known to differ",
    ],
  },
  {
    input: "no certificate authority",
    when: certificateApi({ certificateAuthorities: [] }),
    says: [
      "[prod/gateway/claims] 'certificate' needs a certificate authority: give the authorities that " +
        "issue the clients' certificates, up to their root",
    ],
  },
  {
    input: "two authorities and no word which one issues",
    when: certificateApi({ certificateAuthorities: [ISSUING, OTHER_ISSUING, ROOT] }),
    says: [
      "[prod/gateway/claims] 'certificate' must say which authorities issue client certificates, got " +
        '["CN=Contoso Issuing CA","CN=Contoso Guest CA"]: name them in issuers: others below the same ' +
        "root do not count then",
    ],
  },
  {
    input: "an issuer that the gateway does not trust",
    when: certificateApi({ issuers: [ISSUING] }),
    says: [
      "[prod/gateway/claims] issuers of 'certificate' must be among its certificateAuthorities, got " +
        '"CN=Contoso Issuing CA": add the authority, so that the gateway can build the chain',
    ],
  },
  {
    input: "any name below a domain",
    when: certificateApi({ clientsNamedBy: "dns-name", identities: [{ name: "*.contoso.com" }] }),
    says: [
      "[prod/gateway/claims] names in certificates of 'certificate' must be a lower-case host name " +
        "without '*', as in 'claims.contoso.com', got \"*.contoso.com\": write the name as it stands in the " +
        "certificate",
    ],
  },
  {
    input: "a thumbprint with a digit missing",
    when: certificateApi({ identities: [{ name: "CN=claims", thumbprint: "A".repeat(39) }] }),
    says: [
      "[prod/gateway/claims] thumbprints of 'certificate' must be SHA-1 hashes of 40 hexadecimal " +
        'digits, got "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA": copy it from \'openssl x509 -fingerprint ' +
        "-sha1'",
    ],
  },
  {
    input: "no revocation check and no word about it",
    when: certificateApi({ validateRevocation: false }),
    says: [
      "[prod/gateway/claims] 'certificate' checks revocation, got false: publish the authority's " +
        "revocation list, or opt out of 'certificate-revocation' on the API",
    ],
  },
  {
    input: "certificates that may have ended and no word about it",
    when: certificateApi({ validateChainAndDates: false }),
    says: [
      "[prod/gateway/claims] 'certificate' checks chain and dates, got false: have clients renew their " +
        "certificates, or opt out of 'certificate-lenient-validation' on the API",
    ],
  },
  {
    input: "two keys at once",
    when: api(Auth.allOf(entraId(), Auth.subscriptionKey(), Auth.subscriptionKey({ name: "second" }))),
    says: [
      "[prod/gateway/claims] a request presents one key, so Auth.allOf cannot ask for two, got " +
        '["key","second"]: let Auth.anyOf choose between them inside Auth.allOf',
    ],
  },
  {
    input: "two tokens at once",
    when: api(Auth.allOf(entraId(), oidc())),
    says: [
      "[prod/gateway/claims] a request presents one token, so Auth.allOf cannot ask for two, got " +
        '["entra","okta"]: let Auth.anyOf choose between them inside Auth.allOf',
    ],
  },
  {
    input: "two authenticators of one issuer, which nothing tells apart",
    when: api(Auth.anyOf(oidc(), oidc({ name: "okta-batch", audiences: ["api://batch"] }))),
    says: [
      "[prod/gateway/claims] an issuer belongs to one authenticator, since the issuer picks it, got " +
        '"https://contoso.okta.com/oauth2/default": merge the two authenticators, or publish two APIs',
    ],
  },
  {
    input: "two certificate authenticators, which nothing tells apart",
    when: certificateApi({}, { name: "partner" }),
    says: [
      "[prod/gateway/claims] an API has one certificate authenticator, since nothing in a request tells " +
        'two apart, got ["certificate","partner"]: merge their authorities and identities into one',
    ],
  },
  {
    input: "two authenticators of one name",
    when: api(Auth.anyOf(oidc(), oidc({ issuer: "https://fabrikam.okta.com" }))),
    says: [
      '[prod/gateway/claims] authenticators of one API need different names, got "okta": give one of ' +
        "them another name",
    ],
  },
];

const AT_SYNTHESIS: readonly BadInput[] = [
  {
    input: "a key alone and no word about it",
    when: keyAlone,
    says: [
      "[prod/gateway/claims] a key alone does not prove who calls: it is copied, and nothing expires " +
        "it: combine it with Auth.allOf and a token or a certificate, or opt out of " +
        "'api-key-alone-is-not-enough' with the reason",
    ],
  },
  {
    input: "any application that gets a token",
    when: api(entraId({ clientApplicationIds: [] })),
    says: [
      "[prod/gateway/claims] somebody must be able to get in: call gateway.addClient(), or name client " +
        "applications, roles or groups in the authenticator",
    ],
  },
  {
    input: "any certificate of an authority",
    when: certificateApi({ identities: [] }),
    says: [
      "[prod/gateway/claims] somebody must be able to get in: call gateway.addClient(), or name client " +
        "applications, roles or groups in the authenticator",
    ],
  },
  {
    input: "scopes for an operation that the API does not publish",
    when: api(entraId({ operationScopes: { images: ["Images.Generate"] } })),
    says: [
      "[prod/gateway/claims] operationScopes of 'entra' must name operation groups of the API, got " +
        '"images": use one of chat, embeddings',
    ],
  },
];

function keyAlone(stage: Parameters<BadInput["when"]>[0]): () => unknown {
  return () => {
    const gateway = stage.gateway();
    const claims = stage.api(gateway, { auth: Auth.subscriptionKey() });
    gateway.addClient("web", { api: claims, identifiedBy: [ClientIdentity.subscriptionKey()] });
  };
}

describe("authenticators", () => {
  refusesAtOnce(AT_ONCE);
  refusesAtSynthesis(AT_SYNTHESIS);
});

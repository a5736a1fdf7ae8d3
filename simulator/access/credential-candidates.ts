import { parseCertificate } from "../certificates";
import type { GatewayModel } from "../model";
import type {
  Authenticator,
  CertificateAuthenticator,
  RequiredClaim,
  TokenAuthenticator,
} from "./authenticator";
import type { CertificateCredential, Credential, TokenCredential } from "./credential";

/** A user and an object id that no stack knows. */
const SIMULATED_USER = "simulated-user";
const SIMULATED_OBJECT_ID = "5a3d0c1e-0000-4000-8000-000000000001";
export const SIMULATED_CLIENT = "simulated-client";

/** Claims in which issuers name the client that a token was issued to. */
export const CLIENT_CLAIMS = ["azp", "appid", "client_id", "cid"];
/** Claims that list scopes in one text. */
export const SCOPE_CLAIMS = ["scp", "scope", "scopes"];
/** Claims with a list of values. */
export const LIST_CLAIMS = ["roles", "groups", "wids", "permissions"];
/** Claims that say about the token what its issuer decides. */
const ISSUER_CLAIMS = ["iss", "aud", "exp", "nbf", "iat", "ver", "tid"];
/** Claims that mark ID tokens; access tokens have none of them. */
const ID_TOKEN_CLAIMS = ["nonce", "at_hash", "c_hash"];

/** On behalf of a user, by scopes; on its own account, by roles; or by both, for policies that ask for both. */
type AccessKind = "delegated" | "application" | "both";
const ACCESSES: readonly AccessKind[] = ["delegated", "application", "both"];

/** Credentials that an authenticator might take, the likeliest first. */
export function candidatesFor(authenticator: Authenticator, gateway: GatewayModel): readonly Credential[] {
  switch (authenticator.kind) {
    case "key":
      return authenticator.subscriptions.map(({ subscriptionId }) => ({
        kind: "key",
        headerName: authenticator.headerName,
        subscription: subscriptionId,
      }));
    case "token":
      return tokenCandidates(authenticator);
    case "certificate":
      return certificateCandidates(authenticator, gateway);
    case "header": {
      const { headerName, values } = authenticator;
      return (values.length === 0 ? [SIMULATED_CLIENT] : values).map((value) => ({ kind: "header", headerName, value }));
    }
  }
}

function tokenCandidates(authenticator: TokenAuthenticator): readonly TokenCredential[] {
  const { rules } = authenticator;
  const without = {
    ...rules,
    values: new Map([...rules.values].filter(([claim]) => !rules.unequal.has(claim))),
  };
  return [rules, ...(rules.unequal.size === 0 ? [] : [without])].flatMap((guess) =>
    tokensByRules({ ...authenticator, rules: guess }),
  );
}

function tokensByRules(authenticator: TokenAuthenticator): readonly TokenCredential[] {
  const { issuers, headerName, audiences } = authenticator;
  return clientIdsOf(authenticator).flatMap((client) =>
    issuers.flatMap(({ keysOf, iss }) =>
      ACCESSES.map((access): TokenCredential => ({
        kind: "token",
        headerName,
        ...(authenticator.scheme === "Bearer" ? {} : { scheme: authenticator.scheme ?? "" }),
        issuer: iss?.includes("sts.windows.net") ? iss : keysOf,
        claims: {
          ...(iss === undefined ? {} : { iss }),
          ...(audiences[0] === undefined ? {} : { aud: audiences[0] }),
          ...comparedClaims(authenticator, access),
          ...subjectClaims(authenticator, access, client),
          ...clientClaimsOf(authenticator, keysOf, client),
          ...Object.fromEntries(authenticator.requiredClaims.map((claim) => [claim.name, valueOf(claim)])),
        },
      })),
    ),
  );
}

/** Those that the element lists; those that `switch` labels end with, after the authenticator's name; any. */
function clientIdsOf({ clientIds, rules, labels }: TokenAuthenticator): readonly string[] {
  const compared = CLIENT_CLAIMS.flatMap((claim) => rules.values.get(claim) ?? []);
  const listed = [...clientIds, ...compared];
  const labelled = labels
    .filter((label) => /^[\w-]+\/./.test(label))
    .map((label) => label.replace(/^[\w-]+\//, ""));
  const known = listed.length > 0 ? listed : labelled;
  return [...new Set([...known, ...(listed.length > 0 ? [] : [SIMULATED_CLIENT])])];
}

function clientClaimsOf(
  { entra, rules }: TokenAuthenticator,
  issuer: string,
  client: string,
): Readonly<Record<string, string>> {
  const ofEntra = issuer.includes("sts.windows.net") ? "appid" : "azp";
  const names = entra ? [ofEntra] : CLIENT_CLAIMS.filter((claim) => rules.values.has(claim));
  return Object.fromEntries(names.map((name) => [name, client]));
}

function subjectClaims(
  { entra, rules }: TokenAuthenticator,
  access: AccessKind,
  client: string,
): Readonly<Record<string, string>> {
  const subject = access === "application" ? client : SIMULATED_USER;
  return {
    sub: subject,
    ...(entra ? { oid: SIMULATED_OBJECT_ID, ...(access === "application" ? { idtyp: "app" } : {}) } : {}),
    ...(rules.values.has("uid") ? { uid: subject } : {}),
  };
}

/** Everything that policies compare claims with; what is too much is dropped after a success. */
function comparedClaims(
  { rules }: TokenAuthenticator,
  access: AccessKind,
): Readonly<Record<string, unknown>> {
  const left = { delegated: ["roles"], application: SCOPE_CLAIMS, both: [] }[access];
  const fixed = new Set([...CLIENT_CLAIMS, ...ISSUER_CLAIMS, ...ID_TOKEN_CLAIMS, ...left, "idtyp"]);
  return Object.fromEntries(
    [...rules.values].flatMap(([claim, values]): readonly (readonly [string, unknown])[] => {
      if (fixed.has(claim) || values.length === 0) {
        return [];
      }
      if (SCOPE_CLAIMS.includes(claim)) {
        return [[claim, scopesIn(values).join(" ")]];
      }
      return [[claim, LIST_CLAIMS.includes(claim) ? values : values[0]]];
    }),
  );
}

/** Texts that can be scopes (RFC 6749, section 3.3): no blank in them. */
export function scopesIn(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => /^[\x21\x23-\x5B\x5D-\x7E]+$/.test(text));
}

function valueOf({ values, all, separator }: RequiredClaim): unknown {
  const needed = all ? values : values.slice(0, 1);
  return separator !== undefined ? needed.join(separator) : needed.length === 1 ? needed[0] : needed;
}

function certificateCandidates(
  { identities }: CertificateAuthenticator,
  gateway: GatewayModel,
): readonly CertificateCredential[] {
  const authorities = [...gateway.trustedCertificates, ...gateway.certificates].map(
    ({ der }) => parseCertificate(der).subject,
  );
  const wanted = identities.length === 0 ? [new Map<string, string>()] : identities;
  return wanted.flatMap((identity) =>
    [...new Set(authorities)].map((authority): CertificateCredential => {
      const dnsName = identity.get("dns-name");
      return {
        kind: "certificate",
        authority,
        subject: identity.get("subject"),
        commonName: identity.get("common-name") ?? dnsName ?? SIMULATED_CLIENT,
        dnsNames: dnsName === undefined ? undefined : [dnsName],
      };
    }),
  );
}

/**
 * The same token with one guessed thing less, for every such thing: a scope, a role, a claim.
 * @param authenticator that the token is for: what it demands itself is not a guess
 */
export function simplerTokens(
  token: TokenCredential,
  { requiredClaims }: TokenAuthenticator,
): readonly TokenCredential[] {
  const needed = new Set([
    ...ISSUER_CLAIMS,
    ...CLIENT_CLAIMS,
    "sub",
    "oid",
    "uid",
    ...requiredClaims.map(({ name }) => name),
  ]);
  return Object.entries(token.claims)
    .filter(([name]) => !needed.has(name))
    .flatMap(([name, value]) => simplerValues(value).map((simpler) => ({ name, simpler })))
    .map(({ name, simpler }) => ({ ...token, claims: withClaim(token.claims, name, simpler) }));
}

/** `undefined` stands for no claim at all. */
function simplerValues(value: unknown): readonly unknown[] {
  const parts =
    typeof value === "string" ? value.split(" ") : Array.isArray(value) ? (value as unknown[]) : [];
  const fewer = parts.length < 2 ? [] : parts.map((_, index) => parts.filter((__, other) => other !== index));
  return [undefined, ...fewer.map((rest) => (typeof value === "string" ? rest.join(" ") : rest))];
}

function withClaim(
  claims: Readonly<Record<string, unknown>>,
  name: string,
  value: unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries({ ...claims, [name]: value }).filter(([, kept]) => kept !== undefined),
  );
}

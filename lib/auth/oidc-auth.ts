import { csharp, csharpStrings, type RequiredClaim, validateJwt } from "../policy";
import type { Problems } from "../validation";
import { authBinding, bindOnce } from "./auth-binding";
import {
  type AuthStrategy,
  TOKEN_VARIABLE,
  type TokenAuthenticator,
  type TokenCondition,
} from "./auth-strategy";
import { checkAuthenticatorName } from "./authenticator-name";
import { checkIssuerUrl } from "./issuer-url";
import { claimText, claimValues, claimWords, hasAny, isAccessToken } from "./token-claims";
import { checkPermissions } from "./token-permissions";

/**
 * Accept access tokens of any OpenID Connect provider: `Auth.oidc(props)`. Tokens must be signed JWTs with an
 * expiry; keys come from the provider's discovery document only.
 *
 * Source: https://openid.net/specs/openid-connect-discovery-1_0.html and RFC 9068
 */
export interface OidcAuthProps {
  /** Part of the caller's client id, and what client identities refer to: `okta`. */
  readonly name: string;
  /** Exact `iss` of the tokens: an https URL, with or without a final `/` as the provider issues it. */
  readonly issuer: string;
  /** Discovery document. @default - `<issuer>/.well-known/openid-configuration` */
  readonly openIdConfigurationUrl?: string;
  /** Accepted `aud` values, at least one: what the provider calls the API. */
  readonly audiences: readonly string[];
  /**
   * Applications that may call, by the value of `clientIdClaim`.
   *
   * @default - any that holds one of `scopes`, `roles` or `groups`, or is a registered client of the API
   */
  readonly clientIds?: readonly string[];
  /**
   * Claim that names the client application: `cid` at Okta, `azp` at Auth0, Google and Keycloak.
   *
   * @default "azp"
   */
  readonly clientIdClaim?: string;
  /** Claim that names the user. @default "sub" */
  readonly userIdClaim?: string;
  /** Claims that every token must have, with one of the values. @default - none */
  readonly requiredClaims?: readonly OidcRequiredClaim[];
  /** Scopes of which the token needs one. @default - none are needed */
  readonly scopes?: readonly string[];
  /** Claim with the scopes, as words or as an array: `scp` at Okta. @default "scope" */
  readonly scopesClaim?: string;
  /** Roles of which the token needs one. @default - none are needed */
  readonly roles?: readonly string[];
  /** Claim with the roles, as an array of strings. @default "roles" */
  readonly rolesClaim?: string;
  /** Groups of which the token needs one. @default - no group is needed */
  readonly groups?: readonly string[];
  /** Claim with the groups, as an array of strings. @default "groups" */
  readonly groupsClaim?: string;
  /** Scopes of which one is needed, by operation group. @default - none are needed */
  readonly operationScopes?: Readonly<Record<string, readonly string[]>>;
  /** Tolerance for `exp` and `nbf` in seconds, 0 to 300. @default 0 */
  readonly clockSkewSeconds?: number;
}

/** A claim and the values of which the token needs one. Compared whole and case-sensitively. */
export interface OidcRequiredClaim {
  /** Name of the claim, as it stands in the token. */
  readonly name: string;
  /** At least one. */
  readonly values: readonly string[];
}

/** Claims that anyone may choose for themselves at most providers. */
const SELF_CHOSEN = ["email", "preferred_username", "unique_name", "upn", "name", "nickname"];
const CLAIM_NAME = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
const MAX_SKEW_SECONDS = 300;

export function oidcAuth(given: OidcAuthProps): AuthStrategy {
  const props = withDefaults(given);
  return {
    bind: bindOnce(({ problems }) => {
      check(props, problems);
      return authBinding([{ token: [authenticator(props)] }], []);
    }),
  };
}

type CompleteProps = ReturnType<typeof withDefaults>;

function withDefaults(given: OidcAuthProps) {
  // JavaScript may leave out what has no default; that is reported where the strategy is bound.
  const { name = "", issuer = "", audiences = [] }: Partial<OidcAuthProps> = given;
  const { clientIds = [], requiredClaims = [], clockSkewSeconds = 0 } = given;
  const { clientIdClaim = "azp", userIdClaim = "sub" } = given;
  const { scopesClaim = "scope", rolesClaim = "roles", groupsClaim = "groups" } = given;
  return {
    ...given,
    name,
    issuer,
    audiences,
    clientIds,
    requiredClaims,
    clockSkewSeconds,
    clientIdClaim,
    userIdClaim,
    scopesClaim,
    rolesClaim,
    groupsClaim,
  };
}

function authenticator(props: CompleteProps): TokenAuthenticator {
  const { name, issuer, scopesClaim, rolesClaim, userIdClaim } = props;
  const [audience = "", ...otherAudiences] = props.audiences;
  const clientId = claimText(props.clientIdClaim);
  return {
    credential: "token",
    name,
    issuers: [
      {
        issuer,
        validation: validateJwt({
          id: `authenticate-${name}`,
          openIdConfigUrl: openIdConfigurationUrl(props),
          issuers: [issuer],
          audiences: [audience, ...otherAudiences],
          requiredClaims: props.requiredClaims.map((claim): RequiredClaim => ({ ...claim, match: "any" })),
          clockSkewSeconds: props.clockSkewSeconds,
          outputTokenVariable: TOKEN_VARIABLE,
        }),
      },
    ],
    clientId,
    canonicalId: (id) => id,
    // An application that acts for itself is its own subject at many providers.
    userId: csharp`(${claimText(userIdClaim)} == ${clientId} ? "" : ${claimText(userIdClaim)})`,
    scopes: claimWords(scopesClaim),
    roles: claimValues(rolesClaim),
    permissions: claimWords(scopesClaim),
    conditions: conditions(props),
    operationScopes: props.operationScopes,
    clientIds: listed(props.clientIds) ? props.clientIds : undefined,
    restrictsClients: [props.clientIds, props.scopes, props.roles, props.groups].some(
      (restriction) => restriction && restriction.length > 0,
    ),
  };
}

function conditions(props: CompleteProps): readonly TokenCondition[] {
  const { scopesClaim, rolesClaim, groupsClaim, clientIds } = props;
  const clientId = claimText(props.clientIdClaim);
  const all: readonly (TokenCondition | false)[] = [
    { rule: "token-issuer", holds: csharp`token.Issuer == ${props.issuer}`, refusal: "unauthorized" },
    { rule: "token-is-access-token", holds: isAccessToken(scopesClaim), refusal: "unauthorized" },
    {
      rule: "token-client",
      holds:
        clientIds.length > 0
          ? csharp`${csharpStrings(clientIds)}.Contains(${clientId})`
          : csharp`${clientId} != ""`,
      refusal: "unauthorized",
    },
    listed(props.scopes) && {
      rule: "token-scope",
      holds: hasAny(claimWords(scopesClaim), props.scopes),
      refusal: "insufficient_scope",
    },
    listed(props.roles) && {
      rule: "token-role",
      holds: hasAny(claimValues(rolesClaim), props.roles),
      refusal: "insufficient_scope",
    },
    listed(props.groups) && {
      rule: "token-group",
      holds: hasAny(claimValues(groupsClaim), props.groups),
      refusal: "forbidden",
    },
  ];
  return all.filter((condition) => condition !== false);
}

function listed(values: readonly string[] | undefined): values is readonly string[] {
  return values !== undefined && values.length > 0;
}

function openIdConfigurationUrl({ issuer, openIdConfigurationUrl }: OidcAuthProps): string {
  return openIdConfigurationUrl ?? `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}

function check(props: CompleteProps, problems: Problems): void {
  const { name, audiences, clientIds, requiredClaims, clockSkewSeconds } = props;
  checkAuthenticatorName(name, problems);
  checkIssuerUrl(`issuer of '${name}'`, props.issuer, problems);
  if (props.openIdConfigurationUrl !== undefined) {
    checkIssuerUrl(`openIdConfigurationUrl of '${name}'`, props.openIdConfigurationUrl, problems);
  }
  problems.check(audiences.length > 0, {
    rule: `'${name}' needs an audience, or tokens for any other API of the issuer would pass`,
    remedy: "give the identifier that the provider has for the API",
  });
  const lists = {
    audiences,
    clientIds,
    groups: props.groups ?? [],
    "requiredClaims values": requiredClaims.flatMap(({ values }) => values),
  };
  for (const [list, values] of Object.entries(lists)) {
    for (const value of values) {
      problems.check(value.trim() !== "" && !value.includes("*"), {
        rule: `${list} of '${name}' must be exact values`,
        value,
        remedy: "list each value that you accept",
      });
    }
  }
  for (const id of clientIds) {
    problems.check(!audiences.includes(id), {
      rule: `'${name}' must not have one application as audience and as client: its ID tokens would pass`,
      value: id,
      remedy: "register the API at the provider with an identifier of its own",
    });
  }
  checkClaims(props, problems);
  for (const claim of requiredClaims) {
    problems.check(claim.values.length > 0, {
      rule: `requiredClaims of '${name}' need a value each`,
      value: claim.name,
      remedy: "list the accepted values",
    });
  }
  problems.checkRange(clockSkewSeconds, 0, MAX_SKEW_SECONDS, {
    rule: `clockSkewSeconds of '${name}' must be a whole number from 0 to ${MAX_SKEW_SECONDS}`,
    remedy: "keep 0 unless the provider's clock is known to differ",
  });
  checkPermissions(name, props, problems);
}

function checkClaims(props: CompleteProps, problems: Problems): void {
  const { name, clientIdClaim, userIdClaim, requiredClaims } = props;
  const claims = [clientIdClaim, userIdClaim, props.scopesClaim, props.rolesClaim, props.groupsClaim];
  for (const claim of [...claims, ...requiredClaims.map((required) => required.name)]) {
    problems.check(CLAIM_NAME.test(claim), {
      rule: `claim names of '${name}' must be 1 to 128 printable ASCII characters without space, '"' or '\\'`,
      value: claim,
      remedy: "write the claim as it stands in the token",
    });
  }
  for (const claim of [clientIdClaim, userIdClaim]) {
    problems.check(!SELF_CHOSEN.includes(claim), {
      rule: `claims that identify callers of '${name}' must not be ones that people choose or hand on`,
      value: claim,
      remedy: "use a stable id, such as 'sub' or 'oid'",
    });
  }
}

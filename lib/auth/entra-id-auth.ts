import { Token } from "cdktf";
import {
  type CSharp,
  csharp,
  csharpJoin,
  csharpStrings,
  terraformText,
  validateAzureAdToken,
} from "../policy";
import { GUID, isTokenAudience, type Problems } from "../validation";
import { authBinding, bindOnce } from "./auth-binding";
import {
  type AuthBindOptions,
  type AuthStrategy,
  TOKEN_VARIABLE,
  type TokenAuthenticator,
  type TokenCondition,
} from "./auth-strategy";
import { checkAuthenticatorName } from "./authenticator-name";
import { claimText, claimValues, claimWords, hasAny, IS_NO_ID_TOKEN } from "./token-claims";
import { checkPermissions } from "./token-permissions";

/**
 * Accept access tokens of Microsoft Entra ID: `Auth.entraId(props)`.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export interface EntraIdAuthProps {
  /** Part of the caller's client id, and what client identities refer to. @default "entra" */
  readonly name?: string;
  /** GUID of the tenant whose tokens are accepted. */
  readonly tenantId: string;
  /**
   * GUIDs of further tenants, each of them trusted as much as the first. Needs the opt-out
   * `api-multi-tenant`.
   *
   * @default - none
   */
  readonly additionalTenantIds?: readonly string[];
  /**
   * Accepted `aud` values, at least one: the API's application (client) id; with `tokenVersion` 1 also its
   * `api://` URI. May be tokens.
   */
  readonly audiences: readonly string[];
  /**
   * Applications that may ask for the API, by application (client) id. May be tokens.
   *
   * @default - any that holds one of `scopes`, `roles` or `groups`, or is a registered client of the API
   */
  readonly clientApplicationIds?: readonly string[];
  /** Version of the tokens, as the API's registration says (`requestedAccessTokenVersion`). @default 2 */
  readonly tokenVersion?: 1 | 2;
  /**
   * Delegated permissions (`scp`) of which a user's token needs one.
   *
   * @default - users need none, unless only `roles` are given: then users are refused
   */
  readonly scopes?: readonly string[];
  /**
   * App roles of which an application's own token needs one. A user's token does not pass by a role: it is
   * told apart by its `scp`.
   *
   * @default - applications need none, unless only `scopes` are given: then applications are refused. An application
   * without any role is told from an ID token by the optional claim `idtyp`, which the API's registration must ask for
   * (`EntraAppRegistration` does); source: https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
   */
  readonly roles?: readonly string[];
  /**
   * Object ids of groups of which the token needs one. A token with too many groups to list them is refused.
   *
   * @default - no group is needed
   */
  readonly groups?: readonly string[];
  /**
   * Permissions of which one is needed, by operation group: a user's token needs one of them as delegated permission
   * (`scp`), an application's own token as app role.
   *
   * @default - none are needed
   */
  readonly operationScopes?: Readonly<Record<string, readonly string[]>>;
  /**
   * Whether clients that cannot keep a secret may call: device code, desktop, single-page.
   *
   * @default "allow"
   */
  readonly publicClients?: "allow" | "refuse";
}

/** Claims that differ between token versions. */
const BY_VERSION = {
  1: {
    ver: "1.0",
    client: "appid",
    assurance: "appidacr",
    issuer: (tid: string) => `https://sts.windows.net/${tid}/`,
  },
  2: {
    ver: "2.0",
    client: "azp",
    assurance: "azpacr",
    issuer: (tid: string) => `https://login.microsoftonline.com/${tid}/v2.0`,
  },
} as const;

/**
 * Values of `azpacr` and `appidacr` that stand for a client that proved itself: by a secret, by a
 * certificate.
 */
const CONFIDENTIAL = ["1", "2"];

export function entraIdAuth(given: EntraIdAuthProps): AuthStrategy {
  const props = withCanonicalIds(given);
  return {
    bind: bindOnce((options) => {
      check(props, options);
      return authBinding([{ token: [entraAuthenticator(props, conditions(props))] }], []);
    }),
  };
}

/** Entra ID writes GUIDs in lower case, whatever the case in which people copied them. */
function withCanonicalIds(props: EntraIdAuthProps): EntraIdAuthProps {
  return {
    ...props,
    tenantId: canonicalId(props.tenantId),
    additionalTenantIds: props.additionalTenantIds?.map(canonicalId),
    // JavaScript may leave out what has no default; that is reported where the strategy is bound.
    audiences: ((props.audiences as readonly string[] | undefined) ?? []).map(canonicalId),
    clientApplicationIds: props.clientApplicationIds?.map(canonicalId),
    groups: props.groups?.map(canonicalId),
  };
}

/** Spelling of a GUID as Entra ID writes it; of anything else, its own. */
export function canonicalId(id: string): string {
  return GUID.pattern.test(id) ? id.toLowerCase() : id;
}

/**
 * Takes tokens of a tenant for an audience.
 * @param conditions on a token that is of this issuer, in its time and names its application
 */
export function entraAuthenticator(
  props: EntraIdAuthProps,
  conditions: readonly TokenCondition[],
): TokenAuthenticator {
  const { name = "entra", tenantId, additionalTenantIds = [], audiences, clientApplicationIds = [] } = props;
  const { ver, client, issuer } = BY_VERSION[props.tokenVersion === 1 ? 1 : 2];
  const tenants = [tenantId, ...additionalTenantIds];
  const [audience = "", ...otherAudiences] = audiences;
  return {
    credential: "token",
    name,
    issuers: tenants.map((tenant) => ({
      issuer: issuer(tenant),
      validation: validateAzureAdToken({
        id: `authenticate-${name}`,
        tenantId: tenant,
        audiences: [terraformText(audience), ...otherAudiences.map(terraformText)],
        clientApplicationIds: clientApplicationIds.map(terraformText),
        requiredClaims: [
          { name: "ver", values: [ver] },
          { name: "tid", values: [tenant] },
        ],
        outputTokenVariable: TOKEN_VARIABLE,
      }),
    })),
    clientId: claimText(client),
    canonicalId,
    userId: csharp`(token.Claims.ContainsKey("scp") ? ${claimText("oid")} : "")`,
    scopes: claimWords("scp"),
    roles: claimValues("roles"),
    permissions: csharp`(token.Claims.ContainsKey("scp") ? ${claimWords("scp")} : ${claimValues("roles")})`,
    conditions: [
      {
        rule: "token-issuer",
        holds: csharp`${csharpStrings(tenants.map(issuer))}.Contains(token.Issuer)`,
        refusal: "unauthorized",
      },
      // <validate-azure-ad-token> has no setting for the skew that .NET allows for by default, 300 seconds.
      {
        rule: "token-expired",
        holds: csharp`token.ExpirationTime != null && token.ExpirationTime > DateTime.UtcNow`,
        refusal: "unauthorized",
      },
      { rule: "token-client", holds: csharp`${claimText(client)} != ""`, refusal: "unauthorized" },
      ...conditions,
    ],
    operationScopes: props.operationScopes,
    clientIds: clientApplicationIds.length > 0 ? clientApplicationIds : undefined,
    restrictsClients: [props.clientApplicationIds, props.scopes, props.roles, props.groups].some(
      (restriction) => restriction && restriction.length > 0,
    ),
  };
}

function conditions(props: EntraIdAuthProps): readonly TokenCondition[] {
  const { assurance } = BY_VERSION[props.tokenVersion === 1 ? 1 : 2];
  const permission = permissionCondition(props);
  return [
    {
      rule: "token-is-access-token",
      holds: csharp`${IS_NO_ID_TOKEN}
        && (token.Claims.ContainsKey("scp") || token.Claims.ContainsKey("roles") || ${claimText("idtyp")} == "app")`,
      refusal: "unauthorized",
    },
    ...((props.publicClients ?? "allow") !== "allow"
      ? [
          {
            rule: "token-public-client",
            holds: hasAny(claimValues(assurance), CONFIDENTIAL),
            refusal: "forbidden",
          } as const,
        ]
      : []),
    ...(permission
      ? [{ rule: "token-scope", holds: permission, refusal: "insufficient_scope" } as const]
      : []),
    ...(props.groups?.length
      ? [
          {
            rule: "token-group",
            holds: hasAny(claimValues("groups"), props.groups),
            refusal: "forbidden",
          } as const,
        ]
      : []),
  ];
}

/** A user's token needs a scope, an application's own token a role. */
function permissionCondition({ scopes = [], roles = [] }: EntraIdAuthProps): CSharp | undefined {
  const ways = [
    ...(scopes.length > 0
      ? [csharp`(token.Claims.ContainsKey("scp") && ${hasAny(claimWords("scp"), scopes)})`]
      : []),
    ...(roles.length > 0
      ? [csharp`(!token.Claims.ContainsKey("scp") && ${hasAny(claimValues("roles"), roles)})`]
      : []),
  ];
  return ways.length > 0 ? csharpJoin(ways, " || ") : undefined;
}

function check(props: EntraIdAuthProps, { problems, optOuts }: AuthBindOptions): void {
  const { name = "entra", tenantId, additionalTenantIds = [], audiences, clientApplicationIds = [] } = props;
  checkAuthenticatorName(name, problems);
  for (const tenant of [tenantId, ...additionalTenantIds]) {
    problems.check(GUID.pattern.test(tenant), {
      rule: `tenant of '${name}' must be a GUID: names and 'common' stand for tenants that you do not know`,
      value: tenant,
      remedy: "use the directory (tenant) id; several are listed in additionalTenantIds",
    });
  }
  problems.check(new Set([tenantId, ...additionalTenantIds]).size === additionalTenantIds.length + 1, {
    rule: `tenants of '${name}' must differ`,
    value: [tenantId, ...additionalTenantIds],
    remedy: "list each tenant once",
  });
  problems.check(additionalTenantIds.length === 0 || optOuts.has("api-multi-tenant"), {
    rule: `'${name}' accepts tokens of one tenant`,
    value: additionalTenantIds,
    remedy: "opt out of 'api-multi-tenant' on the API, with the reason why these tenants are trusted",
  });
  checkAudiences(props, problems);
  for (const id of clientApplicationIds) {
    problems.checkPattern(id, GUID.pattern, {
      rule: `clientApplicationIds of '${name}' must be GUIDs`,
      remedy: "use the application (client) id of the client's registration",
    });
    problems.check(!audiences.includes(id), {
      rule: `'${name}' must not have one application as audience and as client: its ID tokens would pass`,
      value: id,
      remedy: "register the client as an application of its own",
    });
  }
  for (const group of props.groups ?? []) {
    problems.checkPattern(group, GUID.pattern, {
      rule: `groups of '${name}' must be object ids`,
      remedy: "use the group's object id: names can be given to another group",
    });
  }
  checkPermissions(name, props, problems);
  checkChoices(props, problems);
}

function checkChoices(
  { name = "entra", publicClients = "allow", tokenVersion = 2 }: EntraIdAuthProps,
  problems: Problems,
): void {
  problems.check(["allow", "refuse"].includes(publicClients), {
    rule: `publicClients of '${name}' must be allow or refuse`,
    value: publicClients,
    remedy: "leave it out to allow them",
  });
  problems.check([1, 2].includes(tokenVersion), {
    rule: `tokenVersion of '${name}' must be 1 or 2`,
    value: tokenVersion,
    remedy: "use requestedAccessTokenVersion of the API's registration",
  });
}

function checkAudiences(
  { name = "entra", audiences, tokenVersion = 2 }: EntraIdAuthProps,
  problems: Problems,
): void {
  problems.check(audiences.length > 0, {
    rule: `'${name}' needs an audience, or tokens for any other API of the tenant would pass`,
    remedy: "give the application (client) id of the API's registration",
  });
  for (const audience of audiences.filter((each) => !Token.isUnresolved(each))) {
    problems.check(isTokenAudience(audience, tokenVersion), {
      rule:
        tokenVersion === 2
          ? `audiences of '${name}' must be GUIDs: version 2 tokens name the API by its application id`
          : `audiences of '${name}' must be GUIDs or api:// URIs`,
      value: audience,
      remedy: "use the API's application (client) id; 'api://' URIs stand in tokens with tokenVersion 1 only",
    });
  }
}

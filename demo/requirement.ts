import type { AuthSettings } from "../stacks/environment-settings";

/** What a token must say to be let in. */
export interface TokenRequirement {
  readonly kind: "token";
  /** Name of the authenticator. */
  readonly name: string;
  /** `iss`, exactly. */
  readonly issuer: string;
  /** Set for issuers of Entra ID. */
  readonly tenantId?: string;
  readonly audience: string;
  /** Claim with the client's id. */
  readonly clientIdClaim: string;
  /** Clients that are let in, the caller's own first; none where any client is. */
  readonly clientIds: readonly string[];
  readonly scopesClaim: string;
  readonly scope?: string;
  readonly role?: string;
  /** Whether it is a person's, where an application may come as well. @default false */
  readonly ofUser?: boolean;
  /** Claim with the id of a user. @default - there is none */
  readonly userIdClaim?: string;
  /** Scopes or roles, one of which a group of operations takes besides. @default - none does */
  readonly operationScopes?: Readonly<Record<string, readonly string[]>>;
}

export interface CertificateRequirement {
  readonly kind: "certificate";
  /** Common name of the issuing authority. */
  readonly authority: string;
  readonly commonName: string;
}

/** One credential that an API asks for. */
export type Requirement = TokenRequirement | CertificateRequirement | { readonly kind: "key" };

/** Ids that exist only once the environment's own registration does. */
export interface RegistrationIds {
  /** Client id of the API: audience of its tokens. */
  readonly apiClientId: string;
  readonly publicClientId: string;
  /** What clients ask for: `<identifier URI>/<scope>`. */
  readonly scope: string;
}

/** What settings refer to by name. */
export interface RequirementReferences {
  readonly tenantId: string;
  readonly registration?: RegistrationIds;
  /** Common name of the issuing CA of an authority of the settings. */
  issuingAuthority(name: string): string;
}

/**
 * The ways into an API: each one is a list of credentials that must come together.
 *
 * @throws Error if the settings refer to a registration that is not there
 */
export function waysIn(
  auth: AuthSettings,
  references: RequirementReferences,
): readonly (readonly Requirement[])[] {
  switch (auth.kind) {
    case "anyOf":
      return auth.of.flatMap((member) => waysIn(member, references));
    case "allOf":
      return auth.of
        .map((member) => waysIn(member, references))
        .reduce<readonly (readonly Requirement[])[]>(
          (before, ways) => before.flatMap((one) => ways.map((other) => [...one, ...other])),
          [[]],
        );
    case "subscriptionKey":
      return [[{ kind: "key" }]];
    case "clientCertificate":
      return [auth.certificateAuthority].flat().map((name) => [
        {
          kind: "certificate",
          authority: references.issuingAuthority(name),
          commonName: auth.identities?.[0]?.name ?? "",
        },
      ]);
    case "oidc":
      return [
        [
          {
            kind: "token",
            name: auth.name,
            issuer: auth.issuer,
            audience: auth.audiences[0] ?? "",
            clientIdClaim: auth.clientIdClaim ?? "azp",
            clientIds: auth.clientIds ?? [],
            scopesClaim: auth.scopesClaim ?? "scope",
            scope: auth.scopes?.[0],
            role: auth.roles?.[0],
            userIdClaim: auth.userIdClaim,
            operationScopes: auth.operationScopes,
          },
        ],
      ];
    case "entraId":
      return [
        [
          entraToken({
            name: auth.name ?? "entra",
            tenantId: auth.tenantId,
            audience: auth.audiences[0] ?? "",
            clientIds: auth.clientApplicationIds ?? [],
            scope: auth.scopes?.[0],
            role: auth.roles?.[0],
            operationScopes: auth.operationScopes,
          }),
        ],
      ];
    case "registration": {
      const { registration, tenantId } = references;
      if (!registration) {
        throw new Error("auth of kind 'registration': the ids of the registration are unknown");
      }
      const { apiClientId, publicClientId, scope } = registration;
      return [
        [
          entraToken({
            name: "entra",
            tenantId,
            audience: apiClientId,
            clientIds: [publicClientId],
            scope: scope.slice(scope.lastIndexOf("/") + 1),
          }),
        ],
      ];
    }
  }
}

/** What clients ask Entra ID for, to call an API: a scope of it by name, or with `.default` all its roles. */
export function entraScope({ audience }: Pick<TokenRequirement, "audience">, name: string): string {
  return `${/^(api|https):\/\//.test(audience) ? audience : `api://${audience}`}/${name}`;
}

function entraToken(
  token: Pick<TokenRequirement, "name" | "audience" | "clientIds" | "scope" | "role" | "operationScopes"> & {
    tenantId: string;
  },
): TokenRequirement {
  return {
    kind: "token",
    issuer: `https://login.microsoftonline.com/${token.tenantId}/v2.0`,
    clientIdClaim: "azp",
    scopesClaim: "scp",
    ...token,
  };
}

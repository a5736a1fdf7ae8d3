import { csharp, terraformText } from "../policy";
import type { TokenAuthenticator } from "./auth-strategy";
import { canonicalId, entraAuthenticator, type EntraIdAuthProps } from "./entra-id-auth";
import { claimText, claimValues, hasAny, IS_NO_ID_TOKEN } from "./token-claims";

/** One principal of a tenant that acts for itself: a managed identity, or the service principal of an application. */
export interface EntraPrincipalAuthProps
  extends
    Required<Pick<EntraIdAuthProps, "name" | "tenantId">>,
    Pick<EntraIdAuthProps, "tokenVersion" | "roles"> {
  /** `aud` of its tokens. May be a token. */
  readonly audience: string;
  /** Its application (client) id. May be a token. */
  readonly clientId: string;
  /** Its object id. May be a token. */
  readonly principalId: string;
}

/**
 * Takes tokens of one principal. Which kind a token is, `idtyp` would say, but only where the registration of the
 * audience asks for it, and a managed identity needs no such registration of its own. The object says as much: in what
 * an application gets for itself it is the application's own, in what it gets for a user it is the user.
 *
 * Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function entraPrincipalAuth(props: EntraPrincipalAuthProps): TokenAuthenticator {
  const { name, tokenVersion, clientId, principalId, roles = [] } = props;
  const [tenantId, audience] = [props.tenantId, props.audience].map(canonicalId) as [string, string];
  const authenticator = entraAuthenticator(
    { name, tenantId, tokenVersion, audiences: [audience], roles },
    [],
  );
  return {
    ...authenticator,
    conditions: [
      ...authenticator.conditions,
      { rule: "token-is-access-token", holds: IS_NO_ID_TOKEN, refusal: "unauthorized" },
      {
        rule: "token-principal",
        holds: csharp`!token.Claims.ContainsKey("scp")
          && ${claimValues("idtyp")}.All(value => value == "app")
          && ${authenticator.clientId} == ${terraformText(clientId)}
          && ${claimText("oid")} == ${terraformText(principalId)}`,
        refusal: "forbidden",
      },
      ...(roles.length > 0
        ? [
            {
              rule: "token-scope",
              holds: hasAny(claimValues("roles"), roles),
              refusal: "insufficient_scope",
            } as const,
          ]
        : []),
    ],
  };
}

import type { AuthStrategy } from "./auth-strategy";
import { clientCertificateAuth, type ClientCertificateAuthProps } from "./client-certificate-auth";
import { allOfAuth, anyOfAuth } from "./composite-auth";
import { entraIdAuth, type EntraIdAuthProps } from "./entra-id-auth";
import { oidcAuth, type OidcAuthProps } from "./oidc-auth";
import { subscriptionKeyAuth, type SubscriptionKeyAuthProps } from "./subscription-key-auth";

/**
 * How callers prove who they are. What is illegal or weak is reported when the strategy is bound to an API.
 *
 * ```ts
 * Auth.anyOf(
 *   Auth.entraId({ tenantId, audiences: [apiId], clientApplicationIds: [appId] }),
 *   Auth.allOf(Auth.clientCertificate({ certificateAuthorities }), Auth.subscriptionKey()),
 * )
 * ```
 */
export class Auth {
  /** Access tokens of Microsoft Entra ID. */
  public static entraId(props: EntraIdAuthProps): AuthStrategy {
    return entraIdAuth(props);
  }

  /** Access tokens of any OpenID Connect provider: Okta, Auth0, Keycloak and others. */
  public static oidc(props: OidcAuthProps): AuthStrategy {
    return oidcAuth(props);
  }

  /** Client certificates of the TLS handshake. */
  public static clientCertificate(props: ClientCertificateAuthProps): AuthStrategy {
    return clientCertificateAuth(props);
  }

  /** One key for each client. Alone it needs the opt-out `api-key-alone-is-not-enough`. */
  public static subscriptionKey(props?: SubscriptionKeyAuthProps): AuthStrategy {
    return subscriptionKeyAuth(props);
  }

  /**
   * One of the members must accept the request: the one whose kinds of credential are presented. A request
   * that presents more, or others, is refused.
   */
  public static anyOf(...members: readonly AuthStrategy[]): AuthStrategy {
    return anyOfAuth(members);
  }

  /** Every member must accept the request. Members may be `Auth.anyOf`. */
  public static allOf(...members: readonly AuthStrategy[]): AuthStrategy {
    return allOfAuth(members);
  }

  private constructor() {}
}

import type { CSharp, PolicyElement } from "../policy";
import type { Problems, SecurityControl } from "../validation";
import type { ICertificateAuthority } from "./certificate-authority";

/**
 * Decides whether a request is authentic. A plain object until it is bound to an API, so that it can live in
 * configuration and serve several APIs. `Auth` makes the ones that this library offers.
 */
export interface AuthStrategy {
  /**
   * Checks the strategy against the API it is attached to and says what the API's policy must do. Called once
   * per API, before any resource of the API exists.
   *
   * @returns the binding; meaningless if problems were added
   */
  bind(options: AuthBindOptions): AuthBinding;
}

/** What a strategy may know of the API it is bound to. One object an API. */
export interface AuthBindOptions {
  /** Where everything that is wrong is reported, all at once. */
  readonly problems: Problems;
  /** Controls that were opted out of on this API. */
  readonly optOuts: { has(control: SecurityControl): boolean };
  /** Whether the gateway's tier can validate client certificates against uploaded certificate authorities. */
  readonly certificateAuthoritiesSupported: boolean;
}

/** Kind of credential: `Authorization` header, TLS client certificate, or subscription key in a header. */
export type CredentialKind = "token" | "certificate" | "key";

/** What an API needs so that its strategy works. */
export interface AuthBinding {
  /**
   * The combinations of credentials that are accepted. The set of kinds that a request presents picks exactly
   * one; a set that is not listed is refused. Kinds that no alternative uses are ignored.
   */
  readonly alternatives: readonly AuthAlternative[];
  /** Every authenticator once, in the order given. Their names are what client identities refer to. */
  readonly authenticators: readonly Authenticator[];
  /**
   * `required`: every alternative has a key, so the API requires a subscription. `optional`: some have; the
   * API must not require one, the policy decides. `unused`: none has.
   */
  readonly subscriptionKey: "required" | "optional" | "unused";
  /** Whether every host name of the gateway must negotiate client certificates. */
  readonly negotiatesClientCertificates: boolean;
  /** Certificates that the gateway must trust, each once. */
  readonly certificateAuthorities: readonly ICertificateAuthority[];
}

/** Credentials that must all be presented, and all be good. */
export interface AuthAlternative {
  /** Authenticators for the token; its issuer picks the one that must accept it. Empty: no token. */
  readonly token: readonly TokenAuthenticator[];
  /** Authenticator for the client certificate. @default - no certificate */
  readonly certificate?: CertificateAuthenticator;
  /** Authenticator for the key. @default - no key */
  readonly key?: KeyAuthenticator;
}

/** One way in which callers prove who they are, as policies know it. */
export type Authenticator = TokenAuthenticator | CertificateAuthenticator | KeyAuthenticator;

/** Context variable in which a token's validation policy leaves the token (`Jwt`). */
export const TOKEN_VARIABLE = "callerToken";

/**
 * Accepts tokens of one issuer, or of several under the same conditions. C# members are expressions over
 * `token`, a local variable that holds the validated `Jwt`.
 */
export interface TokenAuthenticator {
  /** Kind of credential: an access token in `Authorization`. */
  readonly credential: "token";
  /** Part of the caller's client id, and what client identities refer to. Unique in the API. */
  readonly name: string;
  /** Issuers with the policy that validates their tokens. */
  readonly issuers: readonly TokenIssuer[];
  /** `string`: the client application, in the form of `canonicalId`. Not empty once the conditions hold. */
  readonly clientId: CSharp;
  /** The one spelling of a client id that can be spelled in several ways. */
  canonicalId(id: string): string;
  /** `string`: the user, or `""` for an application that acts for itself. */
  readonly userId: CSharp;
  /** `string[]`: the scopes. */
  readonly scopes: CSharp;
  /** `string[]`: the roles. */
  readonly roles: CSharp;
  /** `string[]`: those of the scopes and roles that `operationScopes` are looked for in. */
  readonly permissions: CSharp;
  /** What must hold of a validated token, in the order of refusal. */
  readonly conditions: readonly TokenCondition[];
  /** Permissions of which the token needs one, by operation group. @default - none are needed */
  readonly operationScopes?: Readonly<Record<string, readonly string[]>>;
  /** The only client applications that get in. May hold tokens. @default - any */
  readonly clientIds?: readonly string[];
  /**
   * Whether the authenticator itself restricts which applications or users get in. If not, the API must have
   * registered clients and refuse all others.
   */
  readonly restrictsClients: boolean;
}

/** Who issues the tokens that an authenticator takes. */
export interface TokenIssuer {
  /** Exact `iss`. */
  readonly issuer: string;
  /** `validate-jwt` or `validate-azure-ad-token`, with {@link TOKEN_VARIABLE} as its output. */
  readonly validation: PolicyElement;
}

/** A condition on a validated token. */
export interface TokenCondition {
  /** Name in the audit record, such as `token-scope`. Never shown to the caller. */
  readonly rule: string;
  /** `bool`. */
  readonly holds: CSharp;
  /** How the request is refused: 401, or 403 with one of two codes. */
  readonly refusal: "unauthorized" | "forbidden" | "insufficient_scope";
}

/** Accepts TLS client certificates. */
export interface CertificateAuthenticator {
  /** Kind of credential: the client certificate of the TLS handshake. */
  readonly credential: "certificate";
  /** Part of the caller's client id, and what client identities refer to. Unique in the API. */
  readonly name: string;
  /** C# `string`: the name that `context.Request.Certificate` carries, in the form of `canonicalId`. */
  readonly clientId: CSharp;
  /** The one spelling of a name that can be spelled in several ways. */
  canonicalId(name: string): string;
  /** Names of its own that get in. */
  readonly names: readonly string[];
  /** Whether names of its own get in; if not, the API must have clients with certificates. */
  readonly restrictsClients: boolean;
  /** Adds a problem for each name that cannot stand in a certificate. */
  checkNames(registered: readonly CertificateName[], problems: Problems): void;
  /** The policy that validates, for the authenticator's own names and for those of registered clients. */
  validation(registered: readonly CertificateName[]): PolicyElement;
}

/** Name in a client certificate, and optionally the one certificate that may carry it. */
export interface CertificateName {
  /** The name, as the certificate carries it. */
  readonly name: string;
  /** SHA-1 thumbprint, an extra condition. @default - any certificate with that name from a pinned issuer */
  readonly thumbprint?: string;
}

/** Accepts keys of active subscriptions that belong to a registered client. */
export interface KeyAuthenticator {
  /** Kind of credential: a subscription key in a header. */
  readonly credential: "key";
  /** Part of the caller's client id, and what client identities refer to. Unique in the API. */
  readonly name: string;
}

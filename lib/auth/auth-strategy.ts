import type { Problems } from "../private/problems";
import type { SecurityControl } from "../private/security-opt-out";
import type { PolicyElement } from "../policy/policy-element";
import type { CSharp } from "../policy/csharp";
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

/** What a strategy may know of the API it is bound to. */
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
  /** @default - no certificate */
  readonly certificate?: CertificateAuthenticator;
  /** @default - no key */
  readonly key?: KeyAuthenticator;
}

export type Authenticator = TokenAuthenticator | CertificateAuthenticator | KeyAuthenticator;

/** Accepts tokens of one issuer, or of one list of issuers under the same conditions. */
export interface TokenAuthenticator {
  readonly credential: "token";
  /** Part of the caller's client id and of client identities. Unique in the API. */
  readonly name: string;
  /** Issuers with the policy that validates their tokens; the policy must set {@link TOKEN_VARIABLE}. */
  readonly issuers: readonly TokenIssuer[];
  /** Claim of the validated token that names the client application. */
  readonly clientIdClaim: string;
  /** C# expression over `token` (a validated `Jwt`): the user's id, or `""` for an application without a user. */
  readonly userId: CSharp;
  /** C# conditions over `token` that hold for an access token of this issuer; otherwise 401. */
  readonly tokenConditions: readonly TokenCondition[];
  /** C# conditions over `token` for what the caller may do; otherwise 403. */
  readonly permissionConditions: readonly TokenCondition[];
  /** Scopes of which the token needs one, by operation group. Groups that are not named need none. */
  readonly operationScopes: Readonly<Record<string, readonly string[]>>;
  /** C# expression over `token`: its scopes as `string[]`. */
  readonly scopes: CSharp;
  /** C# expression over `token`: its roles as `string[]`. */
  readonly roles: CSharp;
  /**
   * Whether the authenticator itself restricts which applications or users get in. If not, the API must have
   * registered clients and refuse all others.
   */
  readonly restrictsClients: boolean;
}

/** Context variable that holds the validated token (`Jwt`). */
export const TOKEN_VARIABLE = "callerToken";

export interface TokenIssuer {
  /** Exact `iss`. */
  readonly issuer: string;
  /** `validate-jwt` or `validate-azure-ad-token`. */
  readonly validation: PolicyElement;
}

/** One reason to refuse a validated token. */
export interface TokenCondition {
  /** Name in the audit record: `token-scope`. Never shown to the caller. */
  readonly rule: string;
  /** C# boolean expression over `token`. */
  readonly holds: CSharp;
}

/** Accepts TLS client certificates. */
export interface CertificateAuthenticator {
  readonly credential: "certificate";
  readonly name: string;
  /** The property of the certificate that names a client. */
  readonly namedBy: "subject" | "common-name" | "dns-name";
  /** Names that get in without being a registered client. */
  readonly names: readonly string[];
  /** The policy that validates, for the authenticator's own names and those of registered clients. */
  validation(registered: readonly CertificateName[]): PolicyElement;
}

/** Name in a client certificate, and optionally the one certificate that may carry it. */
export interface CertificateName {
  readonly name: string;
  /** SHA-1 thumbprint, an extra condition. @default - any certificate with that name and a pinned issuer */
  readonly thumbprint?: string;
}

/** Accepts keys of active subscriptions that belong to a registered client. */
export interface KeyAuthenticator {
  readonly credential: "key";
  readonly name: string;
}

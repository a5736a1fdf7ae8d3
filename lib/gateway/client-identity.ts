import type { Authenticator, CredentialKind } from "../auth";
import { normalizeThumbprint, THUMBPRINT } from "../private";
import type { Problems } from "../validation";
import type { ClientIdentityDescription } from "./policy/openai-api-description";

/** Which authenticator verifies a credential. */
export interface ClientIdentityOptions {
  /**
   * Name of the authenticator that verifies the credential.
   * @default - the only one of the API for that kind of credential
   */
  readonly authenticator?: string;
}

/**
 * A certificate that identifies a client.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates-for-clients
 */
export interface CertificateIdentityOptions extends ClientIdentityOptions {
  /**
   * The one certificate that counts, by its SHA-1 thumbprint: 40 hexadecimal digits; colons, blanks and case do not
   * count. @default - any that carries the name
   */
  readonly thumbprint?: string;
}

/** A credential as data: {@link ClientIdentity.of}. */
export type ClientIdentitySettings =
  | { readonly kind: "subscriptionKey" }
  | { readonly kind: "application"; readonly clientId: string; readonly authenticator?: string }
  | { readonly kind: "certificate"; readonly name: string; readonly thumbprint?: string };

/**
 * A credential that identifies a client, verified by an authenticator of the API. What the client claims
 * about itself elsewhere in a request counts for nothing.
 */
export class ClientIdentity {
  /**
   * A key of the client's own: API Management makes two for each API that the client may use.
   */
  public static subscriptionKey({ authenticator }: ClientIdentityOptions = {}): ClientIdentity {
    return new ClientIdentity("key", undefined, undefined, authenticator);
  }

  /**
   * An application, by the client id in its tokens (Entra ID `azp` or `appid`, Okta `cid`, Auth0 `azp`).
   *
   * @param clientId exactly as the issuer writes it
   */
  public static application(clientId: string, { authenticator }: ClientIdentityOptions = {}): ClientIdentity {
    return new ClientIdentity("token", clientId, undefined, authenticator);
  }

  /**
   * A client certificate, by the name in it that the authenticator reads (subject, common name or DNS name).
   *
   * @param name exactly as the certificate carries it
   */
  public static certificate(
    name: string,
    { authenticator, thumbprint }: CertificateIdentityOptions = {},
  ): ClientIdentity {
    return new ClientIdentity("certificate", name, thumbprint, authenticator);
  }

  /**
   * A credential that is described by data, as contracts have it.
   *
   * @param description kind, and what the method of that name takes
   */
  public static of(description: ClientIdentitySettings): ClientIdentity {
    switch (description.kind) {
      case "subscriptionKey":
        return ClientIdentity.subscriptionKey();
      case "application":
        return ClientIdentity.application(description.clientId, {
          authenticator: description.authenticator,
        });
      case "certificate":
        return ClientIdentity.certificate(description.name, { thumbprint: description.thumbprint });
    }
  }

  private constructor(
    public readonly credential: CredentialKind,
    /** What the authenticator verifies. A key has none until its subscription is named. */
    private readonly id: string | undefined,
    private readonly thumbprint: string | undefined,
    private readonly authenticator: string | undefined,
  ) {}

  /**
   * The identity on one API, with the authenticator that verifies it.
   *
   * @param subscriptionName name of the client's subscription on the API: what a key identifies
   * @returns `undefined` if it is not an identity, or no authenticator can be meant, which is then among the problems
   * @internal
   */
  public on(
    authenticators: readonly Authenticator[],
    subscriptionName: string,
    problems: Problems,
  ): ClientIdentityDescription | undefined {
    const isSound = this.check(problems);
    const candidates = authenticators.filter(
      ({ credential, name }) =>
        credential === this.credential && (this.authenticator === undefined || name === this.authenticator),
    );
    const [found] = candidates;
    const names = authenticators.filter(({ credential }) => credential === this.credential);
    const kinds = { key: "subscription key", token: "token", certificate: "client certificate" };
    const kind = kinds[this.credential];
    problems.check(candidates.length > 0, {
      rule: `a ${kind} identity must be of an authenticator of the API that takes such credentials`,
      value: this.authenticator ?? authenticators.map(({ name }) => name),
      remedy: names.length > 0 ? `name ${names.map(({ name }) => name).join(" or ")}` : "add one to the API",
    });
    problems.check(candidates.length < 2, {
      rule: `a ${kind} identity must say which authenticator verifies it`,
      value: names.map(({ name }) => name),
      remedy: "set authenticator to one of these names",
    });
    if (!isSound || !found || candidates.length > 1) {
      return undefined;
    }
    const thumbprint = this.thumbprint === undefined ? undefined : normalizeThumbprint(this.thumbprint);
    return { authenticator: found.name, id: this.id ?? subscriptionName, thumbprint };
  }

  private check(problems: Problems): boolean {
    const isNamed = this.credential === "key" || (this.id ?? "").trim() !== "";
    problems.check(isNamed, {
      rule: "an identity must not be empty",
      value: this.id,
      remedy: "give the client id, or the name in the certificate",
    });
    const isPinned = this.thumbprint === undefined || THUMBPRINT.test(normalizeThumbprint(this.thumbprint));
    problems.check(isPinned, {
      rule: "thumbprint must be a SHA-1 hash of 40 hexadecimal digits",
      value: this.thumbprint,
      remedy: "copy it from 'openssl x509 -noout -fingerprint -sha1'",
    });
    return isNamed && isPinned;
  }
}

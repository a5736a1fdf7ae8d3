import type { CertificateReference, ICertificateStore } from "../key-vault";
import { NAME_RULES } from "../private";
import type { Problems } from "../validation";

/** A key, which API Management reads from Key Vault. */
export interface EndpointKey {
  /** Vault that holds the key: the gateway's system-assigned identity may read its secrets. */
  readonly store: ICertificateStore;
  /** Name of the secret: 1 to 127 letters, digits or '-'. Whoever runs the service writes it there. */
  readonly secretName: string;
  /**
   * Header in which the service takes it; in `Authorization` it stands after `Bearer`.
   *
   * @default "Authorization"
   */
  readonly header?: string;
}

/** A client certificate with its key, which API Management reads from Key Vault. */
export interface EndpointCertificate {
  /** Vault that holds the certificate: the gateway's system-assigned identity may read its secrets. */
  readonly store: ICertificateStore;
  /** The certificate: `store.certificateByName(…)`, or one that the vault issues. */
  readonly certificate: CertificateReference;
}

/** A token of the gateway's managed identity. */
export interface EndpointAudience {
  /** Application id URI or client id that tokens for the service name as their audience; a literal. */
  readonly audience: string;
}

const DEFAULT_HEADER = "Authorization";
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,62}$/;
const AUDIENCE = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[A-Za-z0-9._~:/-]{1,255}$|^[0-9a-f-]{36}$/;

/**
 * How the gateway proves itself to a model endpoint. No form of it holds a secret: keys and certificates are named, and
 * stay in Key Vault.
 */
export class EndpointCredential {
  /** A key of Key Vault, which the gateway reads anew within four hours after it changed. */
  public static key(key: EndpointKey): EndpointCredential {
    return new EndpointCredential({ key });
  }

  /**
   * Mutual TLS, with a certificate of Key Vault that the gateway follows as it is renewed. A request shows one
   * certificate wherever it goes, so that a deployment has one such endpoint at most.
   */
  public static certificate(certificate: EndpointCertificate): EndpointCredential {
    return new EndpointCredential({ certificate });
  }

  /** An Entra ID token of the gateway's managed identity: nothing to keep, and nothing to rotate. */
  public static managedIdentity(identity: EndpointAudience): EndpointCredential {
    return new EndpointCredential({ identity });
  }

  /** The key. @default - it is another kind of credential */
  public readonly key?: EndpointKey;
  /** The certificate of mutual TLS. @default - it is another kind of credential */
  public readonly certificate?: EndpointCertificate;
  /** What tokens of the gateway's identity are for. @default - it is another kind of credential */
  public readonly identity?: EndpointAudience;

  private constructor(kind: {
    readonly key?: EndpointKey;
    readonly certificate?: EndpointCertificate;
    readonly identity?: EndpointAudience;
  }) {
    this.key = kind.key;
    this.certificate = kind.certificate;
    this.identity = kind.identity;
  }

  /** Header in which the credential goes; none for a certificate. */
  public get header(): string | undefined {
    return this.certificate ? undefined : (this.key?.header ?? DEFAULT_HEADER);
  }

  /** Whether the credential stands after `Bearer`. */
  public get isBearer(): boolean {
    return this.header?.toLowerCase() === DEFAULT_HEADER.toLowerCase();
  }

  /**
   * Reports names that Azure does not take, and headers that could not carry a credential.
   *
   * @internal
   */
  public check(problems: Problems): void {
    if (this.key) {
      problems.checkPattern(this.key.secretName, NAME_RULES.keyVaultItem.pattern, {
        rule: `secretName must be ${NAME_RULES.keyVaultItem.words}`,
        remedy: "give the name, not the id, of the secret",
      });
      problems.checkLiteral(this.key.header ?? DEFAULT_HEADER, HEADER_NAME, {
        rule: "header must be the literal name of a header: letters, digits and '-'",
        remedy: "leave it out for Authorization, or name the one that the service documents, such as api-key",
      });
    }
    if (this.identity) {
      problems.checkLiteral(this.identity.audience, AUDIENCE, {
        rule: "audience must be a literal application id URI or client id",
        remedy: "write it as tokens have it in 'aud', such as 'api://models'",
      });
    }
  }
}

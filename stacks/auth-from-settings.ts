import { Auth, type AuthStrategy, type EntraAppRegistration, type ICertificateAuthority } from "../lib";
import type { AuthSettings } from "./environment-settings";

/** What authenticators refer to by name. */
export interface AuthReferences {
  readonly certificateAuthorities: ReadonlyMap<string, readonly ICertificateAuthority[]>;
  /** The environment's own registration and its public client, if it has them. */
  readonly registration?: {
    readonly tenantId: string;
    readonly api: EntraAppRegistration;
    readonly scopes: readonly string[];
    readonly publicClientId: string;
  };
}

/** @throws Error if the settings name something that the environment does not have */
export function authFromSettings(settings: AuthSettings, references: AuthReferences): AuthStrategy {
  switch (settings.kind) {
    case "oidc":
      return Auth.oidc(settings);
    case "entraId":
      return Auth.entraId(settings);
    case "registration": {
      const { registration } = references;
      if (!registration) throw new Error("auth of kind 'registration' needs registration settings: add them");
      return Auth.entraId({
        tenantId: registration.tenantId,
        audiences: [registration.api.clientId],
        clientApplicationIds: [registration.publicClientId],
        scopes: registration.scopes,
      });
    }
    case "clientCertificate": {
      const authority = references.certificateAuthorities.get(settings.certificateAuthority);
      if (!authority) {
        const known = [...references.certificateAuthorities.keys()].join(", ") || "none";
        throw new Error(
          `certificate authority '${settings.certificateAuthority}' is not in certificateAuthorities (${known})`,
        );
      }
      return Auth.clientCertificate({ ...settings, certificateAuthorities: authority });
    }
    case "subscriptionKey":
      return Auth.subscriptionKey();
    case "anyOf":
      return Auth.anyOf(...settings.of.map((member) => authFromSettings(member, references)));
    case "allOf":
      return Auth.allOf(...settings.of.map((member) => authFromSettings(member, references)));
  }
}

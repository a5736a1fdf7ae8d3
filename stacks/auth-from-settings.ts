import { Auth, type AuthStrategy, type EntraAppRegistration, type ICertificateAuthority } from "../lib";
import { checkedReference } from "./checked-reference";
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

/** @param settings checked by `checkEnvironment` */
export function authFromSettings(settings: AuthSettings, references: AuthReferences): AuthStrategy {
  switch (settings.kind) {
    case "oidc":
      return Auth.oidc(settings);
    case "entraId":
      return Auth.entraId(settings);
    case "registration": {
      const registration = checkedReference(references.registration, "registration");
      return Auth.entraId({
        tenantId: registration.tenantId,
        audiences: [registration.api.clientId],
        clientApplicationIds: [registration.publicClientId],
        scopes: registration.scopes,
      });
    }
    case "clientCertificate": {
      const { certificateAuthority, ...options } = settings;
      const chains = [certificateAuthority]
        .flat()
        .map((name) =>
          checkedReference(references.certificateAuthorities.get(name), `certificate authority '${name}'`),
        );
      // Chains may end in the same root: the gateway keeps each certificate once.
      const distinct = new Map(chains.flat().map((each) => [each.thumbprint, each]));
      return Auth.clientCertificate({
        ...options,
        certificateAuthorities: [...distinct.values()],
        issuers: chains.length > 1 ? chains.flatMap(([issuer]) => issuer ?? []) : undefined,
      });
    }
    case "subscriptionKey":
      return Auth.subscriptionKey();
    case "anyOf":
      return Auth.anyOf(...settings.of.map((member) => authFromSettings(member, references)));
    case "allOf":
      return Auth.allOf(...settings.of.map((member) => authFromSettings(member, references)));
  }
}

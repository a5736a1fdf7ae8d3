import type { Construct } from "constructs";
import { AzureadResource, type AzureadResourceProps } from "./azuread-resource";

/** An application of Entra ID. */
export interface ApplicationProps extends AzureadResourceProps {
  /** Name for people, 1 to 120 characters. */
  readonly displayName: string;
  /** Whose accounts may sign in; this tenant's, `AzureADMyOrg`. @default - azuread's, `AzureADMyOrg` */
  readonly signInAudience?: string;
  /** Whether azuread refuses a name that another application has. @default - azuread's, false */
  readonly preventDuplicateNames?: boolean;
  /** Whether flows without a secret are allowed, such as device code. @default - azuread's, false */
  readonly fallbackPublicClientEnabled?: boolean;
  /** What it is as an API. @default - it is none */
  readonly api?: ApplicationApi;
  /** Rights that users, groups and workloads can be given. @default - none */
  readonly appRoles?: readonly ApplicationAppRole[];
  /** Claims of access tokens that Entra ID sends on request only, by name. @default - none */
  readonly optionalAccessTokenClaims?: readonly string[];
  /** Redirect URIs of a client that runs on the users' machines. @default - none */
  readonly publicClientRedirectUris?: readonly string[];
  /** Rights on other APIs that it asks for. @default - none */
  readonly requiredResourceAccess?: readonly RequiredResourceAccess[];
  /** Object ids of its owners. @default - the identity that creates it */
  readonly owners?: readonly string[];
}

/** An application as an API. */
export interface ApplicationApi {
  /** Version of its access tokens: 1 or 2. */
  readonly requestedAccessTokenVersion: number;
  /** Delegated permissions: what clients may do in the name of users. */
  readonly oauth2PermissionScopes: readonly OAuth2PermissionScope[];
}

/** A delegated permission. */
export interface OAuth2PermissionScope {
  /** GUID, unique in the application. */
  readonly id: string;
  /** What stands in the claim `scp`. */
  readonly value: string;
  /** Who consents: `Admin` or `User`. */
  readonly type: string;
  /** What administrators and users read when they consent, as title. */
  readonly displayName: string;
  /** As `displayName`, in more words. */
  readonly description: string;
}

/** A right that a principal can be given. */
export interface ApplicationAppRole {
  /** GUID, unique in the application. */
  readonly id: string;
  /** What stands in the claim `roles`. */
  readonly value: string;
  /** Name for people. */
  readonly displayName: string;
  /** What it allows. */
  readonly description: string;
  /** Who can be given it: `User`, `Application`. */
  readonly allowedMemberTypes: readonly string[];
}

/** Rights on one other API. */
export interface RequiredResourceAccess {
  /** Client id of the API. */
  readonly resourceAppId: string;
  /** The rights: a delegated permission (`Scope`) or an app role (`Role`), by its id. */
  readonly resourceAccess: readonly { readonly id: string; readonly type: "Scope" | "Role" }[];
}

/**
 * An application of Entra ID.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/application
 */
export class Application extends AzureadResource {
  /** Type of the resource in Terraform. */
  public static readonly tfResourceType = "azuread_application";

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ApplicationProps,
  ) {
    super(scope, id, Application.tfResourceType, props);
  }

  /** Client id, by which tokens name the application. @returns a token */
  public get clientId(): string {
    return this.getStringAttribute("client_id");
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { props } = this;
    return {
      api: props.api && {
        oauth2_permission_scope: props.api.oauth2PermissionScopes.map((each) => ({
          admin_consent_description: each.description,
          admin_consent_display_name: each.displayName,
          enabled: true,
          id: each.id,
          type: each.type,
          user_consent_description: each.description,
          user_consent_display_name: each.displayName,
          value: each.value,
        })),
        requested_access_token_version: props.api.requestedAccessTokenVersion,
      },
      app_role: props.appRoles?.map((each) => ({
        allowed_member_types: each.allowedMemberTypes,
        description: each.description,
        display_name: each.displayName,
        enabled: true,
        id: each.id,
        value: each.value,
      })),
      display_name: props.displayName,
      fallback_public_client_enabled: props.fallbackPublicClientEnabled,
      optional_claims: props.optionalAccessTokenClaims && {
        access_token: props.optionalAccessTokenClaims.map((name) => ({ name })),
      },
      owners: props.owners,
      prevent_duplicate_names: props.preventDuplicateNames,
      public_client: props.publicClientRedirectUris && { redirect_uris: props.publicClientRedirectUris },
      required_resource_access: props.requiredResourceAccess?.map(({ resourceAppId, resourceAccess }) => ({
        resource_access: resourceAccess,
        resource_app_id: resourceAppId,
      })),
      sign_in_audience: props.signInAudience,
    };
  }
}

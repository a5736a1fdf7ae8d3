import { BECAUSE, type KnownArguments } from "./known-arguments";

const CLAIM: KnownArguments = {
  read: ["name"],
  irrelevant: [["of the optional claims only 'idtyp' is modelled", "source", "essential"]],
};

const OPTIONAL_CLAIMS: KnownArguments = {
  blocks: { access_token: { ...CLAIM, read: ["name", "additional_properties"] } },
  irrelevant: [["ID tokens and SAML tokens open no API", "id_token", "saml2_token"]],
};

const CONSENT_TEXTS: readonly [string, ...string[]] = [
  BECAUSE.consent,
  "admin_consent_description",
  "admin_consent_display_name",
  "type",
  "user_consent_description",
  "user_consent_display_name",
];

const REGISTRATION: NonNullable<KnownArguments["irrelevant"]> = [
  [BECAUSE.description, "description", "marketing_url", "notes", "privacy_statement_url"],
  [BECAUSE.description, "service_management_reference", "support_url", "terms_of_service_url"],
  ["an application exists in the tenant that registers it", "sign_in_audience"],
  ["claims of users are given with the user", "group_membership_claims"],
];

/** Known arguments of modelled azuread resources. */
export const ENTRA_ARGUMENTS: Readonly<Record<string, KnownArguments>> = {
  azuread_app_role_assignment: { read: ["app_role_id", "principal_object_id", "resource_object_id"] },
  azuread_application: {
    read: ["display_name", "identifier_uris", "fallback_public_client_enabled"],
    blocks: {
      api: {
        read: ["requested_access_token_version"],
        blocks: {
          oauth2_permission_scope: { read: ["id", "value", "enabled"], irrelevant: [CONSENT_TEXTS] },
        },
        irrelevant: [
          [BECAUSE.consent, "known_client_applications"],
          ["no claim is mapped", "mapped_claims_enabled"],
        ],
      },
      app_role: {
        read: ["id", "value", "enabled", "allowed_member_types"],
        irrelevant: [[BECAUSE.description, "description", "display_name"]],
      },
      optional_claims: OPTIONAL_CLAIMS,
      password: {
        read: ["key_id", "value", "start_date", "end_date"],
        irrelevant: [[BECAUSE.description, "display_name"]],
      },
    },
    irrelevant: [
      ...REGISTRATION,
      [BECAUSE.description, "logo_image", "owners", "tags", "feature_tags", "template_id"],
      [BECAUSE.description, "prevent_duplicate_names"],
      [BECAUSE.consent, "required_resource_access"],
      ["interactive sign-in happens in a browser", "public_client", "single_page_application", "web"],
      ["interactive sign-in happens in a browser", "oauth2_post_response_required"],
    ],
  },
  azuread_application_app_role: {
    read: ["application_id", "role_id", "value", "allowed_member_types"],
    irrelevant: [[BECAUSE.description, "description", "display_name"]],
  },
  azuread_application_fallback_public_client: { read: ["application_id", "enabled"] },
  azuread_application_federated_identity_credential: {
    read: ["application_id", "audiences", "issuer", "subject"],
    irrelevant: [[BECAUSE.description, "description", "display_name"]],
  },
  azuread_application_identifier_uri: { read: ["application_id", "identifier_uri"] },
  azuread_application_optional_claims: {
    ...OPTIONAL_CLAIMS,
    read: ["application_id"],
  },
  azuread_application_password: {
    read: ["application_id", "start_date", "end_date"],
    irrelevant: [
      ["it counts from the deployment, which is when the simulation starts", "end_date_relative"],
      [BECAUSE.description, "display_name"],
      ["Terraform replaces a password when it says so", "rotate_when_changed"],
    ],
  },
  azuread_application_permission_scope: {
    read: ["application_id", "scope_id", "value"],
    irrelevant: [CONSENT_TEXTS],
  },
  azuread_application_registration: {
    read: ["display_name", "requested_access_token_version"],
    irrelevant: [
      ...REGISTRATION,
      ["interactive sign-in happens in a browser", "homepage_url", "logout_url"],
      ["interactive sign-in happens in a browser", "implicit_access_token_issuance_enabled"],
      ["interactive sign-in happens in a browser", "implicit_id_token_issuance_enabled"],
    ],
  },
  azuread_group: {
    read: ["display_name", "members"],
    irrelevant: [
      [BECAUSE.description, "description", "owners", "prevent_duplicate_names", "theme", "visibility"],
      ["mail is none of a request's business", "mail_enabled", "mail_nickname"],
      ["every group counts in role assignments", "security_enabled", "assignable_to_role"],
    ],
  },
  azuread_group_member: { read: ["group_object_id", "member_object_id"] },
  azuread_service_principal: {
    read: ["client_id", "app_role_assignment_required", "account_enabled"],
    irrelevant: [
      [BECAUSE.description, "alternative_names", "description", "feature_tags", "features", "login_url"],
      [BECAUSE.description, "notes", "notification_email_addresses", "owners", "tags"],
      ["SAML is not simulated", "preferred_single_sign_on_mode", "saml_single_sign_on"],
      ["it tells Terraform to adopt what exists", "use_existing"],
    ],
  },
};

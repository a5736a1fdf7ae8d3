/**
 * Attributes that a provider computes and nobody can set, by type, and inside of blocks. A recorded state has them
 * among the arguments.
 *
 * Source: schema of azurerm 4.55 (`terraform providers schema -json`): what is computed and not optional.
 */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  azurerm_api_management: [
    "developer_portal_url",
    "gateway_regional_url",
    "gateway_url",
    "management_api_url",
    "portal_url",
    "scm_url",
    "tenant_access",
  ],
  azurerm_api_management_api: ["is_current", "is_online"],
  azurerm_api_management_certificate: ["expiration", "subject", "thumbprint"],
  azurerm_key_vault: ["vault_uri"],
  azurerm_key_vault_certificate: [
    "certificate_attribute",
    "certificate_data",
    "certificate_data_base64",
    "resource_manager_id",
    "resource_manager_versionless_id",
    "secret_id",
    "thumbprint",
    "version",
    "versionless_id",
    "versionless_secret_id",
  ],
  azurerm_key_vault_secret: ["resource_id", "resource_versionless_id", "version", "versionless_id"],
  azurerm_private_endpoint: ["custom_dns_configs", "network_interface", "private_dns_zone_configs"],
  azurerm_role_definition: ["role_definition_resource_id"],
  azurerm_user_assigned_identity: ["client_id", "principal_id", "tenant_id"],
  azapi_resource: ["output", "sensitive_output"],
  azapi_update_resource: ["output", "sensitive_output"],
  azuread_application: [
    "app_role_ids",
    "client_id",
    "disabled_by_microsoft",
    "logo_url",
    "oauth2_permission_scope_ids",
  ],
};

const OF_EVERY_TYPE = [
  "id",
  "endpoint",
  "primary_access_key",
  "secondary_access_key",
  "private_ip_addresses",
  "public_ip_addresses",
  "object_id",
  "publisher_domain",
];

const IN_BLOCKS = [
  "certificate_source",
  "certificate_status",
  "expiry",
  "gateway_regional_url",
  "primary_key",
  "principal_id",
  "private_ip_addresses",
  "public_ip_addresses",
  "secondary_key",
  "subject",
  "tenant_id",
  "thumbprint",
];

const names = new Map<string, ReadonlySet<string>>();

/** Whether nobody can set an attribute. @param depth - 0 for the resource's own, more inside of its blocks. */
export function isComputedOnly(type: string, name: string, depth: number): boolean {
  if (depth > 0) {
    return IN_BLOCKS.includes(name);
  }
  let known = names.get(type);
  if (known === undefined) {
    known = new Set([
      ...OF_EVERY_TYPE,
      ...((Object.hasOwn(COMPUTED, type) ? COMPUTED[type] : undefined) ?? []),
    ]);
    names.set(type, known);
  }
  return known.has(name);
}

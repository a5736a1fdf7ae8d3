/** How an argument forces a replacement: by any change, or by one that leaves the class that a function says. */
export type Forcing = true | ((value: unknown) => unknown);

const IN_GROUP = { name: true, resource_group_name: true } as const;
const PLACED = { ...IN_GROUP, location: true } as const;
const OF_SERVICE = { api_management_name: true, resource_group_name: true } as const;

/** Tiers of API Management are of one generation or the other. */
const generation: Forcing = (sku) => (String(sku).includes("V2_") ? "v2" : "classic");
/** A network can be added in place, and nothing else. */
const firstOnly: Forcing = (value) => (value === undefined || value === "None" ? undefined : value);
/** azapi replaces a resource of another type, not one of another API version. */
const typeWithoutVersion: Forcing = (type) => String(type).split("@")[0];
const zonal: Forcing = (replication) => String(replication).includes("ZRS");
const workspaceSku: Forcing = (sku) =>
  sku === undefined || sku === "CapacityReservation" ? "PerGB2018" : sku;

/**
 * Arguments whose change makes Terraform destroy a resource and make it again, by type and path: of every type that the
 * reference stacks have. Schemas do not say it, only the code of the providers and their pages do.
 *
 * Source: "Changing this forces a new resource to be created" in
 * https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs,
 * https://registry.terraform.io/providers/hashicorp/azuread/latest/docs and
 * https://registry.terraform.io/providers/Azure/azapi/latest/docs
 */
export const FORCING_ARGUMENTS: Readonly<Record<string, Readonly<Record<string, Forcing>>>> = {
  azapi_resource: { name: true, parent_id: true, type: typeWithoutVersion, location: true },
  azapi_update_resource: { name: true, parent_id: true, resource_id: true, type: typeWithoutVersion },
  azuread_app_role_assignment: { app_role_id: true, principal_object_id: true, resource_object_id: true },
  azuread_application: { template_id: true },
  azuread_application_federated_identity_credential: { application_id: true, display_name: true },
  azuread_application_identifier_uri: { application_id: true, identifier_uri: true },
  azuread_application_pre_authorized: { application_id: true, authorized_client_id: true },
  azuread_service_principal: { client_id: true },
  azurerm_api_management: {
    ...PLACED,
    sku_name: generation,
    virtual_network_type: firstOnly,
    "virtual_network_configuration.subnet_id": firstOnly,
  },
  azurerm_api_management_api: { ...OF_SERVICE, name: true, revision: true },
  azurerm_api_management_api_operation: { ...OF_SERVICE, api_name: true, operation_id: true },
  azurerm_api_management_api_policy: { ...OF_SERVICE, api_name: true },
  azurerm_api_management_backend: { ...OF_SERVICE, name: true },
  azurerm_api_management_certificate: { ...OF_SERVICE, name: true },
  azurerm_api_management_custom_domain: { api_management_id: true },
  azurerm_api_management_diagnostic: { ...OF_SERVICE, identifier: true },
  azurerm_api_management_named_value: { ...OF_SERVICE, name: true },
  azurerm_api_management_policy: { api_management_id: true },
  azurerm_api_management_policy_fragment: { api_management_id: true, name: true },
  azurerm_api_management_subscription: {
    ...OF_SERVICE,
    api_id: true,
    product_id: true,
    subscription_id: true,
    user_id: true,
  },
  azurerm_application_insights: { ...PLACED, application_type: true },
  azurerm_cognitive_account: { ...PLACED, kind: true, custom_subdomain_name: firstOnly },
  azurerm_cognitive_account_rai_policy: { cognitive_account_id: true, name: true, base_policy_name: true },
  azurerm_cognitive_deployment: {
    cognitive_account_id: true,
    name: true,
    "model.format": true,
    "model.name": true,
    "sku.name": true,
    "sku.family": true,
    "sku.size": true,
    "sku.tier": true,
  },
  azurerm_federated_identity_credential: { name: true, parent_id: true, resource_group_name: true },
  azurerm_key_vault: PLACED,
  azurerm_key_vault_certificate: { key_vault_id: true, name: true },
  azurerm_key_vault_secret: { key_vault_id: true, name: true },
  azurerm_log_analytics_workspace: { ...PLACED, sku: workspaceSku },
  azurerm_management_lock: { lock_level: true, name: true, notes: true, scope: true },
  azurerm_monitor_action_group: PLACED,
  azurerm_monitor_diagnostic_setting: { name: true, target_resource_id: true },
  azurerm_monitor_private_link_scope: IN_GROUP,
  azurerm_monitor_private_link_scoped_service: { ...IN_GROUP, scope_name: true, linked_resource_id: true },
  azurerm_monitor_scheduled_query_rules_alert_v2: { ...PLACED, scopes: true },
  azurerm_network_security_group: PLACED,
  azurerm_network_watcher_flow_log: {
    ...PLACED,
    network_watcher_name: true,
    target_resource_id: true,
  },
  azurerm_private_dns_a_record: { ...IN_GROUP, zone_name: true },
  azurerm_private_dns_zone: { ...IN_GROUP, soa_record: true },
  azurerm_private_dns_zone_virtual_network_link: {
    ...IN_GROUP,
    private_dns_zone_name: true,
    virtual_network_id: true,
  },
  azurerm_private_endpoint: {
    ...PLACED,
    custom_network_interface_name: true,
    "private_service_connection.is_manual_connection": true,
    "private_service_connection.name": true,
    "private_service_connection.private_connection_resource_alias": true,
    "private_service_connection.private_connection_resource_id": true,
    "private_service_connection.subresource_names": true,
    subnet_id: true,
  },
  azurerm_resource_group: { location: true, name: true },
  azurerm_role_assignment: {
    condition: true,
    condition_version: true,
    delegated_managed_identity_resource_id: true,
    description: true,
    name: true,
    principal_id: true,
    principal_type: true,
    role_definition_id: true,
    role_definition_name: true,
    scope: true,
  },
  azurerm_role_definition: { role_definition_id: true, scope: true },
  azurerm_storage_account: {
    ...PLACED,
    account_kind: true,
    account_replication_type: zonal,
    account_tier: true,
    dns_endpoint_type: true,
    edge_zone: true,
    infrastructure_encryption_enabled: true,
    is_hns_enabled: true,
    nfsv3_enabled: true,
    queue_encryption_key_type: true,
    table_encryption_key_type: true,
  },
  azurerm_storage_container: {
    name: true,
    storage_account_id: true,
    default_encryption_scope: true,
    encryption_scope_override_enabled: true,
  },
  azurerm_subnet: { ...IN_GROUP, virtual_network_name: true },
  azurerm_subnet_nat_gateway_association: { nat_gateway_id: true, subnet_id: true },
  azurerm_subnet_network_security_group_association: { network_security_group_id: true, subnet_id: true },
  azurerm_user_assigned_identity: PLACED,
  azurerm_virtual_network: { ...PLACED, edge_zone: true },
};

const GUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const GROUP = `/subscriptions/${GUID}/resourceGroups/[\\w.()-]+`;
const NAME = "[^/;|]+";
const VERSION = "[0-9a-f]{32}";

/** Id of a resource as Azure Resource Manager writes it: `Namespace/type/childType` with a name after each type. */
function arm(type: string): string {
  const [namespace, ...types] = type.split("/");
  return `${GROUP}/providers/${namespace}${types.map((each) => `/${each}/${NAME}`).join("")}`;
}

/**
 * What `id` looks like for each type that the stacks use, as the provider returns it and takes it on import.
 *
 * Source: the import section of each resource at https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs
 * and https://registry.terraform.io/providers/hashicorp/azuread/3.7.0/docs
 */
const SHAPES: Readonly<Record<string, string>> = {
  // Of what it updates: the service, or something in it.
  azapi_update_resource: `${arm("Microsoft.ApiManagement/service")}(?:/${NAME}/${NAME})*`,
  azuread_app_role_assignment: `${GUID}/appRoleAssignment/[\\w-]+`,
  azuread_application: `/applications/${GUID}`,
  azuread_application_identifier_uri: `/applications/${GUID}/identifierUris/[A-Za-z0-9+/]+=*`,
  azuread_application_pre_authorized: `${GUID}/preAuthorizedApplication/${GUID}`,
  azuread_service_principal: `/servicePrincipals/${GUID}`,
  azurerm_api_management: arm("Microsoft.ApiManagement/service"),
  azurerm_api_management_api: `${arm("Microsoft.ApiManagement/service/apis")};rev=\\d+`,
  azurerm_api_management_api_operation: arm("Microsoft.ApiManagement/service/apis/operations"),
  azurerm_api_management_api_policy: arm("Microsoft.ApiManagement/service/apis"),
  azurerm_api_management_backend: arm("Microsoft.ApiManagement/service/backends"),
  azurerm_api_management_custom_domain: `${arm("Microsoft.ApiManagement/service")}/customDomains/default`,
  azurerm_api_management_diagnostic: arm("Microsoft.ApiManagement/service/diagnostics"),
  azurerm_api_management_named_value: arm("Microsoft.ApiManagement/service/namedValues"),
  azurerm_api_management_policy: arm("Microsoft.ApiManagement/service"),
  azurerm_api_management_policy_fragment: arm("Microsoft.ApiManagement/service/policyFragments"),
  azurerm_api_management_redis_cache: arm("Microsoft.ApiManagement/service/caches"),
  azurerm_api_management_subscription: arm("Microsoft.ApiManagement/service/subscriptions"),
  azurerm_application_insights: arm("Microsoft.Insights/components"),
  azurerm_application_insights_workbook: arm("Microsoft.Insights/workbooks"),
  azurerm_cognitive_account: arm("Microsoft.CognitiveServices/accounts"),
  azurerm_cognitive_account_rai_policy: arm("Microsoft.CognitiveServices/accounts/raiPolicies"),
  azurerm_cognitive_deployment: arm("Microsoft.CognitiveServices/accounts/deployments"),
  azurerm_container_app_environment: arm("Microsoft.App/managedEnvironments"),
  azurerm_eventgrid_system_topic: arm("Microsoft.EventGrid/systemTopics"),
  azurerm_key_vault: arm("Microsoft.KeyVault/vaults"),
  azurerm_key_vault_certificate: `https://[\\w-]+\\.vault\\.azure\\.net/certificates/[\\w-]+/${VERSION}`,
  azurerm_key_vault_certificate_contacts: "https://[\\w-]+\\.vault\\.azure\\.net/certificates/contacts",
  azurerm_key_vault_secret: `https://[\\w-]+\\.vault\\.azure\\.net/secrets/[\\w-]+/${VERSION}`,
  azurerm_log_analytics_saved_search: arm("Microsoft.OperationalInsights/workspaces/savedSearches"),
  azurerm_log_analytics_workspace: arm("Microsoft.OperationalInsights/workspaces"),
  azurerm_managed_redis: arm("Microsoft.Cache/redisEnterprise"),
  azurerm_management_lock: `${GROUP}/providers/.+/providers/Microsoft\\.Authorization/locks/${NAME}`,
  azurerm_monitor_action_group: arm("Microsoft.Insights/actionGroups"),
  azurerm_monitor_diagnostic_setting: `${GROUP}/providers/[^|]+\\|${NAME}`,
  azurerm_monitor_metric_alert: arm("Microsoft.Insights/metricAlerts"),
  azurerm_monitor_private_link_scope: arm("Microsoft.Insights/privateLinkScopes"),
  azurerm_monitor_private_link_scoped_service: arm("Microsoft.Insights/privateLinkScopes/scopedResources"),
  azurerm_monitor_scheduled_query_rules_alert_v2: arm("Microsoft.Insights/scheduledQueryRules"),
  azurerm_network_security_group: arm("Microsoft.Network/networkSecurityGroups"),
  azurerm_private_dns_a_record: arm("Microsoft.Network/privateDnsZones/A"),
  azurerm_private_dns_zone: arm("Microsoft.Network/privateDnsZones"),
  azurerm_private_dns_zone_virtual_network_link: arm("Microsoft.Network/privateDnsZones/virtualNetworkLinks"),
  azurerm_private_endpoint: arm("Microsoft.Network/privateEndpoints"),
  azurerm_resource_group: GROUP,
  azurerm_role_assignment: `/.+/providers/Microsoft\\.Authorization/roleAssignments/${GUID}`,
  azurerm_servicebus_namespace: arm("Microsoft.ServiceBus/namespaces"),
  azurerm_servicebus_queue: arm("Microsoft.ServiceBus/namespaces/queues"),
  azurerm_storage_account: arm("Microsoft.Storage/storageAccounts"),
  azurerm_storage_container: arm("Microsoft.Storage/storageAccounts/blobServices/containers"),
  azurerm_storage_management_policy: `${arm("Microsoft.Storage/storageAccounts")}/managementPolicies/default`,
  azurerm_subnet: arm("Microsoft.Network/virtualNetworks/subnets"),
  azurerm_subnet_network_security_group_association: arm("Microsoft.Network/virtualNetworks/subnets"),
  azurerm_user_assigned_identity: arm("Microsoft.ManagedIdentity/userAssignedIdentities"),
  azurerm_virtual_network: arm("Microsoft.Network/virtualNetworks"),
};

/** @returns `undefined` for a type that nothing is known about */
export function idPattern(type: string): RegExp | undefined {
  return SHAPES[type] === undefined ? undefined : new RegExp(`^${SHAPES[type]}$`);
}

/** Id of an azapi resource with this `type` argument, such as `Microsoft.ApiManagement/service/loggers@2024-05-01`. */
export function azapiIdPattern(type: string): RegExp {
  return new RegExp(`^${arm(type.replace(/@.*$/, ""))}$`);
}

export function isGuid(value: unknown): boolean {
  return typeof value === "string" && new RegExp(`^${GUID}$`).test(value);
}

/** Address of a vault's secret in any version, as the gateway must hold it to see renewals. */
export const VERSIONLESS_SECRET_PATTERN = /^https:\/\/[\w-]+\.vault\.azure\.net\/secrets\/[\w-]+$/;

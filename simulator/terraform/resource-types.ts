import { apiManagementArguments } from "./api-management-arguments";
import { azapiArguments } from "./azapi-arguments";
import { azureArguments } from "./azure-arguments";
import { entraArguments } from "./entra-arguments";
import { because, type KnownArguments } from "./known-arguments";

/** Resource types that the simulator models, with the arguments that it knows of them. */
export const modelledTypes: ReadonlyMap<string, KnownArguments> = new Map(
  Object.entries({ ...apiManagementArguments, ...azureArguments, ...entraArguments }),
);

/** ARM types, in lower case, that the simulator models when they are made through azapi. */
export const modelledArmTypes = azapiArguments;

const { observation } = because;
const network = "packets are not simulated; reachability follows private endpoints and access settings alone";
const management = "it concerns management, not requests";
const storage = "no request of the gateway reads it";

/** Resource types without effect on a request, and why. */
export const irrelevantTypes: ReadonlyMap<string, string> = new Map([
  ["azuread_application_api_access", "it asks for consent; grants are separate"],
  ["azuread_application_owner", management],
  ["azuread_application_pre_authorized", "it spares users a consent page"],
  ["azuread_application_redirect_uris", "interactive sign-in happens in a browser"],
  ["azuread_service_principal_delegated_permission_grant", "it spares users a consent page"],
  ["azurerm_api_management_group", "groups rule the developer portal"],
  ["azurerm_api_management_product_group", "groups rule the developer portal"],
  ["azurerm_api_management_product_tag", management],
  ["azurerm_api_management_tag", management],
  ["azurerm_api_management_api_tag", management],
  ["azurerm_api_management_openid_connect_provider", "it serves the portal's test console"],
  ["azurerm_api_management_authorization_server", "it serves the portal's test console"],
  ["azurerm_application_insights", observation],
  ["azurerm_application_insights_workbook", observation],
  ["azurerm_cognitive_account_rai_blocklist", "prompts are filtered when a test says so"],
  ["azurerm_cognitive_account_rai_policy", "prompts are filtered when a test says so"],
  ["azurerm_consumption_budget_resource_group", management],
  ["azurerm_consumption_budget_subscription", management],
  ["azurerm_eventgrid_system_topic", observation],
  ["azurerm_eventgrid_system_topic_event_subscription", observation],
  ["azurerm_eventhub", "its events end in the simulator's sinks"],
  ["azurerm_eventhub_authorization_rule", "its events end in the simulator's sinks"],
  ["azurerm_eventhub_consumer_group", "its events end in the simulator's sinks"],
  ["azurerm_eventhub_namespace", "its events end in the simulator's sinks"],
  ["azurerm_federated_identity_credential", "workloads get tokens of managed identities directly"],
  ["azurerm_key_vault_certificate_contacts", management],
  ["azurerm_key_vault_certificate_issuer", management],
  ["azurerm_key_vault_key", "encryption at rest is not visible to a request"],
  ["azurerm_log_analytics_workspace", observation],
  ["azurerm_log_analytics_workspace_table", observation],
  ["azurerm_managed_redis", "the gateway's external cache is kept in memory"],
  ["azurerm_management_lock", management],
  ["azurerm_monitor_action_group", observation],
  ["azurerm_monitor_activity_log_alert", observation],
  ["azurerm_monitor_autoscale_setting", "one gateway instance runs"],
  ["azurerm_monitor_diagnostic_setting", observation],
  ["azurerm_monitor_metric_alert", observation],
  ["azurerm_monitor_private_link_scope", observation],
  ["azurerm_monitor_private_link_scoped_service", observation],
  ["azurerm_monitor_scheduled_query_rules_alert_v2", observation],
  ["azurerm_nat_gateway", network],
  ["azurerm_nat_gateway_public_ip_association", network],
  ["azurerm_network_security_group", network],
  ["azurerm_network_security_rule", network],
  ["azurerm_portal_dashboard", observation],
  ["azurerm_private_dns_a_record", network],
  ["azurerm_private_dns_zone", network],
  ["azurerm_private_dns_zone_virtual_network_link", network],
  ["azurerm_public_ip", network],
  ["azurerm_redis_cache", "the gateway's external cache is kept in memory"],
  ["azurerm_resource_group", management],
  ["azurerm_resource_provider_registration", management],
  ["azurerm_route_table", network],
  ["azurerm_servicebus_namespace", observation],
  ["azurerm_servicebus_queue", observation],
  ["azurerm_storage_account", storage],
  ["azurerm_storage_container", storage],
  ["azurerm_storage_management_policy", storage],
  ["azurerm_subnet", network],
  ["azurerm_subnet_nat_gateway_association", network],
  ["azurerm_subnet_network_security_group_association", network],
  ["azurerm_subnet_route_table_association", network],
  ["azurerm_virtual_network", network],
  ["azurerm_virtual_network_peering", network],
  ["null_resource", management],
  ["random_id", "values are taken from configuration only"],
  ["terraform_data", management],
  ["time_sleep", "resources exist from the start"],
  ["time_static", management],
]);

/** ARM types without effect on a request, and why. */
export const irrelevantArmTypes: ReadonlyMap<string, string> = new Map(
  (
    [
      ["Microsoft.ApiManagement/service/portalconfigs", "it configures the developer portal"],
      ["Microsoft.ApiManagement/service/portalsettings", "it configures the developer portal"],
      ["Microsoft.CognitiveServices/accounts/defenderForAISettings", observation],
      ["Microsoft.CognitiveServices/accounts/raiBlocklists", "prompts are filtered when a test says so"],
      [
        "Microsoft.CognitiveServices/accounts/raiBlocklists/raiBlocklistItems",
        "prompts are filtered when a test says so",
      ],
      ["Microsoft.CognitiveServices/accounts/raiPolicies", "prompts are filtered when a test says so"],
      ["Microsoft.Insights/components", observation],
      ["Microsoft.OperationalInsights/workspaces/tables", observation],
    ] as const
  ).map(([type, reason]) => [type.toLowerCase(), reason]),
);

import { API_MANAGEMENT_ARGUMENTS } from "./api-management-arguments";
import { AZAPI_ARGUMENTS } from "./azapi-arguments";
import { AZURE_ARGUMENTS } from "./azure-arguments";
import { BESIDE_GATEWAYS } from "./beside-gateways";
import { ENTRA_ARGUMENTS } from "./entra-arguments";
import { BECAUSE, type KnownArguments } from "./known-arguments";

/** Resource types that the simulator models, with the arguments that it knows of them. */
export const MODELLED_TYPES: ReadonlyMap<string, KnownArguments> = new Map(
  Object.entries({ ...API_MANAGEMENT_ARGUMENTS, ...AZURE_ARGUMENTS, ...ENTRA_ARGUMENTS }),
);

/** ARM types, in lower case, that the simulator models when they are made through azapi. */
export const MODELLED_ARM_TYPES = AZAPI_ARGUMENTS;

const { observation } = BECAUSE;
const NETWORK = "packets are not simulated; reachability follows private endpoints and access settings alone";
const MANAGEMENT = "it concerns management, not requests";
const STORAGE = "no request of the gateway reads it";
const VALUE = "it makes a value, the same in every run here";
const USERS = "subscriptions with an owner are refused, and no other request knows a user of the service";
const SCHEMAS = "only policies that validate content read it, and those are refused";

/** Resource types without effect on a request, and why. */
export const IRRELEVANT_TYPES: ReadonlyMap<string, string> = new Map([
  ["azuread_application_api_access", "it asks for consent; grants are separate"],
  ["azuread_application_owner", MANAGEMENT],
  ["azuread_application_pre_authorized", "it spares users a consent page"],
  ["azuread_application_redirect_uris", "interactive sign-in happens in a browser"],
  ["azuread_service_principal_delegated_permission_grant", "it spares users a consent page"],
  ["azurerm_api_management_group", "groups rule the developer portal"],
  ["azurerm_api_management_product_group", "groups rule the developer portal"],
  ["azurerm_api_management_product_tag", MANAGEMENT],
  ["azurerm_api_management_tag", MANAGEMENT],
  ["azurerm_api_management_api_tag", MANAGEMENT],
  ["azurerm_api_management_api_operation_tag", MANAGEMENT],
  ["azurerm_api_management_api_tag_description", MANAGEMENT],
  ["azurerm_api_management_email_template", MANAGEMENT],
  ["azurerm_api_management_notification_recipient_email", MANAGEMENT],
  ["azurerm_api_management_notification_recipient_user", MANAGEMENT],
  ["azurerm_api_management_user", USERS],
  ["azurerm_api_management_group_user", USERS],
  ["azurerm_api_management_api_schema", SCHEMAS],
  ["azurerm_api_management_global_schema", SCHEMAS],
  ...["aad", "aadb2c", "facebook", "google", "microsoft", "twitter"].map(
    (kind) =>
      [`azurerm_api_management_identity_provider_${kind}`, "users sign in to the portal with it"] as const,
  ),
  ["azurerm_api_management_openid_connect_provider", "it serves the portal's test console"],
  ["azurerm_api_management_authorization_server", "it serves the portal's test console"],
  ["azurerm_application_insights", observation],
  ["azurerm_application_insights_workbook", observation],
  ["azurerm_cognitive_account_rai_blocklist", "prompts are filtered when a test says so"],
  ["azurerm_cognitive_account_rai_policy", "prompts are filtered when a test says so"],
  ["azurerm_consumption_budget_resource_group", MANAGEMENT],
  ["azurerm_consumption_budget_subscription", MANAGEMENT],
  ["azurerm_eventgrid_system_topic", observation],
  ["azurerm_eventgrid_system_topic_event_subscription", observation],
  ["azurerm_eventhub", "its events end in the simulator's sinks"],
  ["azurerm_eventhub_authorization_rule", "its events end in the simulator's sinks"],
  ["azurerm_eventhub_consumer_group", "its events end in the simulator's sinks"],
  ["azurerm_eventhub_namespace", "its events end in the simulator's sinks"],
  ["azurerm_federated_identity_credential", "workloads get tokens of managed identities directly"],
  ["azurerm_key_vault_certificate_contacts", MANAGEMENT],
  ["azurerm_key_vault_certificate_issuer", MANAGEMENT],
  ["azurerm_key_vault_key", "encryption at rest is not visible to a request"],
  ["azurerm_log_analytics_workspace", observation],
  ["azurerm_log_analytics_workspace_table", observation],
  ["azurerm_managed_redis", "the gateway's external cache is kept in memory"],
  ["azurerm_management_lock", MANAGEMENT],
  ["azurerm_monitor_action_group", observation],
  ["azurerm_monitor_activity_log_alert", observation],
  ["azurerm_monitor_autoscale_setting", "one gateway instance runs"],
  ["azurerm_monitor_diagnostic_setting", observation],
  ["azurerm_monitor_metric_alert", observation],
  ["azurerm_monitor_private_link_scope", observation],
  ["azurerm_monitor_private_link_scoped_service", observation],
  ["azurerm_monitor_scheduled_query_rules_alert_v2", observation],
  ["azurerm_nat_gateway", NETWORK],
  ["azurerm_nat_gateway_public_ip_association", NETWORK],
  ["azurerm_network_security_group", NETWORK],
  ["azurerm_network_security_rule", NETWORK],
  ["azurerm_portal_dashboard", observation],
  ["azurerm_private_dns_a_record", NETWORK],
  ["azurerm_private_dns_zone", NETWORK],
  ["azurerm_private_dns_zone_virtual_network_link", NETWORK],
  ["azurerm_public_ip", NETWORK],
  ["azurerm_redis_cache", "the gateway's external cache is kept in memory"],
  ["azurerm_resource_group", MANAGEMENT],
  ["azurerm_resource_provider_registration", MANAGEMENT],
  ["azurerm_route_table", NETWORK],
  ["azurerm_storage_management_policy", STORAGE],
  ["azurerm_subnet", NETWORK],
  ["azurerm_subnet_nat_gateway_association", NETWORK],
  ["azurerm_subnet_network_security_group_association", NETWORK],
  ["azurerm_subnet_route_table_association", NETWORK],
  ["azurerm_virtual_network", NETWORK],
  ["azurerm_virtual_network_peering", NETWORK],
  ["azurecaf_name", VALUE],
  ["azurecaf_naming_convention", VALUE],
  ["local_file", MANAGEMENT],
  ["local_sensitive_file", MANAGEMENT],
  // Of Azure Verified Modules: it reports that they are used.
  ["modtm_telemetry", MANAGEMENT],
  ["null_resource", MANAGEMENT],
  ...["bytes", "id", "integer", "password", "pet", "shuffle", "string", "uuid", "uuid4", "uuid7"].map(
    (kind) => [`random_${kind}`, VALUE] as const,
  ),
  ["terraform_data", MANAGEMENT],
  ["time_offset", MANAGEMENT],
  ["time_rotating", MANAGEMENT],
  ["time_sleep", "resources exist from the start"],
  ["time_static", MANAGEMENT],
  ...["cert_request", "locally_signed_cert", "private_key", "self_signed_cert"].map(
    (kind) => [`tls_${kind}`, "what reads its value is refused, since none is made here"] as const,
  ),
  ...BESIDE_GATEWAYS.flatMap(([reason, types]) =>
    types
      .trim()
      .split(/\s+/)
      .map((type) => [`azurerm_${type}`, reason] as const),
  ),
]);

/** ARM types without effect on a request, and why. */
export const IRRELEVANT_ARM_TYPES: ReadonlyMap<string, string> = new Map(
  (
    [
      ["Microsoft.ApiManagement/service/portalconfigs", "it configures the developer portal"],
      ["Microsoft.ApiManagement/service/portalsettings", "it configures the developer portal"],
      ["Microsoft.App/containerApps", "programs of a test run in its place"],
      ["Microsoft.CognitiveServices/accounts/defenderForAISettings", observation],
      ["Microsoft.EventGrid/systemTopics/eventSubscriptions", observation],
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

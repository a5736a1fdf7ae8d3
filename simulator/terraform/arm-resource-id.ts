import { deterministicGuid } from "./deterministic-value";
import { hclString } from "./hcl-value";
import type { Resource } from "./resource";

/** ARM types of resources that stand in a resource group under their own name. */
const GROUP_TYPES: Readonly<Record<string, string>> = {
  azurerm_ai_services: "Microsoft.CognitiveServices/accounts",
  azurerm_api_management: "Microsoft.ApiManagement/service",
  azurerm_application_insights: "Microsoft.Insights/components",
  azurerm_application_insights_workbook: "Microsoft.Insights/workbooks",
  azurerm_cognitive_account: "Microsoft.CognitiveServices/accounts",
  azurerm_eventgrid_system_topic: "Microsoft.EventGrid/systemTopics",
  azurerm_eventhub_namespace: "Microsoft.EventHub/namespaces",
  azurerm_key_vault: "Microsoft.KeyVault/vaults",
  azurerm_container_app_environment: "Microsoft.App/managedEnvironments",
  azurerm_log_analytics_workspace: "Microsoft.OperationalInsights/workspaces",
  azurerm_managed_redis: "Microsoft.Cache/redisEnterprise",
  azurerm_monitor_action_group: "Microsoft.Insights/actionGroups",
  azurerm_monitor_activity_log_alert: "Microsoft.Insights/activityLogAlerts",
  azurerm_monitor_autoscale_setting: "Microsoft.Insights/autoscaleSettings",
  azurerm_monitor_metric_alert: "Microsoft.Insights/metricAlerts",
  azurerm_monitor_private_link_scope: "Microsoft.Insights/privateLinkScopes",
  azurerm_monitor_scheduled_query_rules_alert_v2: "Microsoft.Insights/scheduledQueryRules",
  azurerm_nat_gateway: "Microsoft.Network/natGateways",
  azurerm_network_security_group: "Microsoft.Network/networkSecurityGroups",
  azurerm_portal_dashboard: "Microsoft.Portal/dashboards",
  azurerm_private_dns_zone: "Microsoft.Network/privateDnsZones",
  azurerm_private_endpoint: "Microsoft.Network/privateEndpoints",
  azurerm_public_ip: "Microsoft.Network/publicIPAddresses",
  azurerm_redis_cache: "Microsoft.Cache/redis",
  azurerm_route_table: "Microsoft.Network/routeTables",
  azurerm_servicebus_namespace: "Microsoft.ServiceBus/namespaces",
  azurerm_storage_account: "Microsoft.Storage/storageAccounts",
  azurerm_user_assigned_identity: "Microsoft.ManagedIdentity/userAssignedIdentities",
  azurerm_virtual_network: "Microsoft.Network/virtualNetworks",
};

/** Children of an API Management service named by `api_management_name`: path below the service. */
const SERVICE_CHILDREN: Readonly<Record<string, (text: (name: string) => string) => string>> = {
  azurerm_api_management_api: (text) => `apis/${text("name")};rev=${text("revision")}`,
  azurerm_api_management_api_diagnostic: (text) =>
    `apis/${text("api_name")}/diagnostics/${text("identifier")}`,
  azurerm_api_management_api_operation: (text) =>
    `apis/${text("api_name")}/operations/${text("operation_id")}`,
  azurerm_api_management_api_operation_policy: (text) =>
    `apis/${text("api_name")}/operations/${text("operation_id")}`,
  azurerm_api_management_api_policy: (text) => `apis/${text("api_name")}`,
  azurerm_api_management_api_version_set: (text) => `apiVersionSets/${text("name")}`,
  azurerm_api_management_backend: (text) => `backends/${text("name")}`,
  azurerm_api_management_certificate: (text) => `certificates/${text("name")}`,
  azurerm_api_management_diagnostic: (text) => `diagnostics/${text("identifier")}`,
  azurerm_api_management_group: (text) => `groups/${text("name")}`,
  azurerm_api_management_logger: (text) => `loggers/${text("name")}`,
  azurerm_api_management_named_value: (text) => `namedValues/${text("name")}`,
  azurerm_api_management_product: (text) => `products/${text("product_id")}`,
  azurerm_api_management_product_api: (text) => `products/${text("product_id")}/apis/${text("api_name")}`,
  azurerm_api_management_product_group: (text) =>
    `products/${text("product_id")}/groups/${text("group_name")}`,
  azurerm_api_management_product_policy: (text) => `products/${text("product_id")}`,
  azurerm_api_management_subscription: (text) => `subscriptions/${text("subscription_id")}`,
};

/** Resources that name their parent by id: the argument, and the path below the parent. */
const ID_CHILDREN: Readonly<
  Record<string, readonly [parent: string, path: (text: (name: string) => string) => string]>
> = {
  azurerm_api_management_custom_domain: ["api_management_id", () => "customDomains/default"],
  azurerm_api_management_policy_fragment: ["api_management_id", (text) => `policyFragments/${text("name")}`],
  azurerm_api_management_redis_cache: ["api_management_id", (text) => `caches/${text("name")}`],
  azurerm_cognitive_account_rai_blocklist: [
    "cognitive_account_id",
    (text) => `raiBlocklists/${text("name")}`,
  ],
  azurerm_cognitive_account_rai_policy: ["cognitive_account_id", (text) => `raiPolicies/${text("name")}`],
  azurerm_cognitive_deployment: ["cognitive_account_id", (text) => `deployments/${text("name")}`],
  azurerm_eventhub: ["namespace_id", (text) => `eventhubs/${text("name")}`],
  azurerm_servicebus_queue: ["namespace_id", (text) => `queues/${text("name")}`],
  azurerm_storage_container: [
    "storage_account_id",
    (text) => `blobServices/default/containers/${text("name")}`,
  ],
};

/**
 * The ARM id of a resource in the shape that azurerm gives it.
 * @param subscriptionId of the resource's provider
 * @returns `undefined` for a type whose id this simulator does not know
 * @throws HclEvaluationError when an argument that the id is made of has no value
 */
export function armResourceId(resource: Resource, subscriptionId: string): string | undefined {
  const text = (name: string): string => resource.text(name);
  const { type } = resource;
  const group = (): string =>
    `/subscriptions/${subscriptionId}/resourceGroups/${text("resource_group_name")}`;
  if (type === "azurerm_resource_group") {
    return `/subscriptions/${subscriptionId}/resourceGroups/${text("name")}`;
  }
  const groupType = ownEntry(GROUP_TYPES, type);
  if (groupType !== undefined) {
    return `${group()}/providers/${groupType}/${text("name")}`;
  }
  const serviceChild = ownEntry(SERVICE_CHILDREN, type);
  if (serviceChild !== undefined) {
    const service = `${group()}/providers/Microsoft.ApiManagement/service/${text("api_management_name")}`;
    return `${service}/${serviceChild(text)}`;
  }
  const idChild = ownEntry(ID_CHILDREN, type);
  if (idChild !== undefined) {
    return `${text(idChild[0])}/${idChild[1](text)}`;
  }
  switch (type) {
    case "azurerm_api_management_policy":
      return text("api_management_id");
    case "azurerm_subnet":
      return `${group()}/providers/Microsoft.Network/virtualNetworks/${text("virtual_network_name")}/subnets/${text("name")}`;
    case "azurerm_private_dns_a_record":
      return `${group()}/providers/Microsoft.Network/privateDnsZones/${text("zone_name")}/A/${text("name")}`;
    case "azurerm_private_dns_zone_virtual_network_link":
      return `${group()}/providers/Microsoft.Network/privateDnsZones/${text("private_dns_zone_name")}/virtualNetworkLinks/${text("name")}`;
    case "azurerm_role_assignment":
      return `${text("scope")}/providers/Microsoft.Authorization/roleAssignments/${resource.get("name") as string}`;
    case "azapi_resource":
      return azapiResourceId(resource);
    case "azapi_update_resource":
      return resource.configured("resource_id") === undefined
        ? azapiResourceId(resource)
        : text("resource_id");
    default:
      return undefined;
  }
}

/** What JavaScript gives to every object, such as `constructor`, is not a type of a resource. */
function ownEntry<T>(table: Readonly<Record<string, T>>, type: string): T | undefined {
  return Object.hasOwn(table, type) ? table[type] : undefined;
}

/** `<parent id>/<last segment of the type>/<name>`; a provider follows a resource group or subscription. */
function azapiResourceId(resource: Resource): string {
  const [armType = ""] = resource.text("type").split("@");
  const parent = resource.text("parent_id");
  const name = resource.get("name");
  const inGroup = /^\/subscriptions\/[^/]+(\/resourceGroups\/[^/]+)?$/i.test(parent);
  const segment = inGroup ? `providers/${armType}` : (armType.split("/").at(-1) ?? "");
  return `${parent}/${segment}/${name === undefined ? deterministicGuid(resource.seed) : hclString(name)}`;
}

/** The name after a segment of an ARM id, such as the service after `service`; case does not count. */
export function armSegment(id: string, segment: string): string | undefined {
  const parts = id.split("/");
  const index = parts.findIndex((part) => part.toLowerCase() === segment.toLowerCase());
  return index < 0 ? undefined : parts[index + 1];
}

/** Whether two ARM ids name the same object: their letter case does not count. */
export function sameArmId(left: string, right: string): boolean {
  return sameName(left, right);
}

/** Whether two names of one collection are the same object's. */
export function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

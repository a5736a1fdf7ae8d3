/** A collection of an API Management service, by its segment of an ARM id, and what one of it is called. */
export const COLLECTIONS: ReadonlyMap<string, string> = new Map([
  ["apis", "API"],
  ["gateways", "self-hosted gateway"],
  ["groups", "group"],
  ["loggers", "logger"],
  ["operations", "operation"],
  ["products", "product"],
  ["tags", "tag"],
  ["users", "user"],
]);

/** An argument that names something of the same service: by a path of names, or by an ARM id. */
export interface ServiceReference {
  /** The argument whose value is the last name, or the id. */
  readonly argument: string;
  /** Segments below the service; `{argument}` stands for a value. @default - the argument is an ARM id */
  readonly path?: string;
  /** Collection that the id must lead to. @default - the argument is a name */
  readonly collection?: string;
}

const API = named("api_name", "apis/{api_name}");
const API_BY_ID = byId("api_id", "apis");
const GROUP = named("group_name", "groups/{group_name}");
const LOGGER = byId("api_management_logger_id", "loggers");
const OPERATION = named("operation_id", "apis/{api_name}/operations/{operation_id}");
const PRODUCT = named("product_id", "products/{product_id}");
const TAG = named("name", "tags/{name}");

/** What resources of a type hang on, besides their service. */
export const SERVICE_REFERENCES: ReadonlyMap<string, readonly ServiceReference[]> = new Map([
  ["azurerm_api_management_api", [byId("source_api_id", "apis")]],
  ["azurerm_api_management_api_diagnostic", [API, LOGGER]],
  ["azurerm_api_management_api_operation", [API]],
  ["azurerm_api_management_api_operation_policy", [API, OPERATION]],
  ["azurerm_api_management_api_operation_tag", [byId("api_operation_id", "operations")]],
  ["azurerm_api_management_api_policy", [API]],
  ["azurerm_api_management_api_release", [API_BY_ID]],
  ["azurerm_api_management_api_schema", [API]],
  ["azurerm_api_management_api_tag", [API_BY_ID, TAG]],
  ["azurerm_api_management_diagnostic", [LOGGER]],
  ["azurerm_api_management_gateway_api", [byId("gateway_id", "gateways"), API_BY_ID]],
  ["azurerm_api_management_group_user", [GROUP, named("user_id", "users/{user_id}")]],
  ["azurerm_api_management_product_api", [PRODUCT, API]],
  ["azurerm_api_management_product_group", [PRODUCT, GROUP]],
  ["azurerm_api_management_product_policy", [PRODUCT]],
  [
    "azurerm_api_management_product_tag",
    [named("api_management_product_id", "products/{api_management_product_id}"), TAG],
  ],
  ["azurerm_api_management_subscription", [byId("product_id", "products"), API_BY_ID]],
]);

/** Where a resource or a data source of a type stands below its service: what may be hung on. */
export const SERVICE_TARGETS: ReadonlyMap<string, string> = new Map([
  ["azurerm_api_management_api", "apis/{name}"],
  ["azurerm_api_management_api_operation", "apis/{api_name}/operations/{operation_id}"],
  ["azurerm_api_management_gateway", "gateways/{name}"],
  ["azurerm_api_management_group", "groups/{name}"],
  ["azurerm_api_management_logger", "loggers/{name}"],
  ["azurerm_api_management_product", "products/{product_id}"],
  ["azurerm_api_management_tag", "tags/{name}"],
  ["azurerm_api_management_user", "users/{user_id}"],
]);

/**
 * What a service has from its creation on.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-howto-create-groups,
 * https://learn.microsoft.com/azure/api-management/api-management-howto-add-products and, for what Azure Monitor gets,
 * https://learn.microsoft.com/azure/api-management/monitor-api-management-reference
 */
export const BUILT_IN_TARGETS: readonly string[] = [
  "apis/echo-api",
  "groups/administrators",
  "groups/developers",
  "groups/guests",
  "loggers/azuremonitor",
  "products/starter",
  "products/unlimited",
  "users/1",
];

function named(argument: string, path: string): ServiceReference {
  return { argument, path };
}

function byId(argument: string, collection: string): ServiceReference {
  return { argument, collection };
}

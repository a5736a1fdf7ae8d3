import type { HouseCheck } from "./house-check";
import { type Attributes, block } from "./synthesized-stack";

type Rule = readonly [
  attribute: string,
  holds: (value: unknown, resource: Attributes) => boolean,
  expected: string,
];

const isTrue = (value: unknown): boolean => value === true;
const isFalse = (value: unknown): boolean => value === false;
const isSet = (value: unknown): boolean => typeof value === "string" && value !== "";

/** The attributes that scanners read, with the value they want: a reference would make the scanner blind. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  azurerm_cognitive_account: [
    [
      "public_network_access_enabled",
      (value, it) => value === false || hasDenyingAcls(it),
      "false, or network_acls with default_action Deny",
    ],
    ["local_auth_enabled", isFalse, "false"],
    ["identity.type", isSet, "an identity"],
    ["outbound_network_access_restricted", isTrue, "true"],
    ["fqdns", (value) => Array.isArray(value) && value.length > 0, "a list of hosts"],
    ["custom_subdomain_name", isSet, "a subdomain"],
  ],
  azurerm_key_vault: [
    ["purge_protection_enabled", isTrue, "true"],
    ["network_acls.default_action", (value) => value === "Deny", "Deny"],
    [
      "public_network_access_enabled",
      (value, it) => value === false || hasDenyingAcls(it),
      "false, or network_acls with default_action Deny",
    ],
    ["rbac_authorization_enabled", isTrue, "true"],
  ],
  azurerm_key_vault_secret: [
    ["expiration_date", isSet, "a date"],
    ["content_type", isSet, "a media type"],
  ],
  azurerm_storage_account: [
    ["https_traffic_only_enabled", isTrue, "true"],
    ["min_tls_version", (value) => value === "TLS1_2" || value === "TLS1_3", "TLS1_2 or TLS1_3"],
    ["shared_access_key_enabled", isFalse, "false"],
    ["local_user_enabled", isFalse, "false"],
    ["allow_nested_items_to_be_public", isFalse, "false"],
    ["default_to_oauth_authentication", isTrue, "true"],
    ["cross_tenant_replication_enabled", (value) => value !== true, "false"],
    ["network_rules.default_action", (value) => value === "Deny", "Deny"],
    // What is deleted after days needs no second region; what keeps its versions does.
    [
      "account_replication_type",
      (value, it) => /^(RA)?G/.test(String(value)) || (value === "ZRS" && !keepsVersions(it)),
      "a geo-redundant type, or ZRS without versions",
    ],
  ],
  azurerm_storage_container: [["container_access_type", (value) => value === "private", "private"]],
  azurerm_servicebus_namespace: [
    ["local_auth_enabled", isFalse, "false"],
    ["public_network_access_enabled", isFalse, "false"],
    ["minimum_tls_version", (value) => value === "1.2", "1.2"],
  ],
  azurerm_servicebus_queue: [
    ["dead_lettering_on_message_expiration", isFalse, "false, since dead letters have no time to live"],
    ["requires_duplicate_detection", isTrue, "true"],
    ["default_message_ttl", isSet, "a time after which messages end"],
  ],
  azurerm_container_app_environment: [
    ["internal_load_balancer_enabled", isTrue, "true"],
    ["public_network_access", (value) => value === "Disabled", "Disabled"],
    ["logs_destination", (value) => value === "azure-monitor", "azure-monitor, which needs no key"],
  ],
  azurerm_eventhub_namespace: [
    ["local_authentication_enabled", isFalse, "false"],
    ["public_network_access_enabled", isFalse, "false"],
    ["minimum_tls_version", (value) => value === "1.2", "1.2"],
  ],
  azurerm_log_analytics_workspace: [["local_authentication_enabled", isFalse, "false"]],
  azurerm_application_insights: [["local_authentication_disabled", isTrue, "true"]],
};

export const literalSecurityAttributes: HouseCheck = {
  id: "H-01",
  title: "security attributes are literals with the safe value",
  check: (stack) =>
    Object.entries(RULES).flatMap(([type, rules]) =>
      stack.ofType(type).flatMap(({ address, attributes }) =>
        rules.flatMap(([path, holds, expected]) => {
          const value = path.split(".").reduce<unknown>((at, key) => block(at)?.[key], attributes);
          return holds(value, attributes)
            ? []
            : [`${address}: ${path} must be ${expected}, is ${JSON.stringify(value)}`];
        }),
      ),
    ),
};

function hasDenyingAcls(resource: Attributes): boolean {
  return block(resource.network_acls)?.default_action === "Deny";
}

function keepsVersions({ blob_properties }: Attributes): boolean {
  return block(blob_properties)?.versioning_enabled === true;
}

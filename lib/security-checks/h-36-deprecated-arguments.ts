import type { HouseCheck } from "./house-check";

/**
 * Arguments that azurerm gives up by version 5, and what holds without them: the value that need not be written.
 * `undefined`: never write it, 4.55 has the other argument already.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/5.0-upgrade-guide
 */
const DEPRECATED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  azurerm_api_management: {
    "protocols.enable_http2": undefined,
    "security.enable_backend_ssl30": undefined,
    "security.enable_backend_tls10": undefined,
    "security.enable_backend_tls11": undefined,
    "security.enable_frontend_ssl30": undefined,
    "security.enable_frontend_tls10": undefined,
    "security.enable_frontend_tls11": undefined,
    "hostname_configuration.proxy.key_vault_id": undefined,
  },
  azurerm_api_management_custom_domain: { "gateway.key_vault_id": undefined },
  azurerm_application_insights: {
    disable_ip_masking: false,
    daily_data_cap_notifications_disabled: false,
    internet_ingestion_enabled: true,
    internet_query_enabled: true,
    local_authentication_disabled: false,
  },
  azurerm_eventhub: { namespace_name: undefined, resource_group_name: undefined },
  azurerm_key_vault: { contact: undefined, enable_rbac_authorization: undefined },
  azurerm_log_analytics_workspace: {
    internet_ingestion_enabled: true,
    internet_query_enabled: true,
    local_authentication_disabled: undefined,
  },
  azurerm_monitor_diagnostic_setting: { metric: undefined, "enabled_log.retention_policy": undefined },
  azurerm_network_watcher_flow_log: { network_security_group_id: undefined },
  azurerm_storage_account: { queue_properties: undefined, static_website: undefined },
  azurerm_storage_container: { storage_account_name: undefined },
};

export const deprecatedArguments: HouseCheck = {
  id: "H-36",
  title: "no argument that azurerm gives up is written where leaving it out means the same",
  check: (stack) =>
    Object.entries(DEPRECATED).flatMap(([type, known]) =>
      stack.ofType(type).flatMap(({ address, attributes }) =>
        Object.entries(known).flatMap(([path, holdsWithout]) =>
          valuesAt(attributes, path.split("."))
            .filter((value) => holdsWithout === undefined || value === holdsWithout)
            .map((value) => `${address}: ${path} = ${JSON.stringify(value)} need not be written`),
        ),
      ),
    ),
};

/** Values of an argument in all blocks on its path. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((each) => valuesAt(each, [name ?? "", ...rest]));
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  const inner = (value as Record<string, unknown>)[name ?? ""];
  if (inner === undefined || inner === null) {
    return [];
  }
  return rest.length === 0 ? [inner] : valuesAt(inner, rest);
}

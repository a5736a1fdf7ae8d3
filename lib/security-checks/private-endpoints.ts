import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

/** H-20 to H-24: what is closed to public networks must have a way in that resolves to it. */
export const privateEndpoints: readonly HouseCheck[] = (
  [
    ["H-20", "azurerm_cognitive_account", "account"],
    ["H-21", "azurerm_key_vault", "vault"],
    ["H-22", "azurerm_eventhub_namespace", "namespace"],
    ["H-23", "azurerm_storage_account", "blob"],
    ["H-24", "azurerm_redis_cache", "redisCache"],
  ] as const
).map(([id, type, group]) => ({
  id,
  title: `a closed ${type} has a private endpoint with DNS`,
  check: (stack) =>
    stack
      .ofType(type)
      .filter(({ attributes }) => attributes.public_network_access_enabled === false)
      .filter(
        ({ address }) =>
          !stack.ofType("azurerm_private_endpoint").some(({ attributes }) => {
            const connection = block(attributes.private_service_connection);
            const zones = block(attributes.private_dns_zone_group)?.private_dns_zone_ids;
            return (
              connection?.private_connection_resource_id === `\${${address}.id}` &&
              connection.is_manual_connection === false &&
              JSON.stringify(connection.subresource_names) === JSON.stringify([group]) &&
              Array.isArray(zones) &&
              zones.length > 0
            );
          }),
      )
      .map(({ address }) => `${address}: no private endpoint for '${group}' with a DNS zone group`),
}));

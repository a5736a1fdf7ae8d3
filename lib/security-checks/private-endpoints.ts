import type { HouseCheck } from "./house-check";
import { type Attributes, block } from "./synthesized-stack";

/** H-20 to H-24: what is closed to public networks must have a way in that resolves to it. */
export const privateEndpoints: readonly HouseCheck[] = (
  [
    ["H-20", { azurerm_cognitive_account: "account" }],
    ["H-21", { azurerm_key_vault: "vault" }],
    ["H-22", { azurerm_eventhub_namespace: "namespace" }],
    ["H-23", { azurerm_storage_account: "blob" }],
    ["H-24", { azurerm_redis_cache: "redisCache", azurerm_managed_redis: "redisEnterprise" }],
  ] as const
).map(([id, groups]) => ({
  id,
  title: `a closed ${Object.keys(groups).join(" or ")} has a private endpoint with DNS`,
  check: (stack) =>
    Object.entries(groups).flatMap(([type, group]) =>
      stack
        .ofType(type)
        .filter(({ attributes }) => isClosed(attributes))
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
    ),
}));

function isClosed(attributes: Attributes): boolean {
  return (
    attributes.public_network_access_enabled === false || attributes.public_network_access === "Disabled"
  );
}

import type { HouseCheck } from "./house-check";
import { block } from "./synthesized-stack";

export const redis: HouseCheck = {
  id: "H-30",
  title: "caches need authentication, encryption and a private network",
  check: (stack) => [
    ...stack
      .ofType("azurerm_redis_cache")
      .filter(({ attributes }) => block(attributes.redis_configuration)?.authentication_enabled === false)
      .map(({ address }) => `${address}: authentication is off`),
    ...stack
      .ofType("azurerm_managed_redis")
      .flatMap(({ address, attributes }) => [
        ...(attributes.public_network_access === "Disabled" ? [] : [`${address}: public network access`]),
        ...(block(attributes.default_database)?.client_protocol === "Plaintext"
          ? [`${address}: plaintext protocol`]
          : []),
      ]),
  ],
};

import type { HouseCheck } from "./house-check";
import { type Attributes, block, blocks, isReference } from "./synthesized-stack";

/** Redis has search with these two only; azurerm fails otherwise. */
const OF_SEARCH = { clustering_policy: "EnterpriseCluster", eviction_policy: "NoEviction" };

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
      .flatMap(({ address, attributes }) => managed(attributes).map((problem) => `${address}: ${problem}`)),
    ...stack
      .ofType("azurerm_api_management_redis_cache")
      .flatMap(({ address, attributes }) =>
        connection(attributes).map((problem) => `${address}: ${problem}`),
      ),
  ],
};

function managed(attributes: Attributes): readonly string[] {
  const database = block(attributes.default_database) ?? {};
  const isSearched = blocks(database.module).some(({ name }) => name === "RediSearch");
  return [
    ...(attributes.public_network_access === "Disabled" ? [] : ["public network access"]),
    ...(database.client_protocol === "Plaintext" ? ["plaintext protocol"] : []),
    ...Object.entries(OF_SEARCH)
      .filter(([name, value]) => isSearched && database[name] !== value)
      .map(([name, value]) => `search needs ${name} ${value}`),
  ];
}

function connection({ connection_string }: Attributes): readonly string[] {
  const text = String(connection_string);
  const [, password = ""] = /(?:^|,)password=([^,]*)/.exec(text) ?? [];
  return [
    ...(/(?:^|,)ssl=true(?:,|$)/i.test(text) ? [] : ["connects without TLS"]),
    ...(isReference(password) ? [] : ["the key is a literal"]),
  ];
}

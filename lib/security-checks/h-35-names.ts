import type { HouseCheck } from "./house-check";

/** Arguments that say in what a resource stands, which holds one of a name. */
const PLACE = [
  "resource_group_name",
  "virtual_network_name",
  "private_dns_zone_name",
  "zone_name",
  "scope_name",
  "api_management_name",
  "api_management_id",
  "api_name",
  "revision",
  "parent_id",
  "scope",
  "key_vault_id",
  "cognitive_account_id",
  "storage_account_id",
  "namespace_id",
  "target_resource_id",
];

export const names: HouseCheck = {
  id: "H-35",
  title: "no two resources of a type have one name in one place",
  check: (stack) => {
    const first = new Map<string, string>();
    return stack.resources
      .filter(({ attributes }) => typeof attributes.name === "string")
      .flatMap(({ address, type, attributes }) => {
        const place = ["name", "provider", ...PLACE].map((name) => attributes[name] ?? null);
        // What azapi makes is of the type that it names.
        const key = JSON.stringify([type, attributes.type ?? null, place]).toLowerCase();
        const known = first.get(key);
        first.set(key, known ?? address);
        return known === undefined ? [] : [`${address}: ${known} has its name in the same place`];
      });
  },
};

import { type HclValue, isHclList, isHclObject } from "./hcl-value";

/**
 * An object with what `azapi_update_resource` writes into it: members one by one, lists of the same length too, and any
 * other list anew.
 *
 * Source: https://registry.terraform.io/providers/azure/azapi/latest/docs/resources/update_resource
 */
export function updatedObject(old: HclValue | undefined, update: HclValue): HclValue {
  if (isHclObject(old) && isHclObject(update)) {
    const members = Object.entries(update).map(
      ([name, value]) =>
        [name, updatedObject(Object.hasOwn(old, name) ? old[name] : undefined, value)] as const,
    );
    return { ...old, ...Object.fromEntries(members) };
  }
  if (isHclList(old) && isHclList(update) && old.length === update.length) {
    return old.map((item, index) => updatedObject(item, update[index] ?? null));
  }
  return update;
}

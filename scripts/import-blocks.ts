import type { ResourceId } from "../simulator/terraform";

/** Something that exists in Azure already. */
interface Existing {
  readonly id: string;
  /** Of an API. */
  readonly path?: string;
}

/** What a stack and an inventory have in common. */
export interface TakenOver {
  /** Blocks for Terraform, in the order of the stack. */
  readonly blocks: readonly string[];
  /** What Azure would refuse, or Terraform destroy, if it were applied like this. */
  readonly conflicts: readonly string[];
}

/** Their ids are those of other resources: whether they exist, no inventory says, or they make nothing. */
const WITHOUT_ID_OF_THEIR_OWN = /_association$|^azapi_update_resource$/;
/** What `az keyvault … show` prints: the version is part of the id. */
const VAULT_ITEM = /^https:\/\/[^/]+\/(?:secrets|certificates|keys)\/[^/]+/i;

/**
 * Import blocks for what a stack would make although it exists, and conflicts of names and paths.
 *
 * @param inventory any JSON that the Azure CLI prints: whatever is an `id` in it exists
 */
export function importBlocks(resources: readonly ResourceId[], inventory: unknown): TakenOver {
  const existing = existingIn(inventory);
  const byKey = new Map(existing.map((each) => [keyOf(each.id), each]));
  const blocks: string[] = [];
  const conflicts: string[] = [];
  for (const { address, type, id, path } of resources) {
    const found = WITHOUT_ID_OF_THEIR_OWN.test(type) ? undefined : byKey.get(keyOf(id));
    if (found !== undefined) {
      const isVaultItem = VAULT_ITEM.test(id);
      if (isVaultItem && found.id.replace(VAULT_ITEM, "") === "") {
        conflicts.push(
          `${address}: '${found.id}' names no version: take the id that 'az keyvault … show' prints`,
        );
      }
      blocks.push(`import {\n  to = ${address}\n  id = "${isVaultItem ? found.id : id}"\n}`);
    }
    const others = existing.filter((each) => path !== undefined && isOtherApiAt(each, id, path));
    for (const other of others) {
      conflicts.push(
        `${address}: path '${path ?? ""}' belongs to '${other.id}': give one of them another path, or name this API like it`,
      );
    }
  }
  return { blocks, conflicts };
}

function isOtherApiAt(existing: Existing, id: string, path: string): boolean {
  return (
    existing.path?.toLowerCase() === path.toLowerCase() &&
    serviceOf(existing.id) === serviceOf(id) &&
    keyOf(existing.id) !== keyOf(id)
  );
}

function serviceOf(id: string): string {
  return id.toLowerCase().replace(/\/apis\/.*$/, "");
}

/** Revisions, versions and spelling do not tell things apart. */
function keyOf(id: string): string {
  const [item] = VAULT_ITEM.exec(id) ?? [];
  return (item ?? id).replace(/;rev=\d+|\?api-version=.*$/gi, "").toLowerCase();
}

/** Objects with an `id`, and plain ids, at any depth. */
function existingIn(json: unknown): readonly Existing[] {
  if (typeof json === "string") {
    return isId(json) ? [{ id: json }] : [];
  }
  if (typeof json !== "object" || json === null) {
    return [];
  }
  if (Array.isArray(json)) {
    return json.flatMap(existingIn);
  }
  const { id, path } = json as Readonly<Record<string, unknown>>;
  const nested = Object.values(json).filter((value) => typeof value === "object");
  const own =
    typeof id === "string" && isId(id) ? [{ id, path: typeof path === "string" ? path : undefined }] : [];
  return [...own, ...nested.flatMap(existingIn)];
}

function isId(text: string): boolean {
  return /^\/subscriptions\/[^/]+\/.+/i.test(text) || VAULT_ITEM.test(text);
}

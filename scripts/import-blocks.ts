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
/** What `az keyvault … show` prints: the version is part of the id. Source: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-identifiers */
const VAULT_ITEM =
  /^(https:\/\/[a-z0-9.-]+\/(?:secrets|certificates|keys)\/[a-z0-9-]{1,127})(?:\/([0-9a-f]{32}))?$/i;
const ARM_ID = /^\/subscriptions\/[^/\s"]+\/[^\r\n"]+$/i;

/**
 * Import blocks for what a stack would make although it exists, and conflicts of names and paths.
 *
 * @param inventory any JSON that the Azure CLI prints: whatever is an `id` in it exists, but for tags, which anybody writes
 */
export function importBlocks(resources: readonly ResourceId[], inventory: unknown): TakenOver {
  const existing = existingIn(inventory);
  const idsByKey = new Map<string, readonly string[]>();
  for (const { id } of existing) {
    idsByKey.set(keyOf(id), [...(idsByKey.get(keyOf(id)) ?? []), id]);
  }
  const blocks: string[] = [];
  const conflicts: string[] = [];
  for (const { address, type, id, path } of resources) {
    const found = WITHOUT_ID_OF_THEIR_OWN.test(type) ? undefined : idsByKey.get(keyOf(id));
    if (found !== undefined && VAULT_ITEM.test(id)) {
      const versions = [...new Set(found.filter((each) => VAULT_ITEM.exec(each)?.[2]))];
      const [only] = versions;
      if (only !== undefined && versions.length === 1) {
        blocks.push(importBlock(address, only));
      } else {
        conflicts.push(
          only === undefined
            ? `${address}: '${id}' is there without a version: take the id that 'az keyvault … show' prints`
            : `${address}: the inventory has several versions, ${versions.join(", ")}: leave the newest one`,
        );
      }
    } else if (found !== undefined) {
      blocks.push(importBlock(address, id));
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

/** Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1 */
function importBlock(address: string, id: string): string {
  const text = JSON.stringify(id).replace(/[$%](?=\{)/g, "$&$&");
  return `import {\n  to = ${address}\n  id = ${text}\n}`;
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
  const [, item] = VAULT_ITEM.exec(id) ?? [];
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
  const nested = Object.entries(json).flatMap(([name, value]: [string, unknown]) =>
    typeof value === "object" && name.toLowerCase() !== "tags" ? [value] : [],
  );
  const own =
    typeof id === "string" && isId(id) ? [{ id, path: typeof path === "string" ? path : undefined }] : [];
  return [...own, ...nested.flatMap(existingIn)];
}

function isId(text: string): boolean {
  return ARM_ID.test(text) || VAULT_ITEM.test(text);
}

import { createHash } from "node:crypto";

/** Longest name of an API Management backend, subscription or fragment. */
const LIMIT = 80;
const HASH_LENGTH = 8;

/**
 * Name of an API Management child that is made of other names: `<account>-<deployment>`. API Management takes
 * letters, digits and inner '-' only; a name that had to be changed for it ends in a hash of the unchanged
 * one, so that `gpt-5.4` and `gpt-5-4` stay apart.
 *
 * @param parts literal names, at least one
 */
export function childName(...parts: readonly string[]): string {
  const name = parts.join("-");
  const taken = name.replace(/[^A-Za-z0-9-]/g, "-").replace(/^-+|-+$/g, "");
  if (taken === name && name.length <= LIMIT) {
    return name;
  }
  const hash = createHash("sha256").update(name).digest("hex").slice(0, HASH_LENGTH);
  return `${taken.slice(0, LIMIT - HASH_LENGTH - 1)}-${hash}`;
}

/**
 * Name of a child of a gateway that several stacks may share: it begins with the prefix of the one that makes it.
 *
 * @param parts literal names, at least one
 */
export function ownName(
  { namePrefix }: { readonly namePrefix?: string },
  ...parts: readonly string[]
): string {
  return childName(...(namePrefix ? [namePrefix] : []), ...parts);
}
